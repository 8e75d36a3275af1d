/** A second picture beside the main one: another view, another energy or another scan, with its regions; to look at only. */
import OpenSeadragon from "openseadragon";
import type { Look } from "./annotate";
import { type Place, DifferencePainter, differenceTiles } from "./difference";
import type { Display } from "./display";
import { el } from "./dom";
import { Guide } from "./guide";
import type { Colours } from "./lookup";
import { windowOf } from "./lut";
import { Painter } from "./paint";
import { node } from "./plot";
import type { Region } from "./regions";
import type { Register } from "./register";
import { look, type Sight, sightOf } from "./sight";
import { freshen, type Paints, rawSource } from "./source";
import type { RawTile } from "./tiles";


export interface SideHooks {
  onSelect: (id: string) => void;
  lookOf: (kind: string) => Look;
  onMoved: () => void;
  onResized: () => void;
  /** The pointer is over this x of the picture, null: over none. */
  onPlace: (x: number | null) => void;
  onTrouble: (words: string) => void;
}

export class SidePane {
  place: Place | null = null;
  overview: RawTile | null = null;
  readonly guide: Guide;
  private readonly viewer: OpenSeadragon.Viewer;
  private readonly regions = node("svg", { class: "cs-side-regions", "aria-hidden": "true" });
  private readonly title = el("div", { class: "cs-pane-title" });
  private painter: Painter | null = null;
  private shownBy: Paints | null = null;
  private shown: { regions: readonly Region[]; selected: string | null } = { regions: [], selected: null };
  private opening = 0;

  constructor(host: HTMLElement, private readonly hooks: SideHooks) {
    this.viewer = new OpenSeadragon.Viewer({
      element: host,
      drawer: "canvas",
      showNavigationControl: false,
      animationTime: 0.25,
      springStiffness: 12,
      blendTime: 0,
      visibilityRatio: 0.1,
      minZoomImageRatio: 0.2,
      maxZoomPixelRatio: 8,
      maxImageCacheCount: 32,
      gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: false, scrollToZoom: true },
      crossOriginPolicy: false,
    } as OpenSeadragon.Options);
    this.guide = new Guide(this.viewer);
    this.viewer.canvas.append(this.regions);
    host.append(this.title);
    this.viewer.addHandler("tile-drawing", ((event: { rendered: CanvasRenderingContext2D }) => {
      if (this.shownBy) freshen(event.rendered, this.shownBy);
    }) as never);
    this.viewer.addHandler("update-viewport", () => {
      this.guide.put();
      this.drawRegions();
      hooks.onMoved();
    });
    this.viewer.addHandler("after-resize", () => hooks.onResized());
    this.viewer.addHandler("canvas-key", (event) => (event.preventDefaultAction = true));
    this.viewer.addHandler("tile-load-failed", (event) => hooks.onTrouble(event.message));
    host.addEventListener("pointermove", (event) => {
      if (this.viewer.world.getItemCount() === 0 || !this.place) return;
      const { left, top } = host.getBoundingClientRect();
      const { x } = this.viewer.viewport.viewerElementToImageCoordinates(new OpenSeadragon.Point(event.clientX - left, event.clientY - top));
      hooks.onPlace(x >= 0 && x < this.place.view.width ? x : null);
    });
    host.addEventListener("pointerleave", () => hooks.onPlace(null));
  }

  /** Opens a view; false where a later call overtook this one. */
  async open(place: Place, colours: Colours | null, display: Display): Promise<boolean> {
    const turn = ++this.opening;
    const { tiles, overview } = await rawSource(place.scanId, place.viewIndex, place.view);
    if (turn !== this.opening) return false;
    this.place = place;
    this.overview = overview;
    this.painter = new Painter(place.view, overview, colours?.lookup ?? null);
    this.shownBy = this.painter;
    this.setDisplay(display);
    return this.openTiles(tiles, turn);
  }

  /** Shows, in place of the picture, how the main one differs from it. */
  async openDifference(here: Place, register: Register): Promise<boolean> {
    const { place } = this;
    if (!place) return false;
    const turn = ++this.opening;
    this.shownBy = new DifferencePainter(here.view, place.view);
    return this.openTiles(differenceTiles(here, place, register), turn);
  }

  close(): void {
    this.opening++;
    this.place = null;
    this.overview = null;
    this.painter = null;
    this.shownBy = null;
    this.guide.show(null);
    this.show([], null);
    this.viewer.close();
  }

  /** Shows the picture as the main one is shown, with a window that fits its own values as that one's fits its. */
  setDisplay(display: Display, natural?: { centre: number; width: number }): void {
    const { painter, overview } = this;
    if (!painter || !overview) return;
    const energy = Math.min(display.energy, painter.beams.length - 1);
    const own = windowOf(overview.planes[energy], painter.depthTable(display.window.log, energy), display.window.log);
    const { window } = display;
    const fitted = natural
      ? { ...window, centre: own.centre + ((window.centre - natural.centre) / natural.width) * own.width, width: (window.width / natural.width) * own.width }
      : window;
    painter.setDisplay({ ...display, energy, window: fitted });
    this.viewer.forceRedraw();
  }

  show(regions: readonly Region[], selected: string | null): void {
    this.shown = { regions, selected };
    this.drawRegions();
  }

  name(...words: (Node | string)[]): void {
    this.title.replaceChildren(...words);
  }

  get sight(): Sight | null {
    return this.place ? sightOf(this.viewer) : null;
  }

  lookAt(sight: Sight): void {
    if (this.place) look(this.viewer, sight);
  }

  private async openTiles(tiles: OpenSeadragon.TileSource, turn: number): Promise<boolean> {
    await new Promise<void>((done) => {
      this.viewer.addOnceHandler("open", () => done());
      this.viewer.open(tiles as unknown as OpenSeadragon.TileSourceSpecifier);
    });
    return turn === this.opening;
  }

  private drawRegions(): void {
    if (this.viewer.world.getItemCount() === 0) return this.regions.replaceChildren();
    const { viewport } = this.viewer;
    const boxes = this.shown.regions.map((region) => {
      const [x1, y1, x2, y2] = region.box;
      const first = viewport.imageToViewerElementCoordinates(new OpenSeadragon.Point(x1, y1));
      const last = viewport.imageToViewerElementCoordinates(new OpenSeadragon.Point(x2, y2));
      const made = node("rect", { x: `${first.x}`, y: `${first.y}`, width: `${last.x - first.x}`, height: `${last.y - first.y}`, "data-region": region.id });
      made.style.stroke = this.hooks.lookOf(region.kind).colour;
      made.classList.toggle("is-selected", region.id === this.shown.selected);
      made.classList.toggle("is-rejected", region.verdict === "reject");
      made.addEventListener("pointerdown", (event) => event.stopPropagation());
      made.addEventListener("click", () => this.hooks.onSelect(region.id));
      return made;
    });
    this.regions.replaceChildren(...boxes);
  }
}

