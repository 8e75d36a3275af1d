/** Ruler, area, line profile and attenuation: a figure on the picture, and what it says. */
import OpenSeadragon from "openseadragon";
import { el } from "./dom";
import type { FullTiles } from "./full";
import { type Key, t } from "./i18n";
import type { Colours } from "./lookup";
import { beam } from "./lut";
import { type Mass, massOf, massWords } from "./mass";
import { along, areaMm, areaWords, attenuation, attenuationOf, lengthMm, lengthPx, lengthWords, type Point, within } from "./measure";
import { node, profilePlot } from "./plot";
import { percent } from "./toolbar";
import type { Box, ViewInfo } from "./wire";

export type Tool = "ruler" | "area" | "profile" | "density";
export const TOOLS: readonly Tool[] = ["ruler", "area", "profile", "density"];

const NAMES: Readonly<Record<Tool, Key>> = {
  ruler: "tool.ruler", area: "tool.area", profile: "tool.profile", density: "tool.density",
};
const LINES: ReadonlySet<Tool> = new Set(["ruler", "profile"]);

export interface ToolHooks {
  /** Another tool is chosen, or none. */
  onTool: (tool: Tool | null) => void;
  onTrouble: (words: string) => void;
}

export class Tools {
  tool: Tool | null = null;
  private ends: [Point, Point] | null = null;
  private full: FullTiles | null = null;
  private colours: Colours | null = null;
  private turn = 0;
  private readonly layer = el("div", { class: "cs-measure", hidden: "" });
  private readonly figure = node("svg", { class: "cs-figure", "aria-hidden": "true" });

  constructor(private readonly viewer: OpenSeadragon.Viewer, private readonly readout: HTMLElement, private readonly hooks: ToolHooks) {
    this.layer.append(this.figure);
    viewer.canvas.append(this.layer);
    viewer.addHandler("update-viewport", () => this.drawFigure());
    this.layer.addEventListener("pointerdown", (event) => this.drag(event));
  }

  /** Another view is open, or none: nothing is measured in it yet. */
  look(full: FullTiles | null, colours: Colours | null): void {
    this.full = full;
    this.colours = colours;
    this.ends = null;
    this.turn += 1;
    this.drawFigure();
    this.drawReadout();
  }

  /** Takes a tool in hand, or puts it away where it is in hand already. */
  choose(tool: Tool | null): void {
    const same = this.tool === tool;
    const keeps = tool !== null && this.tool !== null && LINES.has(tool) === LINES.has(this.tool);
    this.tool = same || !this.full ? null : tool;
    if (!keeps || same) this.ends = null;
    this.layer.hidden = this.tool === null;
    this.drawFigure();
    this.measure();
    this.hooks.onTool(this.tool);
  }

  /** Lays the tool on a box of the view. False where no tool is in hand, or its figure lies there already. */
  place([x1, y1, x2, y2]: Box): boolean {
    if (!this.tool || this.ends) return false;
    const middle = (y1 + y2) / 2;
    this.ends = LINES.has(this.tool) ? [[x1, middle], [x2, middle]] : [[x1, y1], [x2, y2]];
    this.drawFigure();
    this.measure();
    return true;
  }

  /** Moves the far end of the figure, or with `whole` all of it, by pixels of the view. False where there is none. */
  nudge(dx: number, dy: number, whole: boolean): boolean {
    if (!this.tool || !this.ends) return false;
    const [first, second] = this.ends;
    const moved = ([x, y]: Point): Point => this.kept([x + dx, y + dy]);
    this.ends = [whole ? moved(first) : first, moved(second)];
    this.drawFigure();
    this.measure();
    return true;
  }

  private kept([x, y]: Point): Point {
    const { width, height } = this.full?.view ?? { width: x, height: y };
    return [Math.min(width, Math.max(0, x)), Math.min(height, Math.max(0, y))];
  }

  private drag(down: PointerEvent): void {
    if (down.button !== 0) return;
    down.stopPropagation();
    this.layer.setPointerCapture(down.pointerId);
    const from = this.placeOf(down);
    const move = (event: PointerEvent) => {
      event.stopPropagation();
      this.ends = [from, this.placeOf(event)];
      this.drawFigure();
      this.measure();
    };
    this.layer.addEventListener("pointermove", move);
    this.layer.addEventListener("pointerup", () => this.layer.removeEventListener("pointermove", move), { once: true });
  }

  private placeOf(event: PointerEvent): Point {
    const { left, top } = this.viewer.canvas.getBoundingClientRect();
    const { x, y } = this.viewer.viewport.viewerElementToImageCoordinates(new OpenSeadragon.Point(event.clientX - left, event.clientY - top));
    return this.kept([x, y]);
  }

  private onScreen([x, y]: Point): [number, number] {
    const place = this.viewer.viewport.imageToViewerElementCoordinates(new OpenSeadragon.Point(x, y));
    return [place.x, place.y];
  }

  private drawFigure(): void {
    if (!this.tool || !this.ends || this.viewer.world.getItemCount() === 0) return this.figure.replaceChildren();
    const [[x1, y1], [x2, y2]] = this.ends.map((end) => this.onScreen(end));
    if (LINES.has(this.tool)) {
      const line = { x1: `${x1}`, y1: `${y1}`, x2: `${x2}`, y2: `${y2}` };
      const dot = (x: number, y: number) => node("circle", { cx: `${x}`, cy: `${y}`, r: "3.5" });
      return this.figure.replaceChildren(node("line", { ...line, class: "halo" }), node("line", line), dot(x1, y1), dot(x2, y2));
    }
    const [x, y] = [Math.min(x1, x2), Math.min(y1, y2)];
    const rect = { x: `${x}`, y: `${y}`, width: `${Math.abs(x2 - x1)}`, height: `${Math.abs(y2 - y1)}` };
    this.figure.replaceChildren(node("rect", { ...rect, class: "halo" }), node("rect", rect));
  }

