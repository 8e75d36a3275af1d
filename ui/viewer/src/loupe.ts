/** A round glass over the picture that shows what lies under the pointer at two pixels of the screen for one of the scan. */
import OpenSeadragon from "openseadragon";
import { el } from "./dom";
import type { FullTiles } from "./full";
import type { Painter } from "./paint";
import { canvasOf, freshen } from "./source";
import type { RawTile } from "./tiles";

const SIDE = 240;
const ENLARGED = 2;

export class Loupe {
  private readonly canvas = el("canvas", { class: "cs-loupe", width: String(SIDE), height: String(SIDE), hidden: "", "aria-hidden": "true" });
  private readonly context = this.canvas.getContext("2d", { alpha: false });
  private readonly painted = new WeakMap<RawTile, CanvasRenderingContext2D>();
  private full: FullTiles | null = null;
  private painter: Painter | null = null;
  private place: readonly [number, number] | null = null;
  private turn = 0;
  on = false;

  constructor(private readonly viewer: OpenSeadragon.Viewer, host: HTMLElement) {
    viewer.canvas.append(this.canvas);
    host.addEventListener("pointermove", (event) => {
      const { left, top } = host.getBoundingClientRect();
      const point = new OpenSeadragon.Point(event.clientX - left, event.clientY - top);
      if (this.on && viewer.world.getItemCount() > 0) {
        const { x, y } = viewer.viewport.viewerElementToImageCoordinates(point);
        this.over(x, y);
      }
    });
    viewer.addHandler("update-viewport", () => this.put());
  }

  look(full: FullTiles | null, painter: Painter | null): void {
    this.full = full;
    this.painter = painter;
    this.place = null;
    this.put();
  }

  /** Takes the glass in hand over a place of the view, or puts it away. */
  toggle(x: number, y: number): void {
    this.on = !this.on;
    if (this.on) this.over(x, y);
    this.put();
  }

  /** Moves the glass by pixels of the view; false where it is not in hand. */
  nudge(dx: number, dy: number): boolean {
    if (!this.on || !this.place) return false;
    this.over(this.place[0] + dx, this.place[1] + dy);
    return true;
  }

  private over(x: number, y: number): void {
    if (!this.full) return;
    const { width, height } = this.full.view;
    this.place = [Math.min(width - 1, Math.max(0, x)), Math.min(height - 1, Math.max(0, y))];
    this.put();
    void this.draw();
  }

  private put(): void {
    this.canvas.hidden = !this.on || !this.place || this.viewer.world.getItemCount() === 0;
    if (this.canvas.hidden || !this.place) return;
    const at = this.viewer.viewport.imageToViewerElementCoordinates(new OpenSeadragon.Point(...this.place));
    this.canvas.style.transform = `translate(${Math.round(at.x - SIDE / 2)}px, ${Math.round(at.y - SIDE / 2)}px)`;
  }

  /** Paints the glass anew, with the display that is chosen now. */
  async draw(): Promise<void> {
    const { full, painter, place, context } = this;
    if (!this.on || !full || !painter || !place || !context) return;
    const turn = ++this.turn;
    const reach = SIDE / ENLARGED / 2;
    const [left, top] = [place[0] - reach, place[1] - reach];
    const tiles = await Promise.all(corners(full, left, top, 2 * reach)).catch(() => []);
    if (turn !== this.turn) return;
    context.fillStyle = "#050607";
    context.fillRect(0, 0, SIDE, SIDE);
    context.imageSmoothingEnabled = false;
    for (const tile of tiles) {
      const source = this.painted.get(tile) ?? canvasOf(tile);
      this.painted.set(tile, source);
      freshen(source, painter);
      const [x, y] = [(tile.left - left) * ENLARGED, (tile.top - top) * ENLARGED];
      context.drawImage(source.canvas, x, y, tile.width * ENLARGED, tile.height * ENLARGED);
    }
  }
}

/** The tiles under a square of the view, each once. */
function corners(full: FullTiles, left: number, top: number, side: number): Promise<RawTile>[] {
  const { width, height, tile_size: size } = full.view;
  const found: Promise<RawTile>[] = [];
  for (let row = Math.floor(Math.max(0, top) / size); row * size < Math.min(height, top + side); row++) {
    for (let column = Math.floor(Math.max(0, left) / size); column * size < Math.min(width, left + side); column++) {
      found.push(full.at(column * size, row * size));
    }
  }
  return found;
}
