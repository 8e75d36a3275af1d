/** Geometry of the tile pyramid, and the planes in a tile's bytes. */
import type { ViewInfo } from "./wire";

/** left, top: of the tile in its level, pixels of the level. shrink: pixels of the view that one of them stands for. */
export interface Place {
  left: number;
  top: number;
  shrink: number;
}

/** One tile as it came: intensities per energy, each row by row. */
export interface RawTile extends Place {
  width: number;
  height: number;
  planes: Uint16Array[];
}

/** Width and height of a level; `levels - 1` is full size, each lower one half of it, rounded up. */
export function levelSize(view: ViewInfo, level: number): [number, number] {
  const shrink = 2 ** (view.levels - 1 - level);
  return [Math.ceil(view.width / shrink), Math.ceil(view.height / shrink)];
}

/** Width and height of a tile; those at the right and lower edge are smaller. */
export function tileSize(view: ViewInfo, level: number, column: number, row: number): [number, number] {
  const [width, height] = levelSize(view, level);
  return [
    Math.min(view.tile_size, width - column * view.tile_size),
    Math.min(view.tile_size, height - row * view.tile_size),
  ];
}

/** The largest level that is a single tile: nothing smaller is ever asked for. */
export function coarsestLevel(view: ViewInfo): number {
  for (let level = view.levels - 1; level > 0; level--) {
    if (Math.max(...levelSize(view, level)) <= view.tile_size) return level;
  }
  return 0;
}

let scans = "/v1/scans";

/** Where scans lie, on a page that shows others than the archive's. */
export function scansFrom(path: string): void {
  scans = path;
}

export function scanUrl(scanId: string): string {
  return `${scans}/${encodeURIComponent(scanId)}`;
}

export function tileUrl(scanId: string, viewIndex: number, level: number, column: number, row: number): string {
  return `${scanUrl(scanId)}/views/${viewIndex}/tiles/${level}/${column}_${row}`;
}

export function placeOf(view: ViewInfo, level: number, column: number, row: number): Place {
  return { left: column * view.tile_size, top: row * view.tile_size, shrink: 2 ** (view.levels - 1 - level) };
}

/** The planes in raw little-endian bytes; an error says how many bytes were expected and how many came. */
export function decode(bytes: ArrayBuffer, energies: number, width: number, height: number, place: Place): RawTile {
  const expected = energies * width * height * 2;
  if (bytes.byteLength !== expected) {
    throw new Error(`a tile of ${energies}×${width}×${height} has ${expected} bytes, got ${bytes.byteLength}`);
  }
  const all = new Uint16Array(bytes);
  const size = width * height;
  const planes = Array.from({ length: energies }, (_, i) => all.subarray(i * size, (i + 1) * size));
  return { ...place, width, height, planes };
}
