/** What every page beside the desk has: the top line with the links, a heading, and a line that says how things went. */
import { call } from "./http";
import { el, part } from "./dom";
import { t } from "./i18n";
import { type Arrival, drawNav, roleWords } from "./nav";
import { shell } from "./frame";
import { say } from "./say";
import { clearAll, someWait } from "./store";

/** The function that Gradio gives each page: who has arrived. */
export interface PageServer {
  arrive(question: object): Promise<unknown>;
}

export interface Page {
  /** Where the page draws what is its own. */
  host: HTMLElement;
  arrival: Arrival;
  say: (words: string, tone?: "plain" | "good" | "bad") => void;
}

/** Draws the frame of a page and says who is there; null where nobody is logged in any more. */
export async function openPage(root: HTMLElement, server: PageServer, place: string): Promise<Page | null> {
  root.classList.add("cs-page");
  root.innerHTML = shell();
  const said = (await server.arrive({})) as Arrival | { error: string; status: number };
  if ("error" in said) {
    if (said.status === 401) location.assign("/login");
    else say(root, said.error, "bad");
    return null;
  }
  drawNav(part(root, "nav"), said.places, place);
  part(root, "officer").textContent = said.officer;
  part(root, "role").textContent = roleWords(said.roles);
  part(root, "logout").addEventListener("click", () => void leave(root));
  return { host: part(root, "page"), arrival: said, say: (words, tone = "plain") => say(root, words, tone) };
}

async function leave(root: HTMLElement): Promise<void> {
  if (someWait(localStorage)) return say(root, t("logout.waiting"), "bad");
  try {
    await call("POST", "/v1/logout");
    clearAll(localStorage);
    location.assign("/login");
  } catch (error) {
    say(root, error instanceof Error ? error.message : String(error), "bad");
  }
}

/** A table with a caption for screen readers; each row a list of cells. */
export function table(caption: string, heads: readonly string[], rows: readonly (Node | string)[][]): HTMLTableElement {
  return el(
    "table",
    { class: "cs-table" },
    el("caption", {}, caption),
    el("thead", {}, el("tr", {}, ...heads.map((head) => el("th", { scope: "col" }, head)))),
    el("tbody", {}, ...rows.map((cells) => el("tr", {}, ...cells.map((cell) => (cell === "" ? el("td", {}) : el("td", {}, cell)))))),
  );
}

/** A labelled field. */
export function field(words: string, input: HTMLElement, hint = ""): HTMLElement {
  return el("label", { class: "cs-field" }, el("span", {}, words), input, hint ? el("small", {}, hint) : "");
}

export function button(words: string, style: "main" | "plain" | "danger", onClick: () => void): HTMLButtonElement {
  const made = el("button", { type: "button", class: `cs-button is-${style}` }, words);
  made.addEventListener("click", onClick);
  return made;
}

/** Says a refusal in words; what was typed stays. */
export async function tried(page: Page, doing: () => Promise<void>): Promise<void> {
  try {
    await doing();
  } catch (error) {
    page.say(error instanceof Error ? error.message : t("ask.away"), "bad");
  }
}
