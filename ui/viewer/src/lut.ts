/**
 * Brightness and contrast as look-up tables: a 16-bit intensity becomes a luminance of 0..255 by one array access.
 *
 * "Depth" is where an intensity lies between opaque (0) and open beam (1), either in proportion to the intensity or to
 * the logarithm of it, which spreads what lies behind dense cargo. A window picks the part of it that is shown.
 */

export const LEVELS = 65536;

/** Attenuation -ln(I / open beam) beyond which the logarithmic scale shows black: about 25 cm of steel at 6 MV. */
export const DEEPEST = 8;

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

/** Luminance 0..255 of every intensity, (65536). inverted: open beam is black. */
export function luminances(depth: Float32Array, window: Window, inverted: boolean): Uint8Array {
  const table = new Uint8Array(LEVELS);
  const low = window.centre - window.width / 2;
  for (let value = 0; value < LEVELS; value++) {
    const share = Math.min(1, Math.max(0, (depth[value] - low) / window.width));
    const bent = window.gamma === 1 ? share : share ** window.gamma;
    table[value] = Math.round(255 * (inverted ? 1 - bent : bent));
  }
  return table;
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
