/** The bar at the foot: the link, the model, the calibration of the scanner, and how the queue stands. */
import { call } from "./http";
import { el, part } from "./dom";
import { t } from "./i18n";
import { provider } from "./scancard";
import type { ServiceStatus, StationStatus } from "./wire";
import { duration, shortId } from "./words";

const AGAIN_MS = 15_000;
/** A linear accelerator's air and dark signals are taken daily at least; older ones are pointed out. */
const CALIBRATION_LATE_S = 24 * 3600;
const QUEUE_LATE_S = 30 * 60;

export class StatusBar {
  private known: ServiceStatus | null = null;
  private station: string | null = null;
  private readAt = 0;

  /** onUnseen: the officer wants to see what the model could not examine. */
  constructor(private readonly root: HTMLElement, onUnseen: () => void) {
    part(root, "unseen").addEventListener("click", onUnseen);
    setInterval(() => void this.refresh(), AGAIN_MS);
  }

  /** Fetches how the service stands. That it is away is said by the link, not here: what was known stays, and ages. */
  async refresh(): Promise<void> {
    try {
      this.known = await call<ServiceStatus>("GET", "/v1/status");
      this.readAt = Date.now();
    } catch {
      return;
    }
    this.draw();
  }

  /** The scanner of the open scan: its calibration is shown. Null: the one whose calibration is oldest. */
  look(station: string | null): void {
    this.station = station;
    this.draw();
  }

  /** The scanners that there are. */
  get stations(): string[] {
    return (this.known?.stations ?? []).map(({ station_id }) => station_id);
  }

  showLink(up: boolean): void {
    const link = part(this.root, "link");
    link.classList.toggle("is-up", up);
    link.classList.toggle("is-down", !up);
    (link.lastElementChild as HTMLElement).textContent = t(up ? "link.live" : "link.lost");
  }

  draw(): void {
    const { known } = this;
    if (!known) return;
    const passed_s = (Date.now() - this.readAt) / 1000;
    const model = part(this.root, "model");
    model.replaceChildren(...modelWords(known));
    model.title = [t("top.model"), known.model_id ?? "", known.trouble ?? ""].filter(Boolean).join("\n");
    model.classList.toggle("is-late", known.trouble !== null || known.model_id === null);
    this.drawCalibration(stationOf(known.stations, this.station), passed_s);
    const unseen = part(this.root, "unseen");
    unseen.hidden = known.not_analysed === 0;
    unseen.textContent = t("status.unseen", { n: known.not_analysed });
    const queue = part(this.root, "queue");
    const oldest_s = known.oldest_wait_s === null ? null : known.oldest_wait_s + passed_s;
    const words = [el("b", {}, String(known.waiting)), ` ${t("status.waiting")}`];
    if (known.recheck) words.push(" · ", el("b", {}, String(known.recheck)), ` ${t("status.toRecheck")}`);
    if (oldest_s !== null) words.push(" · ", t("status.oldest", { age: duration(oldest_s) }));
    queue.hidden = false;
    queue.replaceChildren(...words);
    queue.classList.toggle("is-late", oldest_s !== null && oldest_s > QUEUE_LATE_S);
  }

  private drawCalibration(station: StationStatus | null, passed_s: number): void {
    const host = part(this.root, "calibration");
    host.hidden = station === null;
    if (!station) return;
    const age_s = station.calibration_age_s === null ? null : station.calibration_age_s + passed_s;
    const words = age_s === null ? t("status.uncalibrated") : duration(age_s);
    host.replaceChildren(`${t("status.calibration", { station: station.station_id })} `, el("b", {}, words));
    host.title = station.calibrated_at ? new Date(station.calibrated_at).toLocaleString() : t("status.calibration.unknown");
    host.classList.toggle("is-late", age_s !== null && age_s > CALIBRATION_LATE_S);
  }
}

function modelWords({ model_id, model_name, provider: by, version }: ServiceStatus): (Node | string)[] {
  if (!model_id) return [t("top.noModel")];
  return [el("b", {}, model_name ?? ""), ` ${shortId(model_id)} · ${provider(by)} · ${version}`];
}

/** The scanner of that name; without a name the one whose calibration is oldest, where any says so. */
export function stationOf(stations: readonly StationStatus[], name: string | null): StationStatus | null {
  if (name !== null) return stations.find((station) => station.station_id === name) ?? null;
  const known = stations.filter((station) => station.calibration_age_s !== null);
  return known.reduce<StationStatus | null>(
    (oldest, each) => (oldest && (oldest.calibration_age_s ?? 0) >= (each.calibration_age_s ?? 0) ? oldest : each), null,
  );
}
