/** The facts of the open scan. */
import { t } from "./i18n";
import { el } from "./dom";
import { shortId, statusWords } from "./words";
import type { Card } from "./wire";

/** Fills the card; returns the element that shows how long the scan has been open. */
export function drawScanCard(host: HTMLElement, card: Card): HTMLElement {
  const clock = el("span", { class: "cs-clock cs-num", title: t("card.clock") }, "0:00");
  const score = card.score === null ? "–" : card.score.toFixed(2);
  const bar = el("i", {});
  bar.style.width = `${Math.round((card.score ?? 0) * 100)}%`;
  const [first] = card.views;
  const sizes = card.views.map((view) => `${card.views.length > 1 ? `${view.name} ` : ""}${view.width} × ${view.height} px`);
  const pitch = first.pitch_mm ? `${first.pitch_mm[0]} × ${first.pitch_mm[1]} mm` : t("card.unknown");
  const energies = first.energies.join(" + ");
  const model = card.model ? t("card.model", { name: card.model.name, id: shortId(card.model.model_id), provider: provider(card.model.provider) }) : t("card.noModel");
  host.replaceChildren(
    el("div", { class: "cs-card-head" }, el("h1", {}, card.scan_id), clock),
    el("div", { class: "cs-card-score" }, el("span", { class: "cs-bar", "aria-hidden": "true" }, bar), el("b", { class: "cs-num" }, score)),
    el(
      "dl",
      {},
      ...fact(t("card.station"), card.station_id),
      ...fact(t("card.taken"), new Date(card.taken_at).toLocaleString([], { dateStyle: "medium", timeStyle: "medium" })),
      ...fact(t(card.views.length > 1 ? "card.views" : "card.size"), ...sizes),
      ...fact(t("card.energy"), t("card.bits", { energies, bits: first.bits })),
      ...fact(t("card.pitch"), pitch),
      ...fact(t("card.modelName"), model),
    ),
    card.status === "failed" ? el("p", { class: "cs-alert" }, t("card.failed", { why: card.error ?? t("card.failedBy") })) : "",
    card.status === "received" ? el("p", { class: "cs-alert" }, t("card.received", { status: statusWords(card) })) : "",
  );
  host.querySelector("dl dd:last-of-type")?.setAttribute("title", card.model?.model_id ?? "");
  return clock;
}

function fact(name: string, ...values: string[]): Node[] {
  return [el("dt", {}, name), ...values.map((value) => el("dd", {}, value))];
}

/** "CPUExecutionProvider" is "CPU" to a reader. */
export function provider(name: string | null): string {
  return (name ?? t("card.unknown")).replace(/ExecutionProvider$/, "");
}
