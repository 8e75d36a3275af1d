/** The page's bones: everything that never changes while an officer works. Parts are found by their data-part. */

import { BRAND, PERSON } from "./frame";
import { html, t } from "./i18n";
import { type Action, keyName, keysOf } from "./keys";

const ICONS = {
  fit: '<path d="M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4"/>',
  draw: '<path d="M3 6V3h3M14 3h3v3M3 14v3h3M9 3h2M3 9v2M17 9v1M9 17h1M14.5 12v5M12 14.5h5"/>',
  sun: '<circle cx="10" cy="10" r="3.2"/><path d="M10 2.5v2M10 15.5v2M2.5 10h2M15.5 10h2M4.7 4.7l1.4 1.4M13.9 13.9l1.4 1.4M15.3 4.7l-1.4 1.4M6.1 13.9l-1.4 1.4"/>',
  contrast: '<circle cx="10" cy="10" r="6.5"/><path d="M10 3.5a6.5 6.5 0 0 1 0 13z" fill="currentColor"/>',
  reset: '<path d="M4 4v4h4M4.6 12.5a6 6 0 1 0 .6-6L4 8"/>',
  penetrate: '<path d="M2.5 10h9M8.5 7l3 3-3 3M14 3.5h3.5v13H14"/>',
  local: '<rect x="3" y="3" width="14" height="14" rx="2"/><path d="M3 10h14M10 3v14"/><path d="M10 3h5a2 2 0 0 1 2 2v5h-7zM3 10h7v7H5a2 2 0 0 1-2-2z" fill="currentColor" stroke="none" opacity=".55"/>',
  edges: '<path d="M3 16h5V8h4v8h5"/><path d="M3 12.5h2M15 12.5h2" opacity=".5"/>',
  hatch: '<rect x="3" y="3" width="14" height="14" rx="2"/><path d="M3.5 11.5l8-8M3.5 16.5l13-13M8.5 16.5l8-8"/>',
  safe: '<circle cx="7.6" cy="8" r="4.4"/><circle cx="12.4" cy="8" r="4.4"/><circle cx="10" cy="12" r="4.4"/>',
  undo: '<path d="M7 4L3.5 7.5 7 11M4 7.5h8a4.5 4.5 0 0 1 0 9H8"/>',
  redo: '<path d="M13 4l3.5 3.5L13 11M16 7.5H8a4.5 4.5 0 0 0 0 9h4"/>',
  preset: '<path d="M5 3h10v14l-5-3.6L5 17z"/>',
  loupe: '<circle cx="8.5" cy="8.5" r="5.2"/><path d="M12.4 12.4L17 17"/>',
  ruler: '<path d="M2.5 12.5l10-10 5 5-10 10zM5.5 9.5l2 2M8.5 6.5l2 2M11.5 3.5l1.5 1.5" />',
  area: '<rect x="3.5" y="5" width="13" height="10" rx="1"/><path d="M3.5 2.5h13M3.5 1.5v2M16.5 1.5v2"/>',
  profile: '<path d="M3 3v14h14M5 13l3-5 3 3 4-7"/>',
  density: '<rect x="3" y="3" width="14" height="14" rx="2" stroke-dasharray="2.5 2"/><path d="M6.5 12.5h7M6.5 9.5h7" />',
  gamma: '<path d="M3 17C3 8 9 4 17 3M3 17h14" />',
  twoViews: '<rect x="3" y="3" width="14" height="6" rx="1"/><rect x="3" y="11" width="14" height="6" rx="1"/><path d="M10 1.5v17" stroke-dasharray="1.5 1.5"/>',
  compare: '<rect x="3" y="3" width="14" height="6" rx="1"/><rect x="3" y="11" width="14" height="6" rx="1"/><path d="M7 6h6M7 14h2.5"/>',
  difference: '<circle cx="7.5" cy="10" r="5"/><circle cx="12.5" cy="10" r="5"/><path d="M10 5.7a5 5 0 0 1 0 8.6 5 5 0 0 1 0-8.6z" fill="currentColor" opacity=".5"/>',
  eye: '<path d="M2.5 10S5.5 5 10 5s7.5 5 7.5 5-3 5-7.5 5-7.5-5-7.5-5z"/><circle cx="10" cy="10" r="2"/>',
};

function icon(name: keyof typeof ICONS): string {
  return `<svg viewBox="0 0 20 20" aria-hidden="true">${ICONS[name]}</svg>`;
}

function tool(part: string, action: Action, inner: string, pressed = ""): string {
  const state = pressed ? ` aria-pressed="${pressed}"` : "";
  return `<button type="button" class="cs-tool" data-part="${part}" data-action="${action}" aria-label="${html(`key.${action}`)}"${state}>${inner}</button>`;
}