  private measure(): void {
    this.drawReadout();
    const { tool, ends, full } = this;
    if (!tool || !ends || !full || tool === "ruler" || tool === "area") return;
    const turn = ++this.turn;
    const work = tool === "profile" ? profileOf(full, ends) : densityOf(full, boxOf(ends), this.colours);
    work.then(
      (parts) => turn === this.turn && this.tool === tool && this.drawReadout(...parts),
      (error: unknown) => this.hooks.onTrouble(error instanceof Error ? error.message : String(error)),
    );
  }

  private drawReadout(...parts: Node[]): void {
    const { tool, ends, full } = this;
    this.readout.hidden = tool === null;
    if (!tool || !full) return this.readout.replaceChildren();
    const hint = el("p", { class: "is-hint" }, t("tool.hint"));
    this.readout.replaceChildren(el("h3", {}, t(NAMES[tool])), ...(ends ? sizeWords(tool, ends, full.view) : [hint]), ...parts);
  }
}

function sizeWords(tool: Tool, [from, to]: [Point, Point], view: ViewInfo): HTMLElement[] {
  const { pitch_mm: pitch } = view;
  const unknown = pitch ? [] : [el("p", { class: "is-hint" }, t("tool.noPitch"))];
  if (LINES.has(tool)) {
    const mm = lengthMm(from, to, pitch);
    const px = `${lengthPx(from, to).toFixed(0)} px`;
    return [el("p", { class: "cs-num is-figure" }, mm === null ? px : lengthWords(mm), mm === null ? "" : el("span", {}, px)), ...unknown];
  }
  const box = boxOf([from, to]);
  const [width, height] = [box[2] - box[0], box[3] - box[1]];
  const sides = areaMm(box, pitch);
  const px = `${width.toFixed(0)} × ${height.toFixed(0)} px`;
  if (!sides) return [el("p", { class: "cs-num is-figure" }, px), ...unknown];
  const mm = `${lengthWords(sides[0])} × ${lengthWords(sides[1])}`;
  return [el("p", { class: "cs-num is-figure" }, areaWords(sides[2]), el("span", {}, mm))];
}

async function profileOf(full: FullTiles, [from, to]: [Point, Point]): Promise<Node[]> {
  const { view } = full;
  const planes = await full.values(along(from, to));
  const mm = lengthMm(from, to, view.pitch_mm);
  const curves = planes.map((plane, i) => attenuation(plane, beam(view.open_beam[i], view.bits)));
  const plot = profilePlot(curves, view.energies, mm === null ? `${lengthPx(from, to).toFixed(0)} px` : lengthWords(mm));
  return [el("p", { class: "is-hint" }, t("profile.axis")), plot];
}

async function densityOf(full: FullTiles, box: Box, colours: Colours | null): Promise<Node[]> {
  const { view } = full;
  const { places, width } = within(box);
  const planes = await full.values(places);
  const found = planes.map((plane, i) => attenuationOf(plane, width, beam(view.open_beam[i], view.bits)));
  const rows = found.flatMap(({ mean, low, high, lost }, i) => [
    el("dt", {}, view.energies[i]),
    el(
      "dd",
      { class: "cs-num" },
      `${lost > 0 ? "≥ " : ""}${mean.toFixed(3)}`,
      el("span", {}, Number.isNaN(low) ? "" : `${low.toFixed(3)} – ${high.toFixed(3)}`),
    ),
  ]);
  const lost = Math.max(...found.map((each) => each.lost));
  const mm2 = areaMm(box, view.pitch_mm)?.[2] ?? null;
  const mass = colours ? massRows(massOf(found, planes[0].length, mm2, colours.areal, colours.lookup), colours.areal.scanner) : [];
  const words = [el("p", { class: "is-hint" }, t("density.meaning")), el("dl", {}, ...rows), ...mass];
  return lost > 0 ? [...words, el("p", { class: "is-hint" }, t("density.lost", { share: percent(lost) }))] : words;
}

/** Density and mass, what is assumed, and where the table comes from. */
function massRows({ stuff, density, kg, bound }: Mass, scanner: string): Node[] {
  const least = bound ? "≥ " : "";
  const range = ([, low, high]: readonly [number, number, number], words: (value: number) => string) =>
    el("span", {}, bound ? "" : `${words(low)} – ${words(high)}`);
  const grams = (value: number) => value.toFixed(value < 10 ? 2 : 1);
  const rows = [el("dt", {}, t("mass.density")), el("dd", { class: "cs-num" }, `${least}${grams(density[0])} g/cm²`, range(density, grams))];
  if (kg) rows.push(el("dt", {}, t("mass.mass")), el("dd", { class: "cs-num" }, `${least}${massWords(kg[0])}`, range(kg, massWords)));
  return [el("dl", { class: "cs-mass" }, ...rows), el("p", { class: "is-hint" }, t("mass.assumed", { stuff: t(`stuff.${stuff}`), scanner }))];
}

function boxOf([[x1, y1], [x2, y2]]: [Point, Point]): Box {
  return [Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2)];
}
