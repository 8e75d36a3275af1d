/** The difference of two pictures that lie over each other: attenuation here less attenuation there, as one picture. */
import OpenSeadragon from "openseadragon";
import { attenuations, between, mix, packed, type Rgb } from "./colour";
import { beam } from "./lut";
import { mapped, type Register } from "./register";
import { canvasOf, fetchTile, type Paints } from "./source";
import { coarsestLevel, levelSize, placeOf, type RawTile, tileSize, tileUrl } from "./tiles";
import type { ViewInfo } from "./wire";

/** One view of one scan. */
export interface Place {
  scanId: string;
  viewIndex: number;
  view: ViewInfo;
}

/** Difference of attenuation at which the colour is full. */
const FULL = 0.8;
const KEPT = 32;

/** More here than there: orange. Less: blue. The same: the grey of an unloaded picture. */
const STOPS: readonly (readonly [number, Rgb])[] = [
  [0, [40, 110, 235]],
  [0.35, [92, 132, 178]],
  [0.5, [70, 74, 80]],
  [0.65, [190, 140, 84]],
  [1, [255, 138, 26]],
];

/** Tiles of any level, fetched once, the last few kept. */
class Levels {
  private readonly tiles = new Map<string, Promise<RawTile>>();

  constructor(readonly place: Place) {}

  at(level: number, column: number, row: number): Promise<RawTile> {
    const key = `${level} ${column} ${row}`;
    const { scanId, viewIndex, view } = this.place;
    const tile = this.tiles.get(key) ?? fetchTile(tileUrl(scanId, viewIndex, level, column, row), view, level, column, row);
    this.tiles.delete(key);
    this.tiles.set(key, tile);
    tile.catch(() => this.tiles.delete(key));
    for (const oldest of this.tiles.keys()) {
      if (this.tiles.size <= KEPT) break;
      this.tiles.delete(oldest);
    }
    return tile;
  }
}

/** Tiles of `here` whose second plane is what `there` has at the same place; 0 where it has nothing. */
export function differenceTiles(here: Place, there: Place, register: Register): OpenSeadragon.TileSource {
  const { view } = here;
  const [mine, theirs] = [new Levels(here), new Levels(there)];
  const tiles = new OpenSeadragon.TileSource({
    width: view.width, height: view.height, tileSize: view.tile_size, tileOverlap: 0, minLevel: coarsestLevel(view), maxLevel: view.levels - 1,
  } as OpenSeadragon.TileSourceOptions);
  tiles.getTileUrl = (level, column, row) => `difference:${there.scanId}:${tileUrl(here.scanId, here.viewIndex, level, column, row)}`;
  tiles.hasTransparency = () => false;
  tiles.downloadTileStart = (job) => {
    const { level, x, y } = job.tile;
    paired(mine, theirs, register, level, x, y).then(
      (tile) => job.finish(canvasOf(tile), null, "context2d"),
      (error: unknown) => job.fail(error instanceof Error ? error.message : String(error), null),
    );
  };
  tiles.downloadTileAbort = () => undefined;
  return tiles;
}

async function paired(mine: Levels, theirs: Levels, register: Register, level: number, column: number, row: number): Promise<RawTile> {
  const { view } = mine.place;
  const other = theirs.place.view;
  const tile = await mine.at(level, column, row);
  const [width, height] = tileSize(view, level, column, row);
  const place = placeOf(view, level, column, row);
  const otherLevel = Math.max(coarsestLevel(other), Math.min(other.levels - 1, other.levels - 1 - (view.levels - 1 - level)));
  const shrink = 2 ** (other.levels - 1 - otherLevel);
  const [otherWidth, otherHeight] = levelSize(other, otherLevel);
  const plane = new Uint16Array(width * height);
  const at = (x: number, y: number) => mapped(register, (place.left + x + 0.5) * place.shrink, (place.top + y + 0.5) * place.shrink);
  const columns = Int32Array.from({ length: width }, (_, x) => Math.floor(at(x, 0)[0] / shrink));
  const rows = Int32Array.from({ length: height }, (_, y) => Math.floor(at(0, y)[1] / shrink));
  const size = other.tile_size;
  const needed = new Map<string, RawTile>();
  const span = (places: Int32Array, limit: number) =>
    [...new Set([...places].filter((at) => at >= 0 && at < limit).map((at) => Math.floor(at / size)))];
  for (const c of span(columns, otherWidth)) {
    for (const r of span(rows, otherHeight)) needed.set(`${c} ${r}`, await theirs.at(otherLevel, c, r));
  }
  for (const [key, source] of needed) {
    const [c, r] = key.split(" ").map(Number);
    for (let y = 0; y < height; y++) {
      const sy = rows[y] - r * size;
      if (sy < 0 || sy >= source.height) continue;
      for (let x = 0; x < width; x++) {
        const sx = columns[x] - c * size;
        if (sx >= 0 && sx < source.width) plane[y * width + x] = source.planes[0][sy * source.width + sx];
      }
    }
  }
  return { ...place, width, height, planes: [tile.planes[0], plane] };
}

/** Paints such tiles: orange where more is here, blue where less, and dark where there is nothing to compare. */
export class DifferencePainter implements Paints {
  stamp = 0;
  private readonly here: Float32Array;
  private readonly there: Float32Array;
  private readonly table: Uint32Array;

  constructor(view: ViewInfo, other: ViewInfo) {
    this.here = attenuations(beam(view.open_beam[0], view.bits));
    this.there = attenuations(beam(other.open_beam[0], other.bits));
    this.table = Uint32Array.from({ length: 256 }, (_, i) => packed(between(STOPS, i / 255)));
  }

  paint(tile: RawTile, out: Uint32Array): void {
    const [mine, theirs] = tile.planes;
    const { here, there, table } = this;
    for (let i = 0; i < out.length; i++) {
      if (theirs[i] === 0) {
        out[i] = NOTHING;
        continue;
      }
      const share = 0.5 + (here[mine[i]] - there[theirs[i]]) / (2 * FULL);
      out[i] = table[share <= 0 ? 0 : share >= 1 ? 255 : (share * 255) | 0];
    }
  }
}

const NOTHING = packed(mix([0, 0, 0], [40, 44, 50], 0.5));
