/**
 * Brightness and contrast as look-up tables: a 16-bit intensity becomes a luminance of 0..255 by one array access.
 *
 * "Depth" is where an intensity lies between opaque (0) and open beam (1), either in proportion to the intensity or to
 * the logarithm of it, which spreads what lies behind dense cargo. A window picks the part of it that is shown.
 */

export const LEVELS = 65536;

/** Attenuation -ln(I / open beam) beyond which the logarithmic scale shows black: about 25 cm of steel at 6 MV. */
export const DEEPEST = 8;

/** A pixel with this share of the open beam, or more, has nothing in front of it. */
const CLEAR = 0.92;

/** open: intensity of the unattenuated beam. floor: the lowest intensity that the source could tell from zero. */
export interface Beam {
  open: number;
  floor: number;
}

/** centre and width: of the shown part of the depth scale, 0..1. gamma: exponent of the luminance, 1 is straight. */
export interface Window {
  centre: number;
  width: number;
  gamma: number;
  log: boolean;
}

/** Steps of a window: so many powers are computed for a gamma, not one for each intensity. */
const BENDS = 2048;

export const WIDEST = 1.6;
export const NARROWEST = 0.02;

export function beam(open: number, bits: number): Beam {
  return { open, floor: 2 ** (16 - bits) };
}

/** Depth of every intensity, (65536) 0..1. */
export function depths({ open, floor }: Beam, log: boolean): Float32Array {
  const depth = new Float32Array(LEVELS);
  const deepest = Math.min(Math.log(open / floor), DEEPEST);
  for (let value = 0; value < LEVELS; value++) {
    const share = log ? 1 - Math.log(open / Math.max(value, floor)) / deepest : value / open;
    depth[value] = Math.min(1, Math.max(0, share));
  }
  return depth;
}

/** Luminance 0..255 of every depth of a table, as long as it. inverted: open beam is black. */
export function luminances(depth: Float32Array, window: Window, inverted: boolean): Uint8Array {
  const bent = Uint8Array.from({ length: BENDS }, (_, i) => {
    const shade = Math.round(255 * (i / (BENDS - 1)) ** window.gamma);
    return inverted ? 255 - shade : shade;
  });
  const table = new Uint8Array(depth.length);
  const low = window.centre - window.width / 2;
  const scale = (BENDS - 1) / window.width;
  for (let i = 0; i < table.length; i++) {
    const place = (depth[i] - low) * scale + 0.5;
    table[i] = bent[place < 0 ? 0 : place > BENDS - 1 ? BENDS - 1 : place | 0];
  }
  return table;
}

/** The intensity at and below which a pixel tells nothing: hardly more than the source's own noise came through. */
export function opaque(light: Beam): number {
  return light.open * Math.exp(-deepestOf(light));
}

/** Attenuation beyond which nothing can be told: a factor e above what the source could tell from zero. */
export function deepestOf({ open, floor }: Beam): number {
  return Math.min(DEEPEST, Math.log(open / floor)) - 1;
}

/** Share 0..1 of the pixels in which something stands in the beam that the beam did not get through; 0 where none does. */
export function notPenetrated(pixels: Uint16Array, light: Beam): number {
  const [dark, clear] = [opaque(light), light.open * CLEAR];
  let loaded = 0;
  let lost = 0;
  for (const value of pixels) {
    if (value >= clear) continue;
    loaded++;
    if (value <= dark) lost++;
  }
  return loaded === 0 ? 0 : lost / loaded;
}

/** The window that shows what an image holds: from its 1.5th to its 99.5th percentile of depth, a little wider. */
export function windowOf(pixels: Uint16Array, depth: Float32Array, log: boolean): Window {
  const bins = new Uint32Array(256);
  for (const value of pixels) bins[Math.round(depth[value] * 255)]++;
  const low = percentile(bins, pixels.length, 0.015);
  const high = percentile(bins, pixels.length, 0.995);
  const width = Math.max(0.1, (high - low) * 1.04);
  return { centre: (high + low) / 2, width: Math.min(WIDEST, width), gamma: 1, log };
}

/** The window, brighter for a positive step: its centre moves by a share of its own width. */
export function brighter(window: Window, step: number): Window {
  return { ...window, centre: clamp(window.centre - step * window.width, -0.5, 1.5) };
}

/** The window with more contrast for a positive step: it narrows by that factor. */
export function sharper(window: Window, step: number): Window {
  return { ...window, width: clamp(window.width * (1 - step), NARROWEST, WIDEST) };
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

function percentile(bins: Uint32Array, total: number, share: number): number {
  let seen = 0;
  for (let bin = 0; bin < bins.length; bin++) {
    seen += bins[bin];
    if (seen > share * total) return bin / 255;
  }
  return 1;
}
