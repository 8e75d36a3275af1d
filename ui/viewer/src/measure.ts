/** Lengths, areas and attenuations of a view. Pure. */
import { type Beam, opaque } from "./lut";
import type { Box } from "./wire";

/** x, y in pixels of the view. */
export type Point = readonly [number, number];
export type Pitch = readonly [number, number] | null;

/** Places of a profile at most; more than a plot is wide tells nothing. */
const PLACES = 400;

/** Pixels that a region's figures are taken from at most. */
const MOST_PIXELS = 250_000;

/** Half the width of a 95 % interval of a normal distribution. */
const Z = 1.959964;

/** Between two points: mm where the pitch is known (of either axis), else null. */
export function lengthMm([x1, y1]: Point, [x2, y2]: Point, pitch: Pitch): number | null {
  return pitch ? Math.hypot((x2 - x1) * pitch[0], (y2 - y1) * pitch[1]) : null;
}

export function lengthPx([x1, y1]: Point, [x2, y2]: Point): number {
  return Math.hypot(x2 - x1, y2 - y1);
}

/** Width, height and area of a box: mm and mm², null where the pitch is unknown. */
export function areaMm([x1, y1, x2, y2]: Box, pitch: Pitch): [number, number, number] | null {
  if (!pitch) return null;
  const [width, height] = [(x2 - x1) * pitch[0], (y2 - y1) * pitch[1]];
  return [width, height, width * height];
}

/** Places along a line, evenly, about one a pixel. */
export function along([x1, y1]: Point, [x2, y2]: Point): Point[] {
  const count = Math.min(PLACES, Math.max(2, Math.ceil(lengthPx([x1, y1], [x2, y2]))));
  return Array.from({ length: count }, (_, i): Point => {
    const share = i / (count - 1);
    return [x1 + (x2 - x1) * share, y1 + (y2 - y1) * share];
  });
}

/** A grid of pixels of a box, row by row: all of them, or every n-th each way where there are too many. */
export function within([x1, y1, x2, y2]: Box): { places: Point[]; width: number } {
  const [left, top] = [Math.floor(x1), Math.floor(y1)];
  const [right, bottom] = [Math.max(left + 1, Math.ceil(x2)), Math.max(top + 1, Math.ceil(y2))];
  const step = Math.max(1, Math.ceil(Math.sqrt(((right - left) * (bottom - top)) / MOST_PIXELS)));
  const places: Point[] = [];
  for (let y = top; y < bottom; y += step) for (let x = left; x < right; x += step) places.push([x, y]);
  return { places, width: Math.ceil((right - left) / step) };
}

/** -ln(I / open beam) of intensities; what did not get through counts as the floor, so such a value is a lower bound. */
export function attenuation(values: Uint16Array, { open, floor }: Beam): Float64Array {
  return Float64Array.from(values, (value) => Math.log(open / Math.max(value, floor)));
}

/** mean with its 95 % interval. lost: share 0..1 of pixels that the beam did not get through; then mean is a lower bound. */
export interface Attenuation {
  mean: number;
  low: number;
  high: number;
  lost: number;
}

/**
 * Mean attenuation of a region, (height · width) intensities row by row. The interval comes from the means of square
 * blocks of pixels (batch means), since neighbours share detector and blur and are no independent samples.
 */
export function attenuationOf(values: Uint16Array, width: number, beam: Beam): Attenuation {
  const all = attenuation(values, beam);
  const mean = meanOf(all);
  const blocks = blockMeans(all, width);
  const dark = opaque(beam);
  const lost = values.reduce((count, value) => count + Number(value <= dark), 0) / values.length;
  if (blocks.length < 2) return { mean, low: Number.NaN, high: Number.NaN, lost };
  const centre = meanOf(blocks);
  const variance = blocks.reduce((sum, block) => sum + (block - centre) ** 2, 0) / (blocks.length - 1);
  const half = studentT(blocks.length - 1) * Math.sqrt(variance / blocks.length);
  return { mean, low: mean - half, high: mean + half, lost };
}

/** Half the width of a 95 % interval in standard errors: Cornish and Fisher's expansion of Student's t. */
export function studentT(degrees: number): number {
  const [cube, fifth] = [Z ** 3, Z ** 5];
  return Z + (cube + Z) / (4 * degrees) + (5 * fifth + 16 * cube + 3 * Z) / (96 * degrees * degrees);
}

/** Means of the square blocks, up to 8 pixels a side, that an image falls into; at least 16 of them where it can. */
function blockMeans(values: Float64Array, width: number): number[] {
  const height = values.length / width;
  const side = Math.min(8, Math.max(1, Math.floor(Math.sqrt(values.length / 16))));
  const columns = Math.ceil(width / side);
  const sums = new Float64Array(columns * Math.ceil(height / side));
  const counts = new Uint32Array(sums.length);
  for (let i = 0; i < values.length; i++) {
    const block = Math.floor(Math.floor(i / width) / side) * columns + Math.floor((i % width) / side);
    sums[block] += values[i];
    counts[block]++;
  }
  return [...sums].map((sum, i) => sum / counts[i]);
}

function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** A length as an officer reads it: "84 mm", "2.31 m". */
export function lengthWords(mm: number): string {
  return mm < 1000 ? `${Math.round(mm)} mm` : `${(mm / 1000).toFixed(2)} m`;
}

/** An area as an officer reads it: "34 cm²", "1.25 m²". */
export function areaWords(mm2: number): string {
  return mm2 < 1e5 ? `${(mm2 / 100).toFixed(mm2 < 1000 ? 1 : 0)} cm²` : `${(mm2 / 1e6).toFixed(2)} m²`;
}
