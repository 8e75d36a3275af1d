/** Regions over the picture: Annotorious draws, selects and edits the rectangles; a layer of chips says what they are. */
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
  private settling = false;

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
      this.quietly(() => this.annotator.removeAnnotation(annotation.id));
      hooks.onDraw(boxOf(annotation));
    });
    this.annotator.on("selectionChanged", (annotations) => {
      if (!this.settling) hooks.onSelect(annotations[0]?.id ?? null);
    });
    viewer.element.addEventListener("pointerup", () => queueMicrotask(() => this.reportMoves()));
    viewer.addHandler("update-viewport", () => this.placeChips());
    viewer.canvas.append(this.chips);
  }

  /** Shows these regions of the open view, and which of them is chosen. */
  show(regions: readonly Region[], selected: string | null): void {
    this.regions = new Map(regions.map((region) => [region.id, region]));
    this.selected = selected;
    this.quietly(() => {
      this.annotator.setAnnotations(regions.map(annotationOf), true);
      if (selected && this.regions.has(selected)) this.annotator.setSelected(selected, this.isOwn(selected));
      else this.annotator.setSelected();
    });
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
    const score = region.score === null ? "yours" : region.score.toFixed(2);
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

  private placeChips(): void {
    if (this.chips.hidden || this.viewer.world.getItemCount() === 0) return;
    const { clientWidth, clientHeight } = this.viewer.canvas;
    for (const chip of this.chips.children as HTMLCollectionOf<HTMLElement>) {
      const region = this.regions.get(chip.dataset.region ?? "");
      if (!region) continue;
      const { x, y } = this.viewer.viewport.imageToViewerElementCoordinates(
        new OpenSeadragon.Point(region.box[0], region.box[1]),
      );
      const outside = x > clientWidth || y > clientHeight + 24 || x < -240 || y < 0;
      chip.style.visibility = outside ? "hidden" : "visible";
      chip.style.transform = `translate(${Math.round(x - 1)}px, ${Math.round(y)}px) translateY(-100%)`;
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

  private quietly(change: () => void): void {
    this.settling = true;
    try {
      change();
    } finally {
      this.settling = false;
    }
  }
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
