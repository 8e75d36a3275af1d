/** The frame of every page beside the desk: the top line, the room for the page, the line that says how things went. */
import { html } from "./i18n";

export const BRAND =
  '<svg viewBox="0 0 22 22" aria-hidden="true"><rect x="2" y="6" width="18" height="10" rx="1.5"/><path d="M6.5 6v10M11 6v10M15.5 6v10"/><path class="beam" d="M11 1v20"/></svg>Cargoscope';
export const PERSON = '<svg viewBox="0 0 20 20" aria-hidden="true"><circle cx="10" cy="7" r="3.2"/><path d="M3.8 17a6.2 6.2 0 0 1 12.4 0"/></svg>';

export const shell = (): string => `
<header class="cs-top">
  <div class="cs-brand">${BRAND}</div>
  <nav class="cs-nav" data-part="nav" aria-label="${html("nav")}" hidden></nav>
  <div class="cs-space"></div>
  <div class="cs-officer">${PERSON}<span data-part="officer"></span><span class="cs-role" data-part="role"></span></div>
  <button type="button" class="cs-plain" data-part="logout">${html("logout")}</button>
</header>
<div class="cs-sheet" data-part="page"></div>
<p class="cs-page-said cs-said" data-part="said" role="status" aria-live="polite"></p>
`;
