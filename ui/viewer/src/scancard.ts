/** The facts of the open scan. */
import { el } from "./dom";
import { shortId, statusWords } from "./words";
import type { Card } from "./wire";

/** Fills the card; returns the element that shows how long the scan has been open. */
export function drawScanCard(host: HTMLElement, card: Card): HTMLElement {
  const clock = el("span", { class: "cs-clock cs-num", title: "Time since you opened the scan" }, "0:00");
  const score = card.score === null ? "–" : card.score.toFixed(2);
  const bar = el("i", {});
  bar.style.width = `${Math.round((card.score ?? 0) * 100)}%`;
  const [first] = card.views;
  const sizes = card.views.map((view) => `${card.views.length > 1 ? `${view.name} ` : ""}${view.width} × ${view.height} px`);
  const pitch = first.pitch_mm ? `${first.pitch_mm[0]} × ${first.pitch_mm[1]} mm` : "unknown";
  const energies = first.energies.join(" + ");
  const model = card.model ? `${card.model.name} ${shortId(card.model.model_id)} on ${provider(card.model.provider)}` : "none yet";
  host.replaceChildren(
    el("div", { class: "cs-card-head" }, el("h1", {}, card.scan_id), clock),
    el("div", { class: "cs-card-score" }, el("span", { class: "cs-bar", "aria-hidden": "true" }, bar), el("b", { class: "cs-num" }, score)),
    el(
      "dl",
      {},
      ...fact("Station", card.station_id),
      ...fact("Taken", new Date(card.taken_at).toLocaleString([], { dateStyle: "medium", timeStyle: "medium" })),
      ...fact(card.views.length > 1 ? "Views" : "Size", ...sizes),
      ...fact("Energy", `${energies}, ${first.bits} bit`),
      ...fact("Pitch", pitch),
      ...fact("Model", model),
    ),
    card.status === "failed" ? el("p", { class: "cs-alert" }, `Not analysed: ${card.error ?? "the model failed"}. Look at it all yourself.`) : "",
    card.status === "received" ? el("p", { class: "cs-alert" }, `This scan is ${statusWords(card)}; its regions will appear by themselves.`) : "",
  );
  host.querySelector("dl dd:last-of-type")?.setAttribute("title", card.model?.model_id ?? "");
  return clock;
}

function fact(name: string, ...values: string[]): Node[] {
  return [el("dt", {}, name), ...values.map((value) => el("dd", {}, value))];
}

/** "CPUExecutionProvider" is "CPU" to a reader. */
export function provider(name: string | null): string {
  return (name ?? "unknown").replace(/ExecutionProvider$/, "");
}
