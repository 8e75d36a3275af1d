/** One view's tiles at full size, fetched when a tool needs them, the last few kept. */
import { fetchTile } from "./source";
import { type RawTile, tileUrl } from "./tiles";
import type { ViewInfo } from "./wire";

/** Tiles that are kept: 4000 pixels of a scan's width at its full height are twice as many. */
const KEPT = 16;

export class FullTiles {
  private readonly tiles = new Map<string, Promise<RawTile>>();

  constructor(private readonly scanId: string, private readonly viewIndex: number, readonly view: ViewInfo) {}

  /** The tile that holds a pixel of the view; refused as the service refuses it. */
  at(x: number, y: number): Promise<RawTile> {
    const { tile_size: side, levels } = this.view;
    const [column, row] = [Math.floor(x / side), Math.floor(y / side)];
    const key = `${column} ${row}`;
    let tile = this.tiles.get(key);
    if (!tile) {
      tile = fetchTile(tileUrl(this.scanId, this.viewIndex, levels - 1, column, row), this.view, levels - 1, column, row);
      tile.catch(() => this.tiles.delete(key));
    }
    this.tiles.delete(key);
    this.tiles.set(key, tile);
    for (const oldest of this.tiles.keys()) {
      if (this.tiles.size <= KEPT) break;
      this.tiles.delete(oldest);
    }
    return tile;
  }

  /** Intensities of all energies at the pixels whose places are given, in their order: (energies)(places). */
  async values(places: readonly (readonly [number, number])[]): Promise<Uint16Array[]> {
    const { width, height, energies } = this.view;
    const planes = energies.map(() => new Uint16Array(places.length));
    let tile: RawTile | null = null;
    for (let i = 0; i < places.length; i++) {
      const x = Math.min(width - 1, Math.max(0, Math.floor(places[i][0])));
      const y = Math.min(height - 1, Math.max(0, Math.floor(places[i][1])));
      if (!tile || !holds(tile, x, y)) tile = await this.at(x, y);
      const at = (y - tile.top) * tile.width + (x - tile.left);
      for (let energy = 0; energy < planes.length; energy++) planes[energy][i] = tile.planes[energy][at];
    }
    return planes;
  }
}

function holds(tile: RawTile, x: number, y: number): boolean {
  return x >= tile.left && y >= tile.top && x < tile.left + tile.width && y < tile.top + tile.height;
}
