/** The picture: one OpenSeadragon viewer over raw tiles, its look, the regions on it and what the pointer is over. */
import { t } from "./i18n";
import OpenSeadragon from "openseadragon";
import { type AnnotateHooks, Annotations } from "./annotate";
import { type Display, PLAIN } from "./display";
import { FullTiles } from "./full";
import { Guide } from "./guide";
import { type Colours, coloursOf } from "./lookup";
import { Loupe } from "./loupe";
import { type Window, windowOf } from "./lut";
import { Painter } from "./paint";
import { watchPlaces, windowByDragging } from "./pointer";
import { applied, type Preset, scannerOf } from "./prefs";
import { placeWords, valuesAt } from "./probe";
import { boxBetween, type Region } from "./regions";
import { look, type Sight, sightOf } from "./sight";
import { freshen, rawSource } from "./source";
import type { RawTile } from "./tiles";
import { type ToolHooks, Tools } from "./tools";
import { Why } from "./why";
import type { Box, Card, ViewInfo } from "./wire";

export interface PaneHooks extends AnnotateHooks, ToolHooks {
  /** Whether the pictures are the service's scans, of which it knows the scanner's colours. */
  live: boolean;
  onLook: () => void;
  onPointer: (words: string) => void;
}

/** After so long the tables are made that a first local contrast or colour would wait for. */
const WARM_MS = 300;

export class Pane {
  display: Display = PLAIN;
  /** How scans of this scanner are shown at first; null: as they come. */
  preset: Preset | null = null;
  /** Where the colours of the open view come from; null where the service did not say. */
  colours: Colours | null = null;
  private view: ViewInfo | null = null;
  private painter: Painter | null = null;
  private natural = { log: PLAIN.window, linear: PLAIN.window };
  private askedAt: number | null = null;
  private paintedMs = 0;
  private readonly viewer: OpenSeadragon.Viewer;
  readonly tools: Tools;
  /** The line that shows where along the way a linked picture's pointer is. */
  readonly guide: Guide;
  readonly why: Why;
  /** The picture was moved or enlarged; the pointer is over this x of the view, null: over none. */
  onMoved: (() => void) | null = null;
  onPlace: ((x: number | null) => void) | null = null;
  private readonly loupe: Loupe;
  private readonly annotations: Annotations | null = null;
  private opening = 0;

