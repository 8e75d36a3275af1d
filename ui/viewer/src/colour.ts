/**
 * Colours: of materials, where two energies tell them apart, and of density, where one energy does not.
 *
 * Material follows R = A_high / A_low, the ratio of attenuations at the two energies of a linac: about 0.84 for organics
 * (orange), 0.87 for aluminium and mixtures (green), 0.90 and more for steel (blue); computed from NIST XCOM tables for
 * 6/4 and 9/6 MV. The ratio cannot name a substance, and is not believed where the beam hardly lost anything.
 */
import { type Beam, LEVELS } from "./lut";

/** Open beam is shown less than white: most of a scan is air, and the room is dark. */
export const WHITE = 232;

export type Rgb = readonly [number, number, number];

/** The ratio of hue 0 and of hue 63. */
export const RATIO_FIRST = 0.8;
export const RATIO_LAST = 0.96;

/** Attenuation at the low energy where colour begins, and where it is full. */
const FAINT = 0.08;
const FULL = 0.35;

const HUES = 64;

/** Pixels to each side that an average takes in. */
const REACH = 2;

const MATERIAL: readonly (readonly [number, Rgb])[] = [
  [0.8, [226, 104, 22]],
  [0.845, [242, 142, 38]],
  [0.866, [168, 178, 52]],
  [0.88, [86, 176, 88]],
  [0.897, [58, 140, 196]],
  [0.915, [62, 104, 224]],
  [0.96, [96, 78, 214]],
];

const DENSITY: readonly (readonly [number, Rgb])[] = [
  [0.0, [8, 10, 32]],
  [0.17, [33, 38, 108]],
  [0.34, [36, 92, 148]],
  [0.52, [44, 150, 142]],
  [0.7, [140, 196, 106]],
  [0.86, [222, 202, 118]],
  [1.0, [236, 232, 216]],
];

/** The colour at a place of a scale, between its stops. */
export function between(stops: readonly (readonly [number, Rgb])[], at: number): Rgb {
  const next = stops.findIndex(([place]) => place >= at);
  if (next === 0) return stops[0][1];
  if (next === -1) return stops[stops.length - 1][1];
  const [[from, first], [to, second]] = [stops[next - 1], stops[next]];
  return mix(first, second, (at - from) / (to - from));
}

export function mix(first: Rgb, second: Rgb, share: number): Rgb {
  return [0, 1, 2].map((i) => first[i] + (second[i] - first[i]) * share) as unknown as Rgb;
}

/** One pixel of an ImageData's buffer seen as Uint32Array, on a little-endian machine as browsers' are. */
export function packed([red, green, blue]: Rgb): number {
  return ((255 << 24) | (Math.round(blue) << 16) | (Math.round(green) << 8) | Math.round(red)) >>> 0;
}

/** -ln(I / open beam) of every intensity, (65536), not below 0. */
export function attenuations({ open, floor }: Beam): Float32Array {
  const table = new Float32Array(LEVELS);
  for (let value = 0; value < LEVELS; value++) table[value] = Math.max(0, Math.log(open / Math.max(value, floor)));
  return table;
}

/** A material code, one byte: hue 0..63 in the low bits, how far it is to be believed 0..3 in the high ones. */
export function materialCode(ratio: number, trust: number): number {
  const hue = Math.round(((ratio - RATIO_FIRST) / (RATIO_LAST - RATIO_FIRST)) * (HUES - 1));
  return trust === 0 ? 0 : (trust << 6) | Math.min(HUES - 1, Math.max(0, hue));
}

/**
 * How far a ratio is to be believed, 0..3: not where hardly anything or nearly everything was absorbed, and less at
 * edges, where the two energies were sampled half a pixel apart. slope: of the attenuation, per pixel along the travel.
 */
export function trustOf(high: number, low: number, slope: number, deepest: number): number {
  if (low < FAINT || high > deepest) return 0;
  const byDepth = 1 + Math.min(2, Math.floor((2 * (low - FAINT)) / (FULL - FAINT)));
  const shift = (0.5 * Math.abs(slope)) / low;
  const byEdge = shift < 0.01 ? 3 : shift < 0.02 ? 2 : shift < 0.035 ? 1 : 0;
  return Math.min(byDepth, byEdge);
}

/**
 * Material codes of a tile, (width · height), from both planes, each averaged over 5×5 pixels: the ratio needs 1 % of
 * noise. high, low: intensities, row by row. tables: attenuations of either. deepest: attenuation that tells nothing.
 */
export function materials(
  high: Uint16Array,
  low: Uint16Array,
  width: number,
  tables: readonly [Float32Array, Float32Array],
  deepest: number,
): Uint8Array {
  const smoothHigh = smooth(high, width, tables[0]);
  const smoothLow = smooth(low, width, tables[1]);
  const codes = new Uint8Array(high.length);
  for (let i = 0; i < codes.length; i++) {
    const x = i % width;
    const [left, right] = [Math.max(0, x - REACH) - x, Math.min(width - 1, x + REACH) - x];
    const slope = (smoothHigh[i + right] - smoothHigh[i + left]) / Math.max(1, right - left);
    const trust = trustOf(smoothHigh[i], smoothLow[i], slope, deepest);
    codes[i] = materialCode(smoothHigh[i] / smoothLow[i], trust);
  }
  return codes;
}

/** What is drawn, (65536) packed pixels: row = material code, column = luminance. */
export function materialColours(): Uint32Array {
  const table = new Uint32Array(LEVELS);
  for (let code = 0; code < 256; code++) {
    const ratio = RATIO_FIRST + ((code & 63) / (HUES - 1)) * (RATIO_LAST - RATIO_FIRST);
    const hue = between(MATERIAL, ratio);
    for (let lum = 0; lum < 256; lum++) {
      const shade = lum / 255;
      const tinted: Rgb = shade < 0.5 ? mix([0, 0, 0], hue, shade * 2) : mix(hue, [WHITE, WHITE, WHITE], shade * 2 - 1);
      table[(code << 8) | lum] = packed(mix(grey(lum), tinted, (code >> 6) / 3));
    }
  }
  return table;
}

/** What is drawn of one energy, (256) packed pixels by luminance: a scale whose lightness rises steadily. */
export function densityColours(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, lum) => packed(between(DENSITY, lum / 255)));
}

export function greys(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, lum) => packed(grey(lum)));
}

function grey(lum: number): Rgb {
  const level = (lum * WHITE) / 255;
  return [level, level, level];
}

/** Attenuation averaged over 5×5 pixels; at the border over those that there are. */
function smooth(pixels: Uint16Array, width: number, table: Float32Array): Float32Array {
  const height = pixels.length / width;
  const rows = new Float32Array(pixels.length);
  for (let y = 0; y < height; y++) slide(y * width, 1, width, (i) => table[pixels[i]], rows);
  const out = new Float32Array(pixels.length);
  for (let x = 0; x < width; x++) slide(x, width, height, (i) => rows[i], out);
  return out;
}

/** A running mean along one line of an image: `count` places from `start`, `step` apart. */
function slide(start: number, step: number, count: number, at: (i: number) => number, out: Float32Array): void {
  let sum = 0;
  let n = 0;
  for (let k = 0; k < Math.min(REACH, count); k++, n++) sum += at(start + k * step);
  for (let k = 0; k < count; k++) {
    if (k + REACH < count) {
      sum += at(start + (k + REACH) * step);
      n++;
    }
    if (k - REACH > 0) {
      sum -= at(start + (k - REACH - 1) * step);
      n--;
    }
    out[start + k * step] = sum / n;
  }
}
