/**
 * Colours: of materials, where two energies tell them apart, and of density, where one energy does not.
 *
 * Material follows R = A_high / A_low, the ratio of attenuations at the two energies of a linac: about 0.84 for organics
 * (orange), 0.87 for aluminium and mixtures (green), 0.90 and more for steel (blue); computed from NIST XCOM tables for
 * 6/4 and 9/6 MV. The ratio cannot name a substance, and is not believed where the beam hardly lost anything.
 */
import type { Strip } from "./display";
import { type Beam, LEVELS } from "./lut";
import { boxMean } from "./mean";

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

/** Orange, pale grey, blue: apart for protan, deutan and tritan eyes (after Okabe and Ito). */
const MATERIAL_SAFE: readonly (readonly [number, Rgb])[] = [
  [0.8, [213, 94, 0]],
  [0.845, [230, 159, 0]],
  [0.868, [206, 200, 178]],
  [0.885, [150, 196, 222]],
  [0.905, [30, 126, 196]],
  [0.96, [0, 70, 150]],
];

/** Dark blue over grey to yellow, after the scale cividis. */
const DENSITY_SAFE: readonly (readonly [number, Rgb])[] = [
  [0.0, [0, 18, 50]],
  [0.25, [50, 66, 108]],
  [0.5, [122, 122, 120]],
  [0.75, [184, 170, 100]],
  [1.0, [252, 236, 160]],
];

const BLACK: Rgb = [0, 0, 0];
const PALE: Rgb = [WHITE, WHITE, WHITE];

/** Where the beam did not get through. */
export const HATCH: Rgb = [214, 122, 186];

/** The colour at a place of a scale, between its stops. */
export function between(stops: readonly (readonly [number, Rgb])[], at: number): Rgb {
  const next = stops.findIndex(([place]) => place >= at);
  if (next === 0) return stops[0][1];
  if (next === -1) return stops[stops.length - 1][1];
  const [[from, first], [to, second]] = [stops[next - 1], stops[next]];
  return mix(first, second, (at - from) / (to - from));
}

export function mix(first: Rgb, second: Rgb, share: number): Rgb {
  const at = (i: 0 | 1 | 2) => first[i] + (second[i] - first[i]) * share;
  return [at(0), at(1), at(2)];
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

/** Ratios up to which a material counts as organic, and from which as metal. */
const ORGANIC_TO = 0.857;
const METAL_FROM = 0.887;

/** Materials that are stripped stay as a ghost, this light at the darkest. */
const GHOST = 172;

/**
 * What is drawn, (65536) packed pixels: row = material code, column = luminance. strip: only these keep their colour,
 * the others fade; what cannot be told apart stays grey, because it may be anything. safe: for colour-blind eyes.
 */
export function materialColours(strip: Strip = "all", safe = false): Uint32Array {
  const table = new Uint32Array(LEVELS);
  for (let code = 0; code < 256; code++) {
    const ratio = RATIO_FIRST + ((code & 63) / (HUES - 1)) * (RATIO_LAST - RATIO_FIRST);
    const hue = between(safe ? MATERIAL_SAFE : MATERIAL, ratio);
    const kept = strip === "all" || (strip === "organic" ? ratio <= ORGANIC_TO : ratio >= METAL_FROM);
    const trust = (code >> 6) / 3;
    for (let lum = 0; lum < 256; lum++) {
      const shade = lum / 255;
      const tinted: Rgb = shade < 0.5 ? mix(BLACK, hue, shade * 2) : mix(hue, PALE, shade * 2 - 1);
      table[(code << 8) | lum] = packed(mix(grey(lum), kept ? tinted : grey(GHOST + shade * (255 - GHOST)), trust));
    }
  }
  return table;
}

/** What is drawn of one energy, (256) packed pixels by luminance: a scale whose lightness rises steadily. */
export function densityColours(safe = false): Uint32Array {
  const stops = safe ? DENSITY_SAFE : DENSITY;
  return Uint32Array.from({ length: 256 }, (_, lum) => packed(between(stops, lum / 255)));
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
  const values = new Float32Array(pixels.length);
  for (let i = 0; i < values.length; i++) values[i] = table[pixels[i]];
  return boxMean(values, width, REACH);
}
