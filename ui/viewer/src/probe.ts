/** What lies under a place of the view: read from the finest tile that is drawn there. */
import type OpenSeadragon from "openseadragon";
import { intensities } from "./source";
import type { ViewInfo } from "./wire";

/** Intensities under a place of the view, one per energy; null where no tile is there yet. */
export function valuesAt(viewer: OpenSeadragon.Viewer, view: ViewInfo, x: number, y: number): number[] | null {
  const drawn = viewer.world.getItemAt(0).getTilesToDraw() as unknown as { tile: OpenSeadragon.Tile }[];
  for (const { tile } of [...drawn].reverse()) {
    const shrink = 2 ** (view.levels - 1 - tile.level);
    const [tx, ty] = [x / shrink - tile.x * view.tile_size, y / shrink - tile.y * view.tile_size];
    if (tx < 0 || ty < 0 || tx >= view.tile_size || ty >= view.tile_size) continue;
    const context = (tile.getCache()?.data ?? null) as CanvasRenderingContext2D | null;
    const values = context && intensities(context, tx, ty);
    if (values) return values;
  }
  return null;
}

/** Where a place is, in metres where the pitch is known, and the share of the beam that came through there. */
export function placeWords(view: ViewInfo, x: number, y: number, values: readonly number[] | null): string {
  const place = view.pitch_mm
    ? `${((x * view.pitch_mm[0]) / 1000).toFixed(2)} m, ${((y * view.pitch_mm[1]) / 1000).toFixed(2)} m`
    : `${Math.floor(x)}, ${Math.floor(y)} px`;
  if (!values) return place;
  const shares = values.map((value, i) => `${view.energies[i]} ${((100 * value) / view.open_beam[i]).toFixed(1)} %`);
  return `${place}   ·   ${shares.join("   ")}`;
}
