/** The list of scans, most suspicious first. */
import { t } from "./i18n";
import { el } from "./dom";
import { age, statusWords } from "./words";
import type { Kind, Row } from "./wire";

export interface ListState {
  rows: readonly Row[];
  chosen: string | null;
  fresh: ReadonlySet<string>;
  kindOf: (id: string) => Kind | undefined;
  onOpen: (scanId: string) => void;
}

/** Draws the rows, keeping the elements of scans that are there already, so that focus and scrolling stay. */
export function drawWorklist(list: HTMLElement, state: ListState, now: number): void {
  const there = new Map([...list.children].map((item) => [(item as HTMLElement).dataset.scan, item as HTMLLIElement]));
  const items = state.rows.map((row) => {
    const item = there.get(row.scan_id) ?? newItem(row.scan_id, state.onOpen);
    fill(item, row, state, now);
    return item;
  });
  const same = items.length === list.children.length && items.every((item, i) => item === list.children[i]);
  if (!same) list.replaceChildren(...items);
}

function newItem(scanId: string, onOpen: (scanId: string) => void): HTMLLIElement {
  const button = el("button", { type: "button", class: "cs-row" });
  button.addEventListener("click", () => onOpen(scanId));
  return el("li", { "data-scan": scanId }, button);
}

function fill(item: HTMLLIElement, row: Row, state: ListState, now: number): void {
  const button = item.firstElementChild as HTMLElement;
  const kind = row.top_kind ? state.kindOf(row.top_kind) : undefined;
  const score = row.score ?? 0;
  const status = statusWords(row);
  const top = kind ? `${kind.name}${row.n_findings > 1 ? ` +${row.n_findings - 1}` : ""}` : row.score === null ? "" : t("row.nothing");
  const bar = el("i", {});
  bar.style.width = `${Math.round(score * 100)}%`;
  button.replaceChildren(
    el("span", { class: "cs-row-id" }, row.scan_id),
    el("span", { class: "cs-row-age cs-num" }, age(row.taken_at, now)),
    el("span", { class: "cs-bar", "aria-hidden": "true" }, bar),
    el("span", { class: "cs-row-score cs-num" }, row.score === null ? "–" : row.score.toFixed(2)),
    el("span", { class: "cs-row-kind" }, top),
    el("span", { class: `cs-row-status is-${row.disposition ?? row.status}` }, status || row.station_id),
  );
  button.title = t("row.from", { scan: row.scan_id, station: row.station_id, when: new Date(row.taken_at).toLocaleString() });
  button.style.setProperty("--kind", kind?.colour ?? "var(--faint)");
  button.classList.toggle("is-fresh", state.fresh.has(row.scan_id));
  if (row.scan_id === state.chosen) button.setAttribute("aria-current", "true");
  else button.removeAttribute("aria-current");
}
