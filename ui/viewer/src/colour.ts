/**
 * Colours: of materials, where two energies tell them apart, and of density, where one energy does not.
 *
 * Material follows R = A_high / A_low, the ratio of attenuations at the two energies, between the borders of the
 * scanner's look-up (see lookup.ts): organics orange, light metal and mixtures green, metal blue, and grey where the
 * noise does not let them be told apart. The ratio cannot name a substance.
 */
import type { Strip } from "./display";
import { codeAt, type MaterialTable, METAL_FROM, ORGANIC_TO } from "./lookup";
import { type Beam, LEVELS } from "./lut";
import { BoxRows } from "./mean";

/** Open beam is shown less than white: most of a scan is air, and the room is dark. */
export const WHITE = 232;

export type Rgb = readonly [number, number, number];

/** Pixels to each side that an average takes in. */
const REACH = 2;

const MATERIAL: readonly (readonly [number, Rgb])[] = [
  [0, [222, 98, 18]],
  [16, [242, 142, 38]],
  [21, [226, 168, 46]],
  [26, [150, 178, 60]],
  [32, [92, 176, 86]],
  [38, [66, 164, 124]],
  [42, [56, 138, 198]],
  [50, [62, 104, 224]],
  [63, [96, 78, 214]],
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
  [0, [213, 94, 0]],
  [18, [230, 159, 0]],
  [24, [210, 196, 160]],
  [32, [206, 206, 196]],
  [39, [150, 196, 222]],
  [46, [30, 126, 196]],
  [63, [0, 70, 150]],
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

/**
 * How far a place's ratio is to be believed, 0..3: less at edges, where the two energies were sampled half a pixel apart.
 * slope: of the attenuation, per pixel along the travel. low: attenuation at the low energy.
 */
export function trustAtEdge(slope: number, low: number): number {
  const shift = (0.5 * Math.abs(slope)) / low;
  return shift < 0.01 ? 3 : shift < 0.02 ? 2 : shift < 0.035 ? 1 : 0;
}

/**
 * Material codes of a tile, (width · height), from both planes, each averaged over 5×5 pixels: the ratio needs 1 % of
 * noise. high, low: intensities, row by row. tables: attenuations of either. look: of the scanner, for such means.
 */
export function materials(
  high: Uint16Array,
  low: Uint16Array,
  width: number,
  tables: readonly [Float32Array, Float32Array],
  look: MaterialTable,
): Uint8Array {
  const thick = new BoxRows(high, tables[0], width, REACH);
  const thin = new BoxRows(low, tables[1], width, REACH);
  const codes = new Uint8Array(high.length);
  for (let start = 0; start < codes.length; start += width) {
    thick.next();
    thin.next();
    for (let x = 0; x < width; x++) {
      const code = codeAt(look, thick.mean[x], thick.mean[x] / thin.mean[x]);
      if (code === 0) continue;
      const left = x < REACH ? 0 : x - REACH;
      const right = x + REACH < width ? x + REACH : width - 1;
      const slope = right > left ? (thick.mean[right] - thick.mean[left]) / (right - left) : 0;
      const trust = Math.min(code >> 6, trustAtEdge(slope, thin.mean[x]));
      codes[start + x] = trust === 0 ? 0 : (trust << 6) | (code & 63);
    }
  }
  return codes;
}

/** Pixels that a mean takes in. */
export const AVERAGED = (2 * REACH + 1) ** 2;

/** Materials that are stripped stay as a ghost, this light at the darkest. */
const GHOST = 172;

/**
 * What is drawn, (65536) packed pixels: row = material code, column = luminance. strip: only these keep their colour,
 * the others fade; what cannot be told apart stays grey, because it may be anything. safe: for colour-blind eyes.
 */
export function materialColours(strip: Strip = "all", safe = false): Uint32Array {
  const table = new Uint32Array(LEVELS);
  for (let code = 0; code < 256; code++) {
    const place = code & 63;
    const hue = between(safe ? MATERIAL_SAFE : MATERIAL, place);
    const kept = strip === "all" || (strip === "organic" ? place <= ORGANIC_TO : place >= METAL_FROM);
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
