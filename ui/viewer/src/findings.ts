/** The regions of the open scan as a list, each with its verdict. */
import { el } from "./dom";
import { isPending, type Marks, type Region } from "./regions";
import type { Judgement, Kind } from "./wire";

export interface RegionHooks {
  kindOf: (id: string) => Kind | undefined;
  onSelect: (id: string) => void;
  onJudge: (id: string, verdict: Judgement) => void;
  onClass: (id: string) => void;
  onRemove: (id: string) => void;
}

/** Draws the list; regions of another view than the open one say so. */
export function drawRegions(
  list: HTMLElement, marks: Marks, selected: string | null, viewNames: readonly string[], locked: boolean, hooks: RegionHooks,
): void {
  list.replaceChildren(...marks.regions.map((region, i) => item(region, i, selected, viewNames, locked, hooks)));
  list.querySelector('[aria-current="true"]')?.scrollIntoView({ block: "nearest" });
}

/** What a region is called in sentences: its number and class. */
export function regionName(marks: Marks, region: Region, kindOf: RegionHooks["kindOf"]): string {
  return `region ${marks.regions.indexOf(region) + 1} (${kindOf(region.kind)?.name ?? "no class yet"})`;
}

function item(
  region: Region, index: number, selected: string | null, viewNames: readonly string[], locked: boolean, hooks: RegionHooks,
): HTMLElement {
  const kind = hooks.kindOf(region.kind);
  const was = region.verdict === "reclass" && region.proposed ? hooks.kindOf(region.proposed)?.name : undefined;
  const notes = [
    viewNames.length > 1 ? viewNames[region.view] : "",
    was ? `model said ${was}` : "",
    region.finding === null ? "drawn by you" : "",
    region.finding === null && isPending(region) ? "press 1–9 or M" : "",
  ].filter(Boolean).join(" · ");
  const head = el(
    "button",
    { type: "button", class: "cs-region-head" },
    el("span", { class: "cs-region-no cs-num" }, String(index + 1)),
    el("span", { class: "cs-region-kind" }, kind?.name ?? "No class yet"),
    el("span", { class: "cs-num cs-region-score" }, region.score === null ? "" : region.score.toFixed(2)),
    notes ? el("span", { class: "cs-region-note" }, notes) : "",
  );
  head.addEventListener("click", () => hooks.onSelect(region.id));
  const verdicts = region.finding === null ? drawnButtons(region, hooks) : verdictButtons(region, hooks);
  const row = el("li", { class: "cs-region", "data-region": region.id }, head, locked ? "" : verdicts);
  row.style.setProperty("--kind", kind?.colour ?? "#ffffff");
  row.classList.toggle("is-pending", isPending(region));
  if (region.verdict) row.classList.add(`is-${region.verdict}`);
  if (region.id === selected) row.setAttribute("aria-current", "true");
  return row;
}

function verdictButtons(region: Region, hooks: RegionHooks): HTMLElement {
  return el(
    "div",
    { class: "cs-verdicts", role: "group", "aria-label": "Verdict" },
    button("Confirm", "C", "confirm", region.verdict === "confirm", () => hooks.onJudge(region.id, "confirm")),
    button("Reject", "R", "reject", region.verdict === "reject", () => hooks.onJudge(region.id, "reject")),
    button("Class", "M", "reclass", region.verdict === "reclass", () => hooks.onClass(region.id)),
  );
}

function drawnButtons(region: Region, hooks: RegionHooks): HTMLElement {
  return el(
    "div",
    { class: "cs-verdicts", role: "group", "aria-label": "Your region" },
    button("Class", "M", "reclass", region.kind !== "", () => hooks.onClass(region.id)),
    button("Delete", "Del", "remove", false, () => hooks.onRemove(region.id)),
  );
}

function button(words: string, key: string, name: string, pressed: boolean, onClick: () => void): HTMLElement {
  const made = el("button", { type: "button", class: `is-${name}`, "aria-pressed": String(pressed), title: `${words} (${key})` }, words);
  made.addEventListener("click", onClick);
  return made;
}
