/**
 * Local contrast and edges. What surrounds a place is read from the overview, the one tile that shows the whole view,
 * so that neither the seams of tiles nor the zoom change what is seen.
 */
import { boxMean } from "./mean";
import type { RawTile } from "./tiles";

/** Enhanced depths are kept as codes 0..4095 for -0.5..1.5: enhancing may leave 0..1. */
export const CODES = 4096;

/** Depth of every code, (4096). */
export const CODE_DEPTHS = Float32Array.from({ length: CODES }, (_, code) => (code * 2) / (CODES - 1) - 0.5);

/** Pixels of the overview to each side that count as surroundings: of 500 across a scan, a pallet's breadth. */
const REACH = 6;

/** The spread of depth that surroundings are brought to, how far at most, and how much of the mean stays. */
const SPREAD = 0.09;
const MOST = 5;
const KEPT_MEAN = 0.4;

/** How much of a pixel's difference to its 5×5 neighbours is added. */
const EDGES = 1.6;
const EDGE_REACH = 2;

/** Mean depth round every pixel of the overview, and the factor that brings its spread to SPREAD. */
export interface Surroundings {
  width: number;
  height: number;
  mean: Float32Array;
  gain: Float32Array;
}

/** depth: of every intensity, (65536). */
export function surroundings(overview: RawTile, energy: number, depth: Float32Array): Surroundings {
  const { width, height } = overview;
  const values = Float32Array.from(overview.planes[energy], (value) => depth[value]);
  const mean = boxMean(values, width, REACH);
  const squares = boxMean(values.map((value) => value * value), width, REACH);
  const gain = squares.map((square, i) => {
    const spread = Math.sqrt(Math.max(0, square - mean[i] * mean[i]));
    return Math.min(MOST, Math.max(1, SPREAD / (spread + 0.01)));
  });
  return { width, height, mean, gain };
}

export interface Enhancing {
  depth: Float32Array;
  energy: number;
  edges: boolean;
  /** null: local contrast is off. */
  around: Surroundings | null;
  /** The depth that local contrast leaves where it is. */
  centre: number;
  /** Width and height of the whole view, pixels. */
  viewSize: readonly [number, number];
}

/** Codes of a tile's enhanced depths, (width · height). */
export function enhanced(tile: RawTile, how: Enhancing): Uint16Array {
  const plane = tile.planes[how.energy];
  const values = new Float32Array(plane.length);
  for (let i = 0; i < plane.length; i++) values[i] = how.depth[plane[i]];
  const soft = how.edges ? boxMean(values, tile.width, EDGE_REACH) : null;
  if (soft) for (let i = 0; i < values.length; i++) soft[i] = EDGES * (values[i] - soft[i]);
  if (how.around) level(values, tile, how.around, how);
  const codes = new Uint16Array(plane.length);
  for (let i = 0; i < values.length; i++) {
    const code = ((soft ? values[i] + soft[i] : values[i]) + 0.5) * ((CODES - 1) / 2);
    codes[i] = code < 0 ? 0 : code > CODES - 1 ? CODES - 1 : code + 0.5;
  }
  return codes;
}

/** Takes most of the local mean away and stretches what is left, in place. */
function level(values: Float32Array, tile: RawTile, around: Surroundings, { centre, viewSize }: Enhancing): void {
  const [scaleX, scaleY] = [(tile.shrink * around.width) / viewSize[0], (tile.shrink * around.height) / viewSize[1]];
  const means = new Float32Array(around.width);
  const gains = new Float32Array(around.width);
  for (let y = 0; y < tile.height; y++) {
    const [top, below, partY] = between((tile.top + y + 0.5) * scaleY - 0.5, around.height);
    for (let x = 0; x < around.width; x++) {
      const [i, j] = [top * around.width + x, below * around.width + x];
      means[x] = around.mean[i] + (around.mean[j] - around.mean[i]) * partY;
      gains[x] = around.gain[i] + (around.gain[j] - around.gain[i]) * partY;
    }
    const last = around.width - 1;
    for (let x = 0, i = y * tile.width; x < tile.width; x++, i++) {
      const at = Math.min(last, Math.max(0, (tile.left + x + 0.5) * scaleX - 0.5));
      const left = at | 0;
      const right = left < last ? left + 1 : last;
      const part = at - left;
      const mean = means[left] + (means[right] - means[left]) * part;
      const gain = gains[left] + (gains[right] - gains[left]) * part;
      values[i] = centre + KEPT_MEAN * (mean - centre) + gain * (values[i] - mean);
    }
  }
}

function between(place: number, count: number): [number, number, number] {
  const at = Math.min(count - 1, Math.max(0, place));
  const first = Math.floor(at);
  return [first, Math.min(count - 1, first + 1), at - first];
}
