/** The list of scans, most urgent first. */
import { t } from "./i18n";
import { el } from "./dom";
import { duration, statusWords } from "./words";
import type { Kind, Row } from "./wire";

/** Characters at the end of an id that are always shown. */
const KEPT = 7;

export interface ListState {
  rows: readonly Row[];
  chosen: string | null;
  fresh: ReadonlySet<string>;
  officer: string;
  /** Seconds since the rows were fetched. */
  passed_s: number;
  /** Nobody picks a scan here. */
  locked: boolean;
  kindOf: (id: string) => Kind | undefined;
  onOpen: (scanId: string) => void;
}

/** Draws the rows, keeping the elements of scans that are there already, so that focus and scrolling stay. */
export function drawWorklist(list: HTMLElement, state: ListState): void {
  const there = new Map([...list.children].map((item) => [(item as HTMLElement).dataset.scan, item as HTMLLIElement]));
  const items = state.rows.map((row) => {
    const item = there.get(row.scan_id) ?? newItem(row.scan_id, state.onOpen);
    fill(item, row, state);
    return item;
  });
  const same = items.length === list.children.length && items.every((item, i) => item === list.children[i]);
  if (!same) list.replaceChildren(...items);
}

function newItem(scanId: string, onOpen: (scanId: string) => void): HTMLLIElement {
  const button = el("button", { type: "button", class: "cs-row" });
  button.addEventListener("click", () => button.getAttribute("aria-disabled") || onOpen(scanId));
  return el("li", { "data-scan": scanId }, button);
}

function fill(item: HTMLLIElement, row: Row, state: ListState): void {
  const button = item.firstElementChild as HTMLElement;
  const kind = row.top_kind ? state.kindOf(row.top_kind) : undefined;
  const top = kind ? `${kind.name}${row.n_findings > 1 ? ` +${row.n_findings - 1}` : ""}` : row.score === null ? "" : t("row.nothing");
  const bar = el("i", {});
  bar.style.width = `${Math.round((row.score ?? 0) * 100)}%`;
  const [status, look] = standing(row, state.officer);
  button.replaceChildren(
    el("span", { class: "cs-row-id" }, ...endsOf(row.scan_id).map((part) => el("span", {}, part))),
    el("span", { class: "cs-row-age cs-num" }, row.truck_waits ? truck() : "", ageOf(row, state.passed_s)),
    el("span", { class: "cs-bar", "aria-hidden": "true" }, bar),
    el("span", { class: "cs-row-score cs-num" }, row.score === null ? "–" : row.score.toFixed(2)),
    el("span", { class: "cs-row-kind" }, row.provisional ? t("row.columns", { n: row.width }) : top),
    el("span", { class: `cs-row-status is-${look}` }, status),
  );
  button.title = t("row.from", { scan: row.scan_id, station: row.station_id, when: new Date(row.taken_at).toLocaleString() });
  button.style.setProperty("--kind", kind?.colour ?? "var(--faint)");
  button.classList.toggle("is-fresh", state.fresh.has(row.scan_id));
  button.classList.toggle("is-away", row.leased_by !== null && row.leased_by !== state.officer);
  button.classList.toggle("is-provisional", row.provisional);
  set(button, "aria-disabled", state.locked && row.scan_id !== state.chosen);
  set(button, "aria-current", row.scan_id === state.chosen);
}

/** A long id in two parts: where it has no room, its middle is cut, and the last digits, which tell scans apart, stay. */
export function endsOf(id: string): string[] {
  return id.length > 2 * KEPT ? [id.slice(0, -KEPT), id.slice(-KEPT)] : [id];
}

/** What the corner of a row says, and how it looks: whose scan it is, what became of it, or where it comes from. */
function standing(row: Row, officer: string): [string, string] {
  if (row.provisional) return [t("status.streaming"), "streaming"];
  if (row.leased_by && row.leased_by !== officer && !row.final) return [t("row.with", { officer: row.leased_by }), "leased"];
  return [statusWords(row) || row.station_id, row.final ? (row.disposition ?? row.status) : row.status];
}

/** Since when it waits; of a decided scan, when it was taken. */
function ageOf(row: Row, passed_s: number): string {
  if (row.provisional) return "";
  return duration(row.waiting_s === null ? (Date.now() - Date.parse(row.taken_at)) / 1000 : row.waiting_s + passed_s);
}

function truck(): HTMLElement {
  return el("span", { class: "cs-truck", role: "img", "aria-label": t("row.truck"), title: t("row.truck") });
}

function set(button: HTMLElement, attribute: string, on: boolean): void {
  if (on) button.setAttribute(attribute, "true");
  else button.removeAttribute(attribute);
}
