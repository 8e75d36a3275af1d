/** The technician's page: the scanners, when they were heard and calibrated last, and what is on its way from them. */
import { el } from "./dom";
import { call } from "./http";
import { t } from "./i18n";
import { type Page, table, tried } from "./page";
import { provider } from "./scancard";
import type { ServiceStatus } from "./wire";
import { age, duration, shortId } from "./words";

const AGAIN_MS = 15_000;

/** Draws how the service and each scanner stand; it looks again by itself. */
export async function drawStations(page: Page): Promise<void> {
  const facts = el("div", { class: "cs-facts" });
  const list = el("div", { class: "cs-scroll" });
  const refresh = async () => {
    const status = await call<ServiceStatus>("GET", "/v1/status");
    facts.replaceChildren(...factsOf(status));
    list.replaceChildren(stationTable(status));
  };
  page.host.replaceChildren(
    el("div", {}, el("h1", {}, t("nav.stations")), el("p", { class: "cs-lead" }, t("stations.lead"))),
    facts,
    list,
  );
  await tried(page, refresh);
  setInterval(() => void tried(page, refresh), AGAIN_MS);
}

function factsOf({ model_id, model_name, provider: by, version, waiting, pending, not_analysed, trouble }: ServiceStatus): HTMLElement[] {
  const fact = (name: string, value: string, note = "") => el("div", { class: "cs-box" }, el("span", {}, name), el("b", {}, value), note ? el("small", {}, note) : "");
  return [
    fact(t("card.modelName"), model_name ?? t("top.noModel"), trouble ?? (model_id ? `${shortId(model_id)} · ${provider(by)} · ${version}` : version)),
    fact(t("stations.pending"), String(pending)),
    fact(t("stations.waiting"), String(waiting)),
    fact(t("status.failed"), String(not_analysed)),
  ];
}

function stationTable({ stations }: ServiceStatus): HTMLElement {
  const now = Date.now();
  const rows = stations.map(({ station_id, last_scan_at, calibrated_at, calibration_age_s, streaming }) => [
    el("b", {}, station_id),
    last_scan_at ? timed(age(last_scan_at, now), last_scan_at) : "–",
    calibration_age_s !== null && calibrated_at ? timed(duration(calibration_age_s), calibrated_at) : t("card.unknown"),
    streaming > 0 ? t("stations.inTunnel", { n: streaming }) : "–",
  ]);
  return table(t("nav.stations"), [t("card.station"), t("stations.lastScan"), t("stations.calibrated"), t("stations.tunnel")], rows);
}

function timed(words: string, at: string): HTMLElement {
  return el("time", { datetime: at, title: new Date(at).toLocaleString() }, words);
}
