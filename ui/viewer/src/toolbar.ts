/** The tools above the picture: views, display, scale, brightness and contrast. */
import { t } from "./i18n";
import { type Mode, nextStrip, STAGES, type Strip, sweep } from "./display";
import { el, part } from "./dom";
import { clamp, NARROWEST, WIDEST, type Window } from "./lut";
import type { Pane } from "./pane";
import type { ViewInfo } from "./wire";

/** Contrast 0..1 of a window's width, evenly felt over the slider. */
export function contrastOf(width: number): number {
  return clamp(Math.log(WIDEST / width) / Math.log(WIDEST / NARROWEST), 0, 1);
}

export function widthOf(contrast: number): number {
  return WIDEST * (NARROWEST / WIDEST) ** contrast;
}

export interface ToolbarHooks {
  onView: (index: number) => void;
  say: (words: string) => void;
}

/** What is simply on or off. */
type Switch = "local" | "edges" | "safe" | "hatch";
const SWITCHES: readonly Switch[] = ["local", "edges", "safe", "hatch"];

export class Toolbar {
  private readonly brightness: HTMLInputElement;
  private readonly contrast: HTMLInputElement;
  private readonly gamma: HTMLInputElement;

  constructor(private readonly root: HTMLElement, private readonly pane: () => Pane, private readonly hooks: ToolbarHooks) {
    this.brightness = part<HTMLInputElement>(root, "brightness");
    this.contrast = part<HTMLInputElement>(root, "contrast");
    this.gamma = part<HTMLInputElement>(root, "gamma");
    this.brightness.addEventListener("input", () => this.change({ centre: 1 - Number(this.brightness.value) }));
    this.contrast.addEventListener("input", () => this.change({ width: widthOf(Number(this.contrast.value)) }));
    this.gamma.addEventListener("input", () => this.change({ gamma: 4 ** -Number(this.gamma.value) }));
    onChoice(part(root, "modes"), (mode) => pane().change({ mode: mode as Mode }));
    onChoice(part(root, "scale"), (scale) => {
      if ((scale === "log") !== pane().display.window.log) pane().switchScale();
    });
    onChoice(part(root, "energy"), (index) => pane().change({ energy: Number(index) }));
    onChoice(part(root, "strip"), (strip) => this.showOnly(strip as Strip));
    onChoice(part(root, "views"), (index) => hooks.onView(Number(index)));
    for (const name of SWITCHES) part(root, name).addEventListener("click", () => this.toggle(name));
    part(root, "penetrate").addEventListener("click", () => this.penetrate());
    part(root, "reset").addEventListener("click", () => pane().change({ window: pane().naturalWindow }));
    part(root, "fit").addEventListener("click", () => pane().fit());
  }

  toggle(name: Switch): void {
    this.pane().change({ [name]: !this.pane().display[name] });
  }

  penetrate(): void {
    const { display, naturalWindow } = this.pane();
    this.pane().change(sweep(display, naturalWindow));
  }

  nextEnergy(): void {
    const { display, energies } = this.pane();
    if (energies.length < 2) return this.hooks.say(t("say.oneEnergy"));
    this.pane().change({ energy: (display.energy + 1) % energies.length });
  }

  nextStrip(): void {
    this.showOnly(nextStrip(this.pane().display.strip));
  }

  showViews(views: readonly ViewInfo[], chosen: number): void {
    const tabs = part(this.root, "views");
    tabs.hidden = views.length < 2;
    tabs.replaceChildren(
      ...views.map((view, i) =>
        el("button", { type: "button", value: String(i), "aria-pressed": String(i === chosen), title: `${view.name} (V)` }, capital(view.name)),
      ),
    );
  }

  showLook(): void {
    const { display, tellsMaterials, energies } = this.pane();
    const { mode, window, strip } = display;
    press(part(this.root, "modes"), mode);
    press(part(this.root, "scale"), window.log ? "log" : "linear");
    press(part(this.root, "strip"), strip);
    part(this.root, "strip").hidden = !tellsMaterials;
    this.showEnergies(energies, display.energy);
    for (const name of SWITCHES) part(this.root, name).setAttribute("aria-pressed", String(display[name]));
    part(this.root, "stage").textContent = display.stage > 0 ? `${display.stage}/${STAGES}` : "";
    this.brightness.value = String(1 - window.centre);
    this.contrast.value = String(contrastOf(window.width));
    this.gamma.value = String(-Math.log(window.gamma) / Math.log(4));
    this.showLegend();
  }

  private showEnergies(names: readonly string[], chosen: number): void {
    const group = part(this.root, "energy");
    group.hidden = names.length < 2;
    if (group.dataset.names !== names.join()) {
      group.dataset.names = names.join();
      group.replaceChildren(...names.map((name, i) => el("button", { type: "button", value: String(i), title: `${name} (T)` }, name)));
    }
    press(group, String(chosen));
  }

  private showLegend(): void {
    const { display, tellsMaterials, lost } = this.pane();
    const legend = part(this.root, "legend");
    legend.hidden = display.mode !== "colour";
    legend.className = `cs-legend ${tellsMaterials ? "is-material" : "is-density"}${display.safe ? " is-safe" : ""}`;
    legend.replaceChildren(...(tellsMaterials ? [...materialLegend(), this.scannerWords()] : [el("i", {}), t("legend.density")]));
    const words = part(this.root, "lost");
    words.hidden = !display.hatch || lost === 0;
    words.textContent = t("legend.lost", { share: percent(lost) });
  }

  /** Whose calibration the colours rest on; a makeshift says so. */
  private scannerWords(): HTMLElement {
    const { colours } = this.pane();
    const { source = "typical", scanner = "", made_at = null } = colours ?? {};
    const when = made_at ? new Date(made_at).toLocaleDateString() : "";
    return el("em", { class: source === "typical" ? "is-makeshift" : "" }, t(`colours.${source}`, { scanner, when }));
  }

  private showOnly(strip: Strip): void {
    if (!this.pane().tellsMaterials) return this.hooks.say(t("say.noMaterials"));
    this.pane().change({ strip, mode: "colour" });
  }

  private change(part: Partial<Window>): void {
    this.pane().change({ window: { ...this.pane().display.window, ...part } });
  }
}

/** A share 0..1 as an officer reads it: "12 %", "0.4 %", "< 0.1 %". */
export function percent(share: number): string {
  if (share > 0 && share < 0.001) return "< 0.1 %";
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}

function materialLegend(): Node[] {
  return (["organic", "mixed", "metal", "unknown"] as const).map((name) => el("span", { class: `is-${name}` }, t(`legend.${name}`)));
}

/** Marks the button with this value as the pressed one of its group. */
export function press(group: HTMLElement, value: string | null): void {
  for (const button of group.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.value === value));
}

export function onChoice(group: HTMLElement, chosen: (value: string) => void): void {
  group.addEventListener("click", (event) => {
    const button = (event.target as Element).closest("button");
    if (button) chosen(button.value);
  });
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
