/**
 * Areal density and mass of what stands in the beam over a region, each with an interval. Pure.
 *
 * sigma = table(A): the areal density of a material that takes the attenuation A = -ln(I / I0) from this scanner's
 * spectrum (NIST XCOM, beam hardening included; computed by the service, see inference/areal.py). Mass = sigma · area.
 *
 * The interval holds three doubts: the scatter of the region's blocks (95 %), which material it is (where two energies
 * tell its colour: that one's; else the lowest and highest of organic, light metal and metal), and how far from the
 * scanner's middle it stands, which changes what a pixel is worth across the way.
 */
import { codeAt, METAL_FROM, ORGANIC_TO, type Lookup, materialTable } from "./lookup";
import type { Attenuation } from "./measure";

export interface Areal {
  scanner: string;
  materials: string[];
  depths: number[];
  g_cm2: number[][];
}

export type Stuff = "organic" | "mixed" | "metal" | "unknown";

/** A container is 2.4 m wide and the fan's apex 6 to 9 m away: a pixel across is worth up to so much more or less. */
export const PLACE_SHARE = 0.15;

/** How far the spectrum that the table is computed from may be off. */
export const SPECTRUM_SHARE = 0.04;

export interface Mass {
  stuff: Stuff;
  /** g/cm²: value, low, high. */
  density: readonly [number, number, number];
  /** kg: value, low, high; null where the pitch is unknown. */
  kg: readonly [number, number, number] | null;
  /** Part of it was not penetrated: everything is a lower bound. */
  bound: boolean;
}

/** found: of each energy, the highest first. mm2: area of the region, null where the pitch is unknown. */
export function massOf(found: readonly Attenuation[], pixels: number, mm2: number | null, areal: Areal, lookup: Lookup | null): Mass {
  const [first] = found;
  const stuff = found.length > 1 && lookup && first.lost === 0 ? stuffOf(first.mean, found[1].mean, pixels, lookup) : "unknown";
  const rows = rowsOf(stuff).map((row) => areal.g_cm2[row]);
  const at = (row: number[], depth: number) => interpolated(areal.depths, row, depth);
  const values = rows.map((row) => at(row, first.mean));
  const value = values.reduce((sum, each) => sum + each, 0) / values.length;
  const [low, high] = Number.isNaN(first.low) ? [first.mean, first.mean] : [first.low, first.high];
  const [lowest, highest] = [Math.min(...rows.map((row) => at(row, low))), Math.max(...rows.map((row) => at(row, high)))];
  const density = spread(value, lowest, highest, SPECTRUM_SHARE);
  if (mm2 === null) return { stuff, density, kg: null, bound: first.lost > 0 };
  const kg = (grams: number) => (grams * mm2) / 100 / 1000;
  const mass = spread(kg(value), kg(lowest), kg(highest), Math.hypot(SPECTRUM_SHARE, PLACE_SHARE));
  return { stuff, density, kg: mass, bound: first.lost > 0 };
}

/** Which colour a region's mean ratio has; a mean of many pixels is surer than one of them. */
export function stuffOf(high: number, low: number, pixels: number, lookup: Lookup): Stuff {
  const code = codeAt(materialTable(lookup, Math.min(pixels, 400)), high, high / low);
  if (code === 0) return "unknown";
  const place = code & 63;
  return place <= ORGANIC_TO ? "organic" : place >= METAL_FROM ? "metal" : "mixed";
}

function rowsOf(stuff: Stuff): number[] {
  return { organic: [0], mixed: [0, 1], metal: [2], unknown: [0, 1, 2] }[stuff];
}

/** A value with an interval that a further doubt, a share of it, has widened. */
function spread(value: number, low: number, high: number, share: number): [number, number, number] {
  const [down, up] = [value - low, high - value].map((side) => Math.hypot(Math.max(0, side), share * value));
  return [value, Math.max(0, value - down), value + up];
}

function interpolated(at: readonly number[], values: readonly number[], x: number): number {
  if (x <= at[0]) return values[0];
  const next = at.findIndex((place) => place >= x);
  if (next === -1) return values[values.length - 1];
  const share = (x - at[next - 1]) / (at[next] - at[next - 1]);
  return values[next - 1] + (values[next] - values[next - 1]) * share;
}

/** A mass as an officer reads it: "0.42 kg", "12 kg", "1.3 t". */
export function massWords(kg: number): string {
  if (kg >= 1000) return `${(kg / 1000).toFixed(1)} t`;
  return `${kg >= 100 ? (Math.round(kg / 5) * 5).toFixed(0) : kg >= 10 ? kg.toFixed(0) : kg.toFixed(kg >= 1 ? 1 : 2)} kg`;
}
