/** The regions of the open scan as a list, each with its verdict. */
import { t } from "./i18n";
import { el } from "./dom";
import { type Action, keyName, keysOf } from "./keys";
import { isPending, type Marks, type Region } from "./regions";
import type { Judgement, Kind } from "./wire";

export interface RegionHooks {
  kindOf: (id: string) => Kind | undefined;
  onSelect: (id: string) => void;
  onJudge: (id: string, verdict: Judgement) => void;
  onClass: (id: string) => void;
  onRemove: (id: string) => void;
  onWhy: (id: string) => void;
  /** Where in the picture it lies, in words. */
  zoneOf: (region: Region) => string;
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
  return t("region.name", { n: marks.regions.indexOf(region) + 1, kind: kindOf(region.kind)?.name ?? t("region.noClassYet") });
}

function item(
  region: Region, index: number, selected: string | null, viewNames: readonly string[], locked: boolean, hooks: RegionHooks,
): HTMLElement {
  const kind = hooks.kindOf(region.kind);
  const was = region.verdict === "reclass" && region.proposed ? hooks.kindOf(region.proposed)?.name : undefined;
  const notes = [
    viewNames.length > 1 ? viewNames[region.view] : "",
    hooks.zoneOf(region),
    was ? t("region.modelSaid", { kind: was }) : "",
    region.finding === null ? t("region.byYou") : "",
    region.finding === null && isPending(region) ? t("region.pressDigit") : "",
  ].filter(Boolean).join(" · ");
  const head = el(
    "button",
    { type: "button", class: "cs-region-head" },
    el("span", { class: "cs-region-no cs-num" }, String(index + 1)),
    el("span", { class: "cs-region-kind" }, kind?.name ?? t("region.noClass")),
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
    { class: "cs-verdicts", role: "group", "aria-label": t("verdict") },
    button(t("verdict.confirm"), "confirm", "confirm", region.verdict === "confirm", () => hooks.onJudge(region.id, "confirm")),
    button(t("verdict.reject"), "reject", "reject", region.verdict === "reject", () => hooks.onJudge(region.id, "reject")),
    button(t("verdict.class"), "changeClass", "reclass", region.verdict === "reclass", () => hooks.onClass(region.id)),
    button(t("verdict.why"), "why", "why", false, () => hooks.onWhy(region.id)),
  );
}

function drawnButtons(region: Region, hooks: RegionHooks): HTMLElement {
  return el(
    "div",
    { class: "cs-verdicts", role: "group", "aria-label": t("region.your") },
    button(t("verdict.class"), "changeClass", "reclass", region.kind !== "", () => hooks.onClass(region.id)),
    button(t("verdict.delete"), "remove", "remove", false, () => hooks.onRemove(region.id)),
  );
}

function button(words: string, action: Action, name: string, pressed: boolean, onClick: () => void): HTMLElement {
  const made = el("button", { type: "button", class: `is-${name}`, "aria-pressed": String(pressed), title: `${words} (${keyName(keysOf(action)[0])})` }, words);
  made.addEventListener("click", onClick);
  return made;
}
