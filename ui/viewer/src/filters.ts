/** Which rows of the worklist an officer wants to see: a strip of choices that opens under the list's heading. */
import { el, part } from "./dom";
import { type Key, t } from "./i18n";
import type { Filters, Kind, Status } from "./wire";

const STATUSES: readonly Status[] = ["analysed", "failed", "received"];
const RISKS: readonly (readonly [Key, Partial<Filters>])[] = [
  ["filter.high", { min_score: 0.7 }],
  ["filter.middle", { min_score: 0.3, max_score: 0.7 }],
  ["filter.low", { max_score: 0.3 }],
];
const WAITS: readonly (readonly [Key, Partial<Filters>])[] = [
  ["filter.wait10", { min_wait_s: 600 }],
  ["filter.wait30", { min_wait_s: 1800 }],
  ["filter.wait60", { min_wait_s: 3600 }],
];

export class FilterStrip {
  now: Filters = {};
  private readonly station = el("select", {});
  private readonly kind = el("select", {});
  private readonly status = el("select", {});
  private readonly risk = el("select", {});
  private readonly wait = el("select", {});

  /** onChange: other rows are wanted. */
  constructor(private readonly root: HTMLElement, private readonly onChange: () => void) {
    const selects: [Key, HTMLSelectElement][] = [
      ["filter.station", this.station], ["filter.kind", this.kind], ["filter.status", this.status],
      ["filter.risk", this.risk], ["filter.wait", this.wait],
    ];
    const clear = el("button", { type: "button", class: "cs-plain" }, t("filter.clear"));
    clear.addEventListener("click", () => this.set({}));
    part(root, "filters").replaceChildren(
      ...selects.map(([name, select]) => el("label", {}, el("span", {}, t(name)), select)),
      clear,
    );
    fill(this.status, STATUSES.map((name) => [name, t(`filter.${name}` as Key)]));
    fill(this.risk, RISKS.map(([name], i) => [String(i), t(name)]));
    fill(this.wait, WAITS.map(([name], i) => [String(i), t(name)]));
    for (const [, select] of selects) select.addEventListener("change", () => this.read());
    part(root, "filtering").addEventListener("click", () => this.toggle());
  }

  /**
   * What there is to choose from; where the site hands scans out, only the station may be chosen. blind: nothing that
   * would tell what the model says, since the site wants a first look.
   */
  offer(stations: readonly string[], kinds: readonly Kind[], assigned: boolean, blind: boolean): void {
    fill(this.station, stations.map((station) => [station, station]), this.station.value);
    fill(this.kind, kinds.map(({ id, name }) => [id, name]), this.kind.value);
    for (const select of [this.status, this.wait]) (select.parentElement as HTMLElement).hidden = assigned;
    for (const select of [this.kind, this.risk]) (select.parentElement as HTMLElement).hidden = assigned || blind;
  }

  toggle(): void {
    const strip = part(this.root, "filters");
    strip.hidden = !strip.hidden;
    part(this.root, "filtering").setAttribute("aria-expanded", String(!strip.hidden));
    if (!strip.hidden) this.station.focus();
  }

  /** Chooses these and no others. */
  set(filters: Filters): void {
    this.now = filters;
    this.station.value = filters.station ?? "";
    this.kind.value = filters.kind ?? "";
    this.status.value = filters.status ?? "";
    this.risk.value = this.wait.value = "";
    this.changed();
  }

  private read(): void {
    const { station, kind, status, risk, wait } = this;
    this.now = {
      ...(station.value ? { station: station.value } : {}),
      ...(kind.value ? { kind: kind.value } : {}),
      ...(status.value ? { status: status.value as Status } : {}),
      ...(risk.value ? RISKS[Number(risk.value)][1] : {}),
      ...(wait.value ? WAITS[Number(wait.value)][1] : {}),
    };
    this.changed();
  }

  private changed(): void {
    const count = [this.station, this.kind, this.status, this.risk, this.wait].filter(({ value }) => value).length;
    const button = part(this.root, "filtering");
    button.classList.toggle("is-on", count > 0);
    button.textContent = count > 0 ? t("filter.some", { n: count }) : t("filter");
    this.onChange();
  }
}

function fill(select: HTMLSelectElement, options: readonly (readonly [string, string])[], chosen = ""): void {
  select.replaceChildren(el("option", { value: "" }, t("filter.any")), ...options.map(([value, words]) => el("option", { value }, words)));
  select.value = options.some(([value]) => value === chosen) ? chosen : "";
}
