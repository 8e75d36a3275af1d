/**
 * Local contrast and edges. What surrounds a place is read from the overview, the one tile that shows the whole view,
 * so that neither the seams of tiles nor the zoom change what is seen.
 */
import { boxMean, BoxRows } from "./mean";
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
  const { width, height } = tile;
  const plane = tile.planes[how.energy];
  const codes = new Uint16Array(plane.length);
  const box = how.edges ? new BoxRows(plane, how.depth, width, EDGE_REACH) : null;
  const row = box?.row ?? new Float32Array(width);
  const levelled = how.around ? leveller(tile, how.around, how) : null;
  const added = new Float32Array(width);
  const scale = (CODES - 1) / 2;
  for (let y = 0; y < height; y++) {
    const start = y * width;
    if (box) {
      box.next();
      for (let x = 0; x < width; x++) added[x] = EDGES * (row[x] - box.mean[x]);
    } else {
      for (let x = 0; x < width; x++) row[x] = how.depth[plane[start + x]];
    }
    levelled?.(y, row);
    for (let x = 0; x < width; x++) {
      const code = (row[x] + added[x] + 0.5) * scale;
      codes[start + x] = code < 0 ? 0 : code > CODES - 1 ? CODES - 1 : code + 0.5;
    }
  }
  return codes;
}

/**
 * What takes most of the local mean away from a row of a tile and stretches what is left, in place:
 * value -> centre + KEPT_MEAN · (mean - centre) + gain · (value - mean).
 */
function leveller(tile: RawTile, around: Surroundings, { centre, viewSize }: Enhancing): (y: number, row: Float32Array) => void {
  const { width } = tile;
  const [scaleX, scaleY] = [(tile.shrink * around.width) / viewSize[0], (tile.shrink * around.height) / viewSize[1]];
  const last = around.width - 1;
  const lefts = new Uint16Array(width);
  const parts = new Float32Array(width);
  for (let x = 0; x < width; x++) {
    const at = Math.min(last, Math.max(0, (tile.left + x + 0.5) * scaleX - 0.5));
    lefts[x] = at | 0;
    parts[x] = at - lefts[x];
  }
  const [first, beyond] = [lefts[0], Math.min(last, lefts[width - 1] + 1)];
  const bases = new Float32Array(around.width + 1);
  const gains = new Float32Array(around.width + 1);
  return (y, row) => {
    const [top, below, partY] = between((tile.top + y + 0.5) * scaleY - 0.5, around.height);
    for (let x = first; x <= beyond; x++) {
      const i = top * around.width + x;
      const j = below * around.width + x;
      const mean = around.mean[i] + (around.mean[j] - around.mean[i]) * partY;
      const gain = around.gain[i] + (around.gain[j] - around.gain[i]) * partY;
      gains[x] = gain;
      bases[x] = centre + KEPT_MEAN * (mean - centre) - gain * mean;
    }
    bases[last + 1] = bases[last];
    gains[last + 1] = gains[last];
    for (let x = 0; x < width; x++) {
      const left = lefts[x];
      const part = parts[x];
      const gain = gains[left] + (gains[left + 1] - gains[left]) * part;
      row[x] = bases[left] + (bases[left + 1] - bases[left]) * part + gain * row[x];
    }
  };
}

function between(place: number, count: number): [number, number, number] {
  const at = Math.min(count - 1, Math.max(0, place));
  const first = Math.floor(at);
  return [first, Math.min(count - 1, first + 1), at - first];
}
