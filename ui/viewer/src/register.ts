/**
 * How two pictures lie over each other: pixels of one view to pixels of another. Pure.
 *
 * Lengths follow the pitch. Where a picture begins is a matter of when the scanner was switched on, so two scans are laid
 * over each other where their loads fit best: the shift with the highest correlation of the attenuation along the way.
 */
import type { RawTile } from "./tiles";
import type { Sight } from "./sight";
import type { Box, ViewInfo } from "./wire";

/** other = place · scale + shift, for x and y. how: what it rests on. */
export interface Register {
  scale: readonly [number, number];
  shift: readonly [number, number];
  how: "same" | "way" | "box" | "load" | "scale";
}

/** The same picture at another energy. */
export const SAME: Register = { scale: [1, 1], shift: [0, 0], how: "same" };

/** Correlation below which two loads are too unlike to be laid over each other. */
const ALIKE = 0.5;

/** Two views of one pass: they share the way, and nothing else. */
export function alongTheWay(view: ViewInfo, other: ViewInfo): Register {
  const scale = view.pitch_mm && other.pitch_mm ? view.pitch_mm[0] / other.pitch_mm[0] : other.width / view.width;
  return { scale: [scale, other.height / view.height], shift: [0, 0], how: "way" };
}

/** By the boxes of the containers, where both are known. */
export function byBoxes(box: Box, other: Box): Register {
  const along = (other[2] - other[0]) / (box[2] - box[0]);
  const down = (other[3] - other[1]) / (box[3] - box[1]);
  return { scale: [along, down], shift: [other[0] - box[0] * along, other[1] - box[1] * down], how: "box" };
}

/** By the pitch, and by where the loads fit best; by the pitch alone where they do not fit. */
export function byLoad(view: ViewInfo, tile: RawTile, other: ViewInfo, otherTile: RawTile): Register {
  const pitch = view.pitch_mm ?? [1, 1];
  const otherPitch = other.pitch_mm ?? [1, 1];
  const scale = [pitch[0] / otherPitch[0], pitch[1] / otherPitch[1]] as const;
  const step = Math.max(tile.shrink * pitch[0], otherTile.shrink * otherPitch[0]);
  const along = fit(profile(view, tile, 0, step / pitch[0]), profile(other, otherTile, 0, step / otherPitch[0]));
  if (along.alike < ALIKE) return { scale, shift: [0, 0], how: "scale" };
  const down = fit(profile(view, tile, 1, step / pitch[1]), profile(other, otherTile, 1, step / otherPitch[1]));
  const shiftY = down.alike < ALIKE ? 0 : (down.shift * step) / otherPitch[1];
  return { scale, shift: [(along.shift * step) / otherPitch[0], shiftY], how: "load" };
}

export function mapped({ scale, shift }: Register, x: number, y: number): [number, number] {
  return [x * scale[0] + shift[0], y * scale[1] + shift[1]];
}

export function inverse({ scale, shift, how }: Register): Register {
  return { scale: [1 / scale[0], 1 / scale[1]], shift: [-shift[0] / scale[0], -shift[1] / scale[1]], how };
}

/** What the other picture has in sight with this one; where only the way is shared, its own height stays in the middle. */
export function sightThrough(register: Register, sight: Sight, other: ViewInfo): Sight {
  const [x, y] = mapped(register, sight.x, sight.y);
  const [width, height] = [sight.width * register.scale[0], sight.height * register.scale[1]];
  if (register.how !== "way") return { x, y, width, height };
  return { x, y: (other.height - height) / 2, width, height };
}

/** Mean attenuation along an axis of a view, one value every `step` pixels of it. */
function profile(view: ViewInfo, tile: RawTile, axis: 0 | 1, step: number): Float64Array {
  const length = axis === 0 ? tile.width : tile.height;
  const across = axis === 0 ? tile.height : tile.width;
  const values = new Float64Array(Math.max(1, Math.floor((length * tile.shrink) / step)));
  for (let i = 0; i < values.length; i++) {
    const at = Math.min(length - 1, Math.floor(((i + 0.5) * step) / tile.shrink));
    let sum = 0;
    for (let j = 0; j < across; j++) {
      const value = tile.planes[0][axis === 0 ? j * tile.width + at : at * tile.width + j];
      sum += Math.log(view.open_beam[0] / Math.max(1, value));
    }
    values[i] = sum / across;
  }
  return values;
}

/** The shift of b against a, up to a third of the longer one, at which they are most alike, and how much (-1..1). */
function fit(a: Float64Array, b: Float64Array): { shift: number; alike: number } {
  const most = Math.floor(Math.max(a.length, b.length) / 3);
  let best = { shift: 0, alike: -1 };
  for (let shift = -most; shift <= most; shift++) {
    const from = Math.max(0, -shift);
    const to = Math.min(a.length, b.length - shift);
    if (to - from < Math.min(a.length, b.length) / 2) continue;
    const alike = correlation(a, b, from, to, shift);
    if (alike > best.alike + 1e-9 || (Math.abs(alike - best.alike) <= 1e-9 && Math.abs(shift) < Math.abs(best.shift))) best = { shift, alike };
  }
  return best;
}

function correlation(a: Float64Array, b: Float64Array, from: number, to: number, shift: number): number {
  const count = to - from;
  let [sumA, sumB, squareA, squareB, product] = [0, 0, 0, 0, 0];
  for (let i = from; i < to; i++) {
    const [x, y] = [a[i], b[i + shift]];
    sumA += x;
    sumB += y;
    squareA += x * x;
    squareB += y * y;
    product += x * y;
  }
  const spread = (squareA - (sumA * sumA) / count) * (squareB - (sumB * sumB) / count);
  return spread > 0 ? (product - (sumA * sumB) / count) / Math.sqrt(spread) : 0;
}