/** Tells at each button which key does the same. */
export function nameKeys(root: ParentNode): void {
  for (const button of root.querySelectorAll<HTMLElement>("[data-action]")) {
    const action = button.dataset.action as Action;
    button.title = `${t(`key.${action}`)} (${keysOf(action).map(keyName).join(", ")})`;
    const shown = button.querySelector("kbd");
    if (shown) shown.textContent = keyName(keysOf(action)[0]);
  }
}

/** The page's HTML, in the language that is spoken now. */
export const shell = (): string => `
<header class="cs-top">
  <div class="cs-brand">${BRAND}</div>
  <nav class="cs-nav" data-part="nav" aria-label="${html("nav")}" hidden></nav>
  <div class="cs-space"></div>
  <button type="button" class="cs-plain" data-part="help" data-action="help"><kbd>?</kbd> ${html("shortcuts")}</button>
  <div class="cs-officer">${PERSON}<span data-part="officer"></span></div>
  <button type="button" class="cs-plain" data-part="logout">${html("logout")}</button>
</header>
<aside class="cs-work" aria-label="${html("worklist")}">
  <div class="cs-head"><h2>${html("worklist")}</h2><button type="button" class="cs-filtering" data-part="filtering" data-action="filters" aria-expanded="false">${html("filter")}</button><span class="cs-count" data-part="count"></span></div>
  <div class="cs-segments" role="group" aria-label="${html("worklist.which")}" data-part="filter">
    <button type="button" value="open" aria-pressed="true">${html("worklist.open")}</button><button type="button" value="decided" aria-pressed="false">${html("worklist.decided")}</button><button type="button" value="all" aria-pressed="false">${html("worklist.all")}</button><button type="button" value="recheck" aria-pressed="false" data-part="tabRecheck" hidden>${html("worklist.recheck")}</button>
  </div>
  <div class="cs-filters" data-part="filters" role="group" aria-label="${html("filter")}" hidden></div>
  <ul class="cs-rows" data-part="rows"></ul>
</aside>
<main class="cs-centre">
  <div class="cs-tools" role="toolbar" aria-label="${html("group.picture")}">
    <div class="cs-segments" role="group" aria-label="${html("view")}" data-part="views"></div>
    <div class="cs-segments" role="group" aria-label="${html("display")}" data-part="modes">
      <button type="button" value="grey" data-action="grey">${html("mode.grey")}</button><button type="button" value="inverted" data-action="inverted">${html("mode.inverted")}</button><button type="button" value="colour" data-action="colour">${html("mode.colour")}</button>
    </div>
    <div class="cs-segments" role="group" aria-label="${html("scale")}" data-part="scale">
      <button type="button" value="log" data-action="log">${html("scale.log")}</button><button type="button" value="linear" data-action="log">${html("scale.linear")}</button>
    </div>
    <div class="cs-segments" role="group" aria-label="${html("energy")}" data-part="energy"></div>
    <label class="cs-slide" title="${html("brightness.hint")}">${icon("sun")}<input type="range" data-part="brightness" min="-0.5" max="1.5" step="0.01" aria-label="${html("brightness")}"></label>
    <label class="cs-slide" title="${html("contrast.hint")}">${icon("contrast")}<input type="range" data-part="contrast" min="0" max="1" step="0.01" aria-label="${html("contrast")}"></label>
    <label class="cs-slide" title="${html("gamma")}">${icon("gamma")}<input type="range" data-part="gamma" min="-1" max="1" step="0.02" aria-label="${html("gamma")}"></label>
    ${tool("reset", "resetWindow", icon("reset"))}
  </div>
  <div class="cs-tools" role="toolbar" aria-label="${html("group.tools")}">
    ${tool("penetrate", "penetrate", `${icon("penetrate")}<span>${html("penetrate")}</span><b class="cs-stage-no cs-num" data-part="stage"></b>`)}
    ${tool("local", "local", icon("local"), "false")}
    ${tool("edges", "edges", icon("edges"), "false")}
    <div class="cs-segments" role="group" aria-label="${html("materials")}" data-part="strip">
      <button type="button" value="all" data-action="strip">${html("strip.all")}</button><button type="button" value="organic" data-action="strip">${html("strip.organic")}</button><button type="button" value="metal" data-action="strip">${html("strip.metal")}</button>
    </div>
    ${tool("safe", "safe", icon("safe"), "false")}
    ${tool("hatch", "hatch", icon("hatch"), "true")}
    ${tool("preset", "preset", icon("preset"), "false")}
    <i class="cs-rule"></i>
    ${tool("loupe", "loupe", icon("loupe"), "false")}
    ${tool("ruler", "ruler", icon("ruler"), "false")}
    ${tool("area", "area", icon("area"), "false")}
    ${tool("profile", "profile", icon("profile"), "false")}
    ${tool("density", "density", icon("density"), "false")}
    <i class="cs-rule"></i>
    ${tool("twoViews", "twoViews", icon("twoViews"), "false")}
    ${tool("compare", "compare", icon("compare"), "false")}
    ${tool("difference", "difference", icon("difference"), "false")}
    <div class="cs-space"></div>
    ${tool("undo", "undo", icon("undo"))}
    ${tool("redo", "redo", icon("redo"))}
    ${tool("eye", "hideRegions", icon("eye"), "true")}
    ${tool("draw", "draw", `${icon("draw")}<span>${html("draw")}</span>`, "false")}
    ${tool("fit", "fit", icon("fit"))}
  </div>
  <div class="cs-stage">
    <div class="cs-pane" data-part="pane" aria-label="${html("scan.picture")}" role="group"></div>
    <div class="cs-beside" data-part="beside" aria-label="${html("beside.picture")}" role="group"></div>
    <div class="cs-keys"><div class="cs-legend is-why" data-part="whyLegend" hidden><i></i>${html("why.legend")}</div><div class="cs-legend" data-part="legend" hidden></div><div class="cs-legend is-lost" data-part="lost" hidden></div></div>
    <div class="cs-empty" data-part="empty"><p></p></div>
    <div class="cs-hint" data-part="hint" hidden></div>
    <section class="cs-readout" data-part="readout" role="status" aria-label="${html("measurement")}" hidden></section>
  </div>
  <footer class="cs-foot">
    <span data-part="pointer" class="cs-num"></span><div class="cs-space"></div>
    <span class="cs-said" data-part="said" role="status" aria-live="polite"></span>
  </footer>
</main>
<aside class="cs-side" aria-label="${html("side")}">
  <section class="cs-card" data-part="card" aria-label="${html("scan")}"></section>
  <section class="cs-found" aria-label="${html("group.regions")}">
    <div class="cs-head"><h2>${html("group.regions")}</h2><span class="cs-count" data-part="left"></span></div>
    <p class="cs-looked" data-part="looked" hidden>${html("blind.looked")}</p>
    <div class="cs-blind" data-part="blind" hidden><p>${html("blind.words")}</p><button type="button" data-part="reveal" data-action="reveal">${html("blind.reveal")} <kbd></kbd></button></div>
    <ol class="cs-regions" data-part="regions"></ol>
  </section>
  <section class="cs-decide" aria-label="${html("group.decision")}">
    <div class="cs-taken" data-part="taken" hidden></div>
    <div class="cs-fate" role="group" aria-label="${html("disposition")}" data-part="fate">
      <button type="button" value="release" data-action="release"><span>${html("key.release")}</span><kbd>L</kbd></button><button type="button" value="hold" data-action="hold"><span>${html("key.hold")}</span><kbd>H</kbd></button><button type="button" value="inspect" data-action="inspect"><span>${html("key.inspect")}</span><kbd>E</kbd></button>
    </div>
    <div class="cs-why" data-part="why">
      <div class="cs-codes" role="group" aria-label="${html("reason")}" data-part="codes"></div>
      <textarea data-part="note" rows="2" aria-label="${html("note")}" placeholder="${html("note")}"></textarea>
    </div>
    <button type="button" class="cs-send" data-part="send" data-action="send"><span>${html("send")}</span><kbd>Enter</kbd></button>
    <p class="cs-blocks" data-part="blocks" aria-live="polite"></p>
    <button type="button" class="cs-next" data-part="next" data-action="nextScan">${html("key.nextScan")} <kbd>N</kbd></button>
  </section>
</aside>
<footer class="cs-status" aria-label="${html("status")}">
  <div class="cs-link" data-part="link" role="status"><i></i><span>${html("link.connecting")}</span></div>
  <div class="cs-fact" data-part="model" title="${html("top.model")}"></div>
  <div class="cs-fact" data-part="calibration" hidden></div>
  <div class="cs-space"></div>
  <div class="cs-waiting" data-part="waiting" role="status" hidden></div>
  <button type="button" class="cs-badge" data-part="unseen" title="${html("status.unseen.hint")}" hidden></button>
  <div class="cs-fact" data-part="queue" hidden></div>
</footer>
<dialog class="cs-dialog" data-part="shortcuts" aria-label="${html("shortcuts")}"></dialog>
<dialog class="cs-dialog cs-menu" data-part="classes" aria-label="${html("classes")}"></dialog>
<dialog class="cs-dialog cs-scans" data-part="scans" aria-label="${html("scans.choose")}"></dialog>
`;