  constructor(host: HTMLElement, readout: HTMLElement, private readonly hooks: PaneHooks) {
    this.viewer = new OpenSeadragon.Viewer({
      element: host,
      drawer: "canvas",
      showNavigationControl: false,
      showNavigator: true,
      navigatorPosition: "BOTTOM_RIGHT",
      navigatorWidth: "210px",
      navigatorHeight: "76px",
      navigatorAutoFade: false,
      animationTime: 0.25,
      springStiffness: 12,
      blendTime: 0,
      visibilityRatio: 0.6,
      minZoomImageRatio: 0.8,
      maxZoomPixelRatio: 8,
      imageSmoothingEnabled: true,
      maxImageCacheCount: 64,
      gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: false, scrollToZoom: true },
      crossOriginPolicy: false,
    } as OpenSeadragon.Options);
    const repaint = (event: { rendered: CanvasRenderingContext2D }) => {
      const from = performance.now();
      if (this.painter) freshen(event.rendered, this.painter);
      this.paintedMs += performance.now() - from;
    };
    this.viewer.addHandler("tile-drawing", repaint as never);
    this.viewer.navigator.addHandler("tile-drawing", repaint as never);
    this.viewer.addHandler("update-viewport", () => {
      this.showNavigator();
      this.noteRedraw(host);
      this.guide.put();
      this.onMoved?.();
    });
    this.viewer.addHandler("canvas-key", (event) => (event.preventDefaultAction = true));
    this.viewer.addHandler("tile-load-failed", (event) => {
      hooks.onTrouble(t("say.partNotLoaded", { why: event.message }));
    });
    this.guide = new Guide(this.viewer);
    this.why = new Why(this.viewer);
    this.tools = new Tools(this.viewer, readout, hooks);
    this.loupe = new Loupe(this.viewer, host);
    windowByDragging(host, () => this.display.window, (window) => this.change({ window }));
    watchPlaces(host, (x, y) => this.placed(x, y), () => this.placed(null, null));
    try {
      this.annotations = new Annotations(this.viewer, hooks);
    } catch (error) {
      hooks.onTrouble(t("say.noRegions", { why: error instanceof Error ? error.message : String(error) }));
    }
  }

  get tellsMaterials(): boolean {
    return this.painter?.tellsMaterials ?? false;
  }

  /**
   * Opens one view of a scan with a window that fits it; a later call overtakes an earlier one. Where it cannot be
   * fetched no picture is shown: one of another scan must not stand under this one's name.
   */
  async open(card: Card, viewIndex: number): Promise<void> {
    const turn = ++this.opening;
    const view = card.views[viewIndex];
    const [{ tiles, overview }, colours] = await Promise.all([rawSource(card.scan_id, viewIndex, view), this.coloursFor(card, view)]).catch(
      (error: unknown) => {
        if (turn === this.opening) this.close();
        throw error;
      },
    );
    if (turn !== this.opening) return;
    this.view = view;
    this.colours = colours;
    const painter = new Painter(view, overview, colours?.lookup ?? null);
    this.painter = painter;
    const values = overview.planes[0];
    this.natural = {
      log: windowOf(values, this.painter.depthTable(true), true),
      linear: windowOf(values, this.painter.depthTable(false), false),
    };
    const window = view.bits > 8 ? this.natural.log : this.natural.linear;
    const energy = this.display.energy < view.energies.length ? this.display.energy : 0;
    this.display = { ...this.display, window, energy, stage: 0 };
    if (this.preset) this.display = applied(this.preset, this.natural[this.preset.log ? "log" : "linear"]);
    this.painter.setDisplay(this.display);
    await new Promise<void>((done) => {
      this.viewer.addOnceHandler("open", () => done());
      this.viewer.open(tiles as unknown as OpenSeadragon.TileSourceSpecifier);
    });
    if (turn !== this.opening) return;
    const full = new FullTiles(card.scan_id, viewIndex, view);
    this.tools.look(full, colours);
    this.why.show(null);
    this.loupe.look(full, this.painter);
    this.hooks.onLook();
    setTimeout(() => this.painter === painter && painter.warm(1), WARM_MS);
  }

  /** The colours of the view's scanner; without them it is shown in colours of density, and that is said. */
  private async coloursFor(card: Card, view: ViewInfo): Promise<Colours | null> {
    if (!this.hooks.live) return null;
    try {
      return await coloursOf(card.scan_id, scannerOf(card));
    } catch (error) {
      if (view.energies.length > 1) this.hooks.onTrouble(t("say.noColours", { why: error instanceof Error ? error.message : String(error) }));
      return null;
    }
  }

  close(): void {
    this.opening++;
    this.view = null;
    this.tools.look(null, null);
    this.why.show(null);
    this.loupe.look(null, null);
    this.show([], null);
    this.viewer.close();
    this.hooks.onPointer("");
  }

  show(regions: readonly Region[], selected: string | null): void {
    this.annotations?.show(regions, selected);
  }

  setDrawing(on: boolean): void {
    this.annotations?.setDrawing(on);
    this.viewer.element.classList.toggle("is-drawing", on);
  }

  setRegionsVisible(visible: boolean): void {
    this.annotations?.setVisible(visible);
  }

  /** Shows the picture otherwise; nothing is asked of the service. A window that is set by hand ends the sweep. */
  change(part: Partial<Display>): void {
    this.display = { ...this.display, stage: part.window ? 0 : this.display.stage, ...part };
    this.askedAt = performance.now();
    this.painter?.setDisplay(this.display);
    this.paintedMs = performance.now() - this.askedAt;
    this.viewer.forceRedraw();
    if (this.viewer.navigator.element.style.visibility !== "hidden") this.viewer.navigator.forceRedraw();
    void this.loupe.draw();
    this.hooks.onLook();
  }

  /** Names of the energies of the open view. */
  get energies(): readonly string[] {
    return this.view?.energies ?? [];
  }

  /** Share 0..1 of what stands in the beam that the beam did not get through. */
  get lost(): number {
    return this.painter?.lost ?? 0;
  }

  /** The window that opening chose, on the scale that is shown. */
  get naturalWindow(): Window {
    return this.display.window.log ? this.natural.log : this.natural.linear;
  }

  switchScale(): void {
    this.change({ window: this.display.window.log ? this.natural.linear : this.natural.log });
  }

  fit(): void {
    this.viewer.viewport.goHome();
  }

  zoom(factor: number): void {
    this.viewer.viewport.zoomBy(factor);
    this.viewer.viewport.applyConstraints();
  }

  /** Looks further along and across by these shares of what is in sight, as far as the picture reaches. */
  pan(along: number, across: number): void {
    const { viewport } = this.viewer;
    const { width, height } = viewport.getBounds();
    viewport.panBy(new OpenSeadragon.Point(along * width, across * height));
    viewport.applyConstraints();
  }

  /** Brings a box into sight, with its surroundings; leaves the picture alone where it is well in sight already. */
  reveal([x1, y1, x2, y2]: Box): void {
    const { viewport } = this.viewer;
    const box = viewport.imageToViewportRectangle(x1, y1, x2 - x1, y2 - y1);
    const seen = viewport.getBounds(false);
    const inside = seen.containsPoint(box.getTopLeft(), 0) && seen.containsPoint(box.getBottomRight(), 0);
    if (!inside) viewport.panTo(box.getCenter());
  }

  /** What is in sight, in pixels of the view. */
  get inSight(): Sight | null {
    return this.view ? sightOf(this.viewer) : null;
  }

  lookAt(sight: Sight): void {
    if (this.view) look(this.viewer, sight);
  }

  /** The open view's picture as a whole, and how it is painted. */
  get whole(): { view: ViewInfo; overview: RawTile; painter: Painter } | null {
    const { view, painter } = this;
    return view && painter ? { view, overview: painter.overview, painter } : null;
  }

  /** A box in the middle of what is in sight, a sixth of it wide and high. */
  middleBox(): Box | null {
    if (!this.view) return null;
    const bounds = this.viewer.viewport.getBounds();
    const seen = this.viewer.viewport.viewportToImageRectangle(bounds);
    const { x, y } = seen.getCenter();
    const side = Math.min(seen.width, seen.height) / 6;
    return boxBetween(x - side, y - side, x + side, y + side, this.view.width, this.view.height);
  }

  /** The loupe over a box, or over the middle of what is in sight; or no loupe. Says whether it is in hand now. */
  toggleLoupe(box: Box | null): boolean {
    const [x1, y1, x2, y2] = box ?? this.middleBox() ?? [0, 0, 0, 0];
    this.loupe.toggle((x1 + x2) / 2, (y1 + y2) / 2);
    return this.loupe.on;
  }

  /** Moves what is in hand, the loupe or a tool's figure, by pixels of the screen; false where nothing is. */
  nudge(dx: number, dy: number, whole: boolean): boolean {
    const step = this.pixelsPerScreenPixel;
    return this.loupe.nudge(dx * step, dy * step) || this.tools.nudge(dx * step, dy * step, whole);
  }

  /** Pixels of the view under one pixel of the screen. */
  get pixelsPerScreenPixel(): number {
    return 1 / this.viewer.viewport.viewportToImageZoom(this.viewer.viewport.getZoom());
  }

  /** The pointer is over this pixel of the screen, counted from the picture's corner; null: over none. */
  private placed(left: number | null, top: number | null): void {
    const { view } = this;
    if (left === null || top === null || !view || this.viewer.world.getItemCount() === 0) {
      this.onPlace?.(null);
      return this.hooks.onPointer("");
    }
    const { x, y } = this.viewer.viewport.viewerElementToImageCoordinates(new OpenSeadragon.Point(left, top));
    const inside = x >= 0 && y >= 0 && x < view.width && y < view.height;
    this.onPlace?.(inside ? x : null);
    this.hooks.onPointer(inside ? placeWords(view, x, y, valuesAt(this.viewer, view, x, y)) : "");
  }

  /** Leaves on the element, for whoever measures, the milliseconds from the last change to its picture, and of painting. */
  private noteRedraw(host: HTMLElement): void {
    if (this.askedAt === null) return;
    host.dataset.paintMs = this.paintedMs.toFixed(2);
    host.dataset.redrawMs = (performance.now() - this.askedAt).toFixed(2);
    this.askedAt = null;
  }

  /** The small map only tells something while the picture is enlarged. */
  private showNavigator(): void {
    const { viewport } = this.viewer;
    const enlarged = viewport.getZoom(true) > 1.15 * viewport.getHomeZoom();
    const { style } = this.viewer.navigator.element;
    if (enlarged && style.visibility === "hidden") this.viewer.navigator.forceRedraw();
    style.visibility = enlarged ? "visible" : "hidden";
  }
}
