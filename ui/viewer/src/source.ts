/** An OpenSeadragon tile source whose tiles are raw intensities; each becomes a canvas that can be painted again. */
import OpenSeadragon from "openseadragon";
import { coarsestLevel, decode, placeOf, type RawTile, tileSize, tileUrl } from "./tiles";
import type { ViewInfo } from "./wire";

/** A tile's canvas in OpenSeadragon's cache, which alone keeps it alive. stamp: the look it was painted with. */
interface Painted {
  raw: RawTile;
  stamp: number;
}

/** What turns a raw tile into packed pixels; `stamp` changes when it would paint otherwise. */
export interface Paints {
  readonly stamp: number;
  paint(tile: RawTile, out: Uint32Array): void;
}

const PAINTED = new WeakMap<CanvasRenderingContext2D, Painted>();

export interface Source {
  tiles: OpenSeadragon.TileSource;
  overview: RawTile;
}

/** The tiles of one view, once the single tile that shows all of it (`overview`) is there. */
export async function rawSource(scanId: string, viewIndex: number, view: ViewInfo): Promise<Source> {
  const coarsest = coarsestLevel(view);
  const overview = await fetchTile(tileUrl(scanId, viewIndex, coarsest, 0, 0), view, coarsest, 0, 0);
  const tiles = new OpenSeadragon.TileSource({
    width: view.width,
    height: view.height,
    tileSize: view.tile_size,
    tileOverlap: 0,
    minLevel: coarsest,
    maxLevel: view.levels - 1,
  } as OpenSeadragon.TileSourceOptions);
  tiles.getTileUrl = (level, column, row) => tileUrl(scanId, viewIndex, level, column, row);
  tiles.hasTransparency = () => false;
  tiles.downloadTileStart = (job) => {
    const { level, x, y } = job.tile;
    const aborter = new AbortController();
    job.userData.aborter = aborter;
    const raw = level === coarsest ? Promise.resolve(overview) : fetchTile(job.src, view, level, x, y, aborter.signal);
    raw.then(
      (tile) => job.finish(canvasOf(tile), null, "context2d"),
      (error: unknown) => {
        if (!aborter.signal.aborted) job.fail(error instanceof Error ? error.message : String(error), null);
      },
    );
  };
  tiles.downloadTileAbort = (job) => job.userData.aborter?.abort();
  return { tiles, overview };
}

/** One tile as the service has it; an error says what it answered. */
export async function fetchTile(
  url: string, view: ViewInfo, level: number, column: number, row: number, signal?: AbortSignal,
): Promise<RawTile> {
  const answer = await fetch(url, { signal, credentials: "same-origin" });
  if (!answer.ok) throw new Error(`the service answered ${answer.status} for a tile`);
  const [width, height] = tileSize(view, level, column, row);
  return decode(await answer.arrayBuffer(), view.energies.length, width, height, placeOf(view, level, column, row));
}

/** A canvas of a tile that is not painted yet: `freshen` does that. */
export function canvasOf(raw: RawTile): CanvasRenderingContext2D {
  const canvas = document.createElement("canvas");
  canvas.width = raw.width;
  canvas.height = raw.height;
  const context = canvas.getContext("2d", { alpha: false });
  if (!context) throw new Error("this browser gives no 2D canvas");
  PAINTED.set(context, { raw, stamp: -1 });
  return context;
}

let scratch: ImageData | null = null;

/** Paints a tile's canvas if it was painted with another look; called for each tile just before it is drawn. */
export function freshen(context: CanvasRenderingContext2D, painter: Paints): void {
  const painted = PAINTED.get(context);
  if (!painted || painted.stamp === painter.stamp) return;
  const { width, height } = painted.raw;
  if (scratch?.width !== width || scratch.height !== height) scratch = new ImageData(width, height);
  painter.paint(painted.raw, new Uint32Array(scratch.data.buffer));
  context.putImageData(scratch, 0, 0);
  painted.stamp = painter.stamp;
}

/** The intensities under a pixel of a tile, one per energy. */
export function intensities(context: CanvasRenderingContext2D, x: number, y: number): number[] | null {
  const painted = PAINTED.get(context);
  if (!painted) return null;
  const { raw } = painted;
  const column = Math.min(raw.width - 1, Math.max(0, Math.floor(x)));
  const row = Math.min(raw.height - 1, Math.max(0, Math.floor(y)));
  return raw.planes.map((plane) => plane[row * raw.width + column]);
}
