/** Regions over the picture: Annotorious draws, selects and edits the rectangles; a layer of chips says what they are. */
import { t } from "./i18n";
import { createOSDAnnotator, type DrawingStyle, type ImageAnnotation, ShapeType, UserSelectAction } from "@annotorious/openseadragon";
import OpenSeadragon from "openseadragon";
import { el } from "./dom";
import type { Region } from "./regions";
import type { Box } from "./wire";

export interface Look {
  name: string;
  colour: string;
}

export interface AnnotateHooks {
  onSelect: (id: string | null) => void;
  onDraw: (box: Box) => void;
  onMove: (id: string, box: Box) => void;
  lookOf: (kind: string) => Look;
}

export class Annotations {
  private readonly annotator;
  private readonly chips = el("div", { class: "cs-chips" });
  private regions = new Map<string, Region>();
  private selected: string | null = null;

  constructor(private readonly viewer: OpenSeadragon.Viewer, private readonly hooks: AnnotateHooks) {
    this.annotator = createOSDAnnotator(viewer, {
      drawingEnabled: false,
      drawingMode: "drag",
      autoSave: false,
      userSelectAction: (annotation) => (this.isOwn(annotation.id) ? UserSelectAction.EDIT : UserSelectAction.SELECT),
      style: (annotation, state) => this.styleOf(annotation.id, state?.hovered ?? false),
    });
    this.annotator.setDrawingTool("rectangle");
    this.annotator.on("createAnnotation", (annotation) => {
      this.annotator.removeAnnotation(annotation.id);
      hooks.onDraw(boxOf(annotation));
    });
    this.annotator.on("clickAnnotation", (annotation) => hooks.onSelect(annotation.id));
    viewer.element.addEventListener("pointerup", () => queueMicrotask(() => this.reportMoves()));
    viewer.addHandler("update-viewport", () => this.placeChips());
    viewer.canvas.append(this.chips);
  }

  /** Shows these regions of the open view, and which of them is chosen. */
  show(regions: readonly Region[], selected: string | null): void {
    this.regions = new Map(regions.map((region) => [region.id, region]));
    this.selected = selected;
    this.annotator.setAnnotations(regions.map(annotationOf), true);
    if (selected && this.isOwn(selected)) this.annotator.setSelected(selected, true);
    else this.annotator.setSelected();
    this.chips.replaceChildren(...regions.map((region) => this.chip(region)));
    this.placeChips();
  }

  setDrawing(on: boolean): void {
    if (!on) this.annotator.cancelDrawing();
    this.annotator.setDrawingEnabled(on);
  }

  setVisible(visible: boolean): void {
    this.annotator.setVisible(visible);
    this.chips.hidden = !visible;
  }

  private chip(region: Region): HTMLElement {
    const look = this.hooks.lookOf(region.kind);
    const score = region.score === null ? t("region.yours") : region.score.toFixed(2);
    const marks = { confirm: "✓", reject: "✕", reclass: "↻" };
    const chip = el(
      "button",
      { class: "cs-chip", type: "button", tabindex: "-1", "aria-hidden": "true", "data-region": region.id },
      region.verdict ? el("b", {}, marks[region.verdict]) : "",
      el("span", {}, look.name),
      el("i", {}, score),
    );
    chip.style.setProperty("--kind", look.colour);
    chip.classList.toggle("is-selected", region.id === this.selected);
    chip.classList.toggle("is-rejected", region.verdict === "reject");
    chip.addEventListener("pointerdown", (event) => event.stopPropagation());
    chip.addEventListener("click", () => this.hooks.onSelect(region.id));
    return chip;
  }

  /** Puts each chip at its region's corner; one that would cover another stays away, the chosen region's never does. */
  private placeChips(): void {
    if (this.chips.hidden || this.viewer.world.getItemCount() === 0) return;
    const { clientWidth, clientHeight } = this.viewer.canvas;
    const taken: Rect[] = [];
    const chips = [...(this.chips.children as HTMLCollectionOf<HTMLElement>)];
    chips.sort((a, b) => Number(b.dataset.region === this.selected) - Number(a.dataset.region === this.selected));
    for (const chip of chips) {
      const region = this.regions.get(chip.dataset.region ?? "");
      if (!region) continue;
      const [width, height] = [chip.offsetWidth, chip.offsetHeight];
      const corner = this.viewer.viewport.imageToViewerElementCoordinates(
        new OpenSeadragon.Point(region.box[0], region.box[1]),
      );
      const x = Math.round(Math.max(0, Math.min(corner.x - 1, clientWidth - width)));
      const rect = { x, y: Math.round(Math.max(0, corner.y - height)), width, height };
      const outside = corner.x > clientWidth || corner.y > clientHeight + height || corner.x < -width || corner.y < -height;
      const hidden = outside || taken.some((other) => overlaps(rect, other));
      if (!hidden) taken.push(rect);
      chip.style.visibility = hidden ? "hidden" : "visible";
      chip.style.transform = `translate(${rect.x}px, ${rect.y}px)`;
    }
  }

  private styleOf(id: string, hovered: boolean): DrawingStyle {
    const region = this.regions.get(id);
    const colour = (region ? this.hooks.lookOf(region.kind).colour : "#ffffff") as `#${string}`;
    const chosen = id === this.selected;
    const rejected = region?.verdict === "reject";
    return {
      stroke: colour,
      strokeOpacity: rejected && !chosen ? 0.4 : 1,
      strokeWidth: chosen ? 3 : 1.6,
      fill: colour,
      fillOpacity: chosen ? 0.1 : hovered ? 0.07 : 0,
    };
  }

  /** Tells of drawn regions that a drag has moved or resized. */
  private reportMoves(): void {
    for (const region of this.regions.values()) {
      if (region.finding !== null) continue;
      const annotation = this.annotator.getAnnotationById(region.id);
      if (!annotation) continue;
      const box = boxOf(annotation);
      if (box.some((edge, i) => Math.abs(edge - region.box[i]) > 0.5)) this.hooks.onMove(region.id, box);
    }
  }

  private isOwn(id: string): boolean {
    return this.regions.get(id)?.finding === null;
  }
}

interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

function overlaps(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function annotationOf({ id, box: [minX, minY, maxX, maxY] }: Region): ImageAnnotation {
  const geometry = { x: minX, y: minY, w: maxX - minX, h: maxY - minY, bounds: { minX, minY, maxX, maxY } };
  return {
    id,
    bodies: [],
    target: { annotation: id, selector: { type: ShapeType.RECTANGLE, geometry } },
  } as ImageAnnotation;
}

function boxOf(annotation: ImageAnnotation): Box {
  const { minX, minY, maxX, maxY } = annotation.target.selector.geometry.bounds;
  return [minX, minY, maxX, maxY];
}
