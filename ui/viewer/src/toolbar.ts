/** The tools above the picture: views, display, scale, brightness and contrast. */
import { el, part } from "./dom";
import { clamp, NARROWEST, WIDEST, type Window } from "./lut";
import type { Pane } from "./pane";
import type { Mode } from "./paint";
import type { ViewInfo } from "./wire";

/** Contrast 0..1 of a window's width, evenly felt over the slider. */
export function contrastOf(width: number): number {
  return clamp(Math.log(WIDEST / width) / Math.log(WIDEST / NARROWEST), 0, 1);
}

export function widthOf(contrast: number): number {
  return WIDEST * (NARROWEST / WIDEST) ** contrast;
}

export class Toolbar {
  private readonly brightness: HTMLInputElement;
  private readonly contrast: HTMLInputElement;

  constructor(private readonly root: HTMLElement, private readonly pane: () => Pane, onView: (index: number) => void) {
    this.brightness = part<HTMLInputElement>(root, "brightness");
    this.contrast = part<HTMLInputElement>(root, "contrast");
    this.brightness.addEventListener("input", () => this.change({ centre: 1 - Number(this.brightness.value) }));
    this.contrast.addEventListener("input", () => this.change({ width: widthOf(Number(this.contrast.value)) }));
    onChoice(part(root, "modes"), (mode) => pane().setLook(mode as Mode, pane().window));
    onChoice(part(root, "scale"), (scale) => {
      if ((scale === "log") !== pane().window.log) pane().switchScale();
    });
    onChoice(part(root, "views"), (index) => onView(Number(index)));
    part(root, "reset").addEventListener("click", () => pane().setLook(pane().mode, pane().naturalWindow));
    part(root, "fit").addEventListener("click", () => pane().fit());
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
    const { mode, window, tellsMaterials } = this.pane();
    press(part(this.root, "modes"), mode);
    press(part(this.root, "scale"), window.log ? "log" : "linear");
    this.brightness.value = String(1 - window.centre);
    this.contrast.value = String(contrastOf(window.width));
    const legend = part(this.root, "legend");
    legend.hidden = mode !== "colour";
    legend.className = `cs-legend ${tellsMaterials ? "is-material" : "is-density"}`;
    legend.replaceChildren(...(tellsMaterials ? materialLegend() : [el("i", {}), "dense → open beam: density colours, not material"]));
  }

  private change(part: Partial<Window>): void {
    this.pane().setLook(this.pane().mode, { ...this.pane().window, ...part });
  }
}

function materialLegend(): Node[] {
  return [["organic", "organic"], ["mixed", "light metal, mixed"], ["metal", "metal"]].map(([name, words]) =>
    el("span", { class: `is-${name}` }, words),
  );
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
