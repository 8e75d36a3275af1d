/**
 * A scanner's calibrated look-up of materials (cargoscope.colours/1), as one table from depth and ratio to a colour code.
 *
 * R = A_high / A_low parts materials, but the borders drift with thickness and the noise grows with it: so both come from
 * the scanner's own look-up, and a pixel is only coloured where the noise lets it be told apart. The same rule as
 * `classify` in cargoscope.datasets.simulation.beam.colour.
 */

import { scanUrl } from "./tiles";
import type { Areal } from "./mass";

/** depths: rising -ln T of the high energy. borders: R from organic to light metal, and from there to metal, at those. */
export interface Lookup {
  scanner: string;
  photons: number;
  electronic: number;
  quanta: [number, number];
  depths: number[];
  borders: [number[], number[]];
}

/** Where a scan's colours come from; lookup null with one energy. */
export interface Colours {
  areal: Areal;
  source: "station" | "profile" | "typical" | "none";
  scanner: string;
  made_at: string | null;
  lookup: Lookup | null;
}

/** Hues 0..63; organic ends at the first of these, metal begins at the second. */
export const HUES = 64;
export const ORGANIC_TO = 21;
export const METAL_FROM = 42;

/** Probability from which a pixel is called by a material's name, and those from which its colour is fuller. */
const CONFIDENCE = 0.8;
const SURER = 0.88;
const SUREST = 0.95;

/** -ln T below which there is too little in the beam to speak of a material. */
const THINNEST = 0.02;

/** Neighbours share the detector's blur: so much of the pixels that are averaged counts as independent. */
const INDEPENDENT = 0.5;

const DEPTHS = 512;
const DEEPEST = 10;
const RATIOS = 256;

/** Codes by depth and ratio: `codes[depth step · 256 + ratio step]`. */
export interface MaterialTable {
  codes: Uint8Array;
  depthScale: number;
  ratioFirst: number;
  ratioScale: number;
}

/** The table for means over so many pixels: more of them make less noise. */
export function materialTable(lookup: Lookup, averaged: number): MaterialTable {
  const all = lookup.borders.flat();
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const room = 2 * Math.max(most - least, 0.02);
  const [ratioFirst, ratioLast] = [Math.max(0.05, least - room), most + room];
  const counted = Math.max(1, averaged * INDEPENDENT);
  const codes = new Uint8Array(DEPTHS * RATIOS);
  for (let row = 0; row < DEPTHS; row++) {
    const depth = ((row + 0.5) / DEPTHS) * DEEPEST;
    const borders = lookup.borders.map((border) => interpolated(lookup.depths, border, depth)) as [number, number];
    for (let column = 0; column < RATIOS; column++) {
      const ratio = ratioFirst + ((column + 0.5) / RATIOS) * (ratioLast - ratioFirst);
      codes[row * RATIOS + column] = codeOf(lookup, borders, depth, ratio, counted);
    }
  }
  return { codes, depthScale: DEPTHS / DEEPEST, ratioFirst, ratioScale: RATIOS / (ratioLast - ratioFirst) };
}

/** The code at a depth and ratio; 0, which is grey, beyond what the table holds. */
export function codeAt(table: MaterialTable, depth: number, ratio: number): number {
  const row = (depth * table.depthScale) | 0;
  const column = ((ratio - table.ratioFirst) * table.ratioScale) | 0;
  if (row < 0 || row >= DEPTHS) return 0;
  return table.codes[row * RATIOS + (column < 0 ? 0 : column >= RATIOS ? RATIOS - 1 : column)];
}

/** A colour code, one byte: hue 0..63 in the low bits, how far it is to be believed 0..3 in the high ones. */
function codeOf(lookup: Lookup, [first, second]: [number, number], depth: number, ratio: number, averaged: number): number {
  const [high, low] = [Math.exp(-depth), Math.exp(-depth / ratio)];
  const floor = (3 * lookup.electronic) / Math.sqrt(averaged);
  if (depth < THINNEST || high < floor || low < floor) return 0;
  const spread = ratio * Math.hypot(noise(lookup, 0, high, averaged) / depth, (noise(lookup, 1, low, averaged) * ratio) / depth);
  const way = Math.sign(second - first) || 1;
  const organic = below((way * (first - ratio)) / spread);
  const notMetal = below((way * (second - ratio)) / spread);
  const sure = Math.max(organic, notMetal - organic, 1 - notMetal);
  if (sure < CONFIDENCE) return 0;
  const trust = sure >= SUREST ? 3 : sure >= SURER ? 2 : 1;
  const hue = Math.round(ORGANIC_TO + ((METAL_FROM - ORGANIC_TO) * (ratio - first)) / (second - first));
  return (trust << 6) | Math.min(HUES - 1, Math.max(0, hue));
}

/** Standard deviation of ln T of one energy, for a mean over so many pixels. */
function noise({ electronic, photons, quanta }: Lookup, energy: 0 | 1, transmission: number, averaged: number): number {
  const safe = Math.max(transmission, electronic);
  return Math.sqrt((safe * (quanta[energy] / photons) + electronic ** 2) / averaged) / safe;
}

/** Probability of a normal value below so many standard deviations, by the logistic curve; good to 0.01. */
function below(deviations: number): number {
  return 1 / (1 + Math.exp(-1.702 * Math.min(35, Math.max(-35, deviations))));
}

function interpolated(at: readonly number[], values: readonly number[], x: number): number {
  const next = at.findIndex((place) => place >= x);
  if (next === 0) return values[0];
  if (next === -1) return values[values.length - 1];
  const share = (x - at[next - 1]) / (at[next] - at[next - 1]);
  return values[next - 1] + (values[next] - values[next - 1]) * share;
}

const KNOWN = new Map<string, Promise<Colours>>();

/** The colours of a scan's scanner, asked once for each scanner of this page. Refused as the service refuses it. */
export function coloursOf(scanId: string, scanner: string): Promise<Colours> {
  let asked = KNOWN.get(scanner);
  if (!asked) {
    asked = fetch(`${scanUrl(scanId)}/colours`).then((answer) => {
      if (!answer.ok) throw new Error(`the service answered ${answer.status} for the colours`);
      return answer.json() as Promise<Colours>;
    });
    KNOWN.set(scanner, asked);
    asked.catch(() => KNOWN.delete(scanner));
  }
  return asked;
}
