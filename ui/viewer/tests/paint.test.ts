import assert from "node:assert/strict";
import { test } from "node:test";
import { HATCH, packed } from "../src/colour";
import { type Display, lighter, nextStrip, penetrating, PLAIN, STAGES, sweep } from "../src/display";
import { notPenetrated, opaque } from "../src/lut";
import { boxMean } from "../src/mean";
import { Painter } from "../src/paint";
import type { RawTile } from "../src/tiles";
import { LINAC } from "./linac";
import type { ViewInfo } from "../src/wire";

const SIDE = 96;
const view: ViewInfo = {
  name: "side", width: SIDE, height: SIDE, energies: ["6MV", "4MV"], open_beam: [60000, 60000], pitch_mm: [4, 4], bits: 16,
  tile_size: 512, levels: 8,
};

/** Intensity exp(-attenuation(x, y)); the low energy loses 1/ratio times as much. */
function tile(attenuation: (x: number, y: number) => number, ratio = 0.83): RawTile {
  const plane = (factor: number) =>
    Uint16Array.from({ length: SIDE * SIDE }, (_, i) => 60000 * Math.exp(-factor * attenuation(i % SIDE, Math.floor(i / SIDE))));
  return { width: SIDE, height: SIDE, left: 0, top: 0, shrink: 1, planes: [plane(1), plane(1 / ratio)] };
}

function painted(raw: RawTile, display: Partial<Display>): Uint32Array {
  const painter = new Painter(view, raw, LINAC);
  painter.setDisplay({ ...PLAIN, ...display });
  const out = new Uint32Array(SIDE * SIDE);
  painter.paint(raw, out);
  return out;
}

const red = (pixel: number) => pixel & 255;
const blue = (pixel: number) => (pixel >> 16) & 255;
const middle = (SIDE / 2) * SIDE + SIDE / 2;
/** Little steps on a slope, as a package before a dense load. */
const steps = tile((x, y) => 1 + (4 * y) / SIDE + (Math.floor(x / 8) % 2) * 0.2);

test("every display paints every pixel, and a new one makes painted tiles stale", () => {
  for (const mode of ["grey", "inverted", "colour"] as const) {
    for (const change of [{}, { local: true }, { edges: true }, { local: true, edges: true }, { energy: 1 }, { safe: true }]) {
      assert.ok(painted(steps, { mode, ...change }).every((pixel) => pixel >>> 24 === 255), `${mode} ${JSON.stringify(change)}`);
    }
  }
  const painter = new Painter(view, steps);
  const before = painter.stamp;
  painter.setDisplay(PLAIN);
  assert.notEqual(painter.stamp, before);
});

test("local contrast shows small steps larger, on dense and on thin load alike", () => {
  const stepAt = (out: Uint32Array, row: number) => Math.abs(red(out[row * SIDE + 44]) - red(out[row * SIDE + 52]));
  const [plain, local] = [painted(steps, {}), painted(steps, { local: true })];
  for (const row of [20, 48, 80]) assert.ok(stepAt(local, row) > 1.8 * stepAt(plain, row), `row ${row}`);
});

test("edge enhancement overshoots at an edge and leaves flat load as it is", () => {
  const edge = tile((x) => (x < SIDE / 2 ? 2 : 2.5));
  const [plain, sharp] = [painted(edge, {}), painted(edge, { edges: true })];
  const row = middle - SIDE / 2;
  assert.ok(red(sharp[row + SIDE / 2 - 1]) > red(plain[row + SIDE / 2 - 1]) + 3);
  assert.ok(red(sharp[row + SIDE / 2]) < red(plain[row + SIDE / 2]) - 3);
  assert.ok(Math.abs(red(sharp[row + 10]) - red(plain[row + 10])) <= 1);
});

test("organic-only fades metal, metal-only fades organics, and what is opaque stays dark", () => {
  const window = { ...PLAIN.window, centre: 0.6, width: 0.6 };
  const [organic, metal] = [tile(() => 2, 0.83), tile(() => 2, 0.92)];
  const at = (raw: RawTile, strip: Display["strip"]) => painted(raw, { mode: "colour", strip, window, hatch: false })[middle];
  assert.ok(red(at(organic, "organic")) > blue(at(organic, "organic")) + 40);
  assert.equal(red(at(organic, "metal")), blue(at(organic, "metal")));
  assert.ok(blue(at(metal, "metal")) > red(at(metal, "metal")) + 40);
  assert.equal(red(at(metal, "organic")), blue(at(metal, "organic")));
  assert.ok(red(at(tile(() => 9), "organic")) < 40);
});

test("colours for colour-blind eyes keep organics and metal apart in lightness or along blue and yellow", () => {
  const window = { ...PLAIN.window, centre: 0.7, width: 0.8 };
  const at = (ratio: number) => painted(tile(() => 2, ratio), { mode: "colour", safe: true, window })[middle];
  assert.ok(red(at(0.83)) - blue(at(0.83)) > 60);
  assert.ok(blue(at(0.92)) - red(at(0.92)) > 60);
});

test("the other energy is another picture", () => {
  assert.ok(red(painted(steps, { energy: 1 })[middle]) < red(painted(steps, { energy: 0 })[middle]));
});

test("what the beam did not get through is hatched and counted, and nothing else is", () => {
  const half = tile((x) => (x < SIDE / 4 ? 0 : x < SIDE / 2 ? 2 : 12));
  assert.ok(Math.abs(new Painter(view, half).lost - 2 / 3) < 0.01);
  const out = painted(half, {});
  const hatched = [...out].map((pixel, i) => [pixel === packed(HATCH), i % SIDE] as const).filter(([is]) => is);
  assert.ok(hatched.every(([, x]) => x >= SIDE / 2));
  assert.ok(Math.abs(hatched.length / (SIDE * SIDE * 0.5) - 0.25) < 0.05, "a quarter of its pixels");
  assert.ok(painted(half, { hatch: false }).every((pixel) => pixel !== packed(HATCH)));
});

test("a view with nothing in the beam has lost nothing; noise counts are opaque", () => {
  assert.equal(notPenetrated(new Uint16Array(50).fill(60000), { open: 60000, floor: 1 }), 0);
  assert.ok(opaque({ open: 60000, floor: 1 }) > 40 && opaque({ open: 60000, floor: 1 }) < 70);
  assert.ok(opaque({ open: 65535, floor: 256 }) < 3 * 256);
});

test("the sweep goes step by step to the dark end and comes back to where it began", () => {
  const natural = { centre: 0.7, width: 0.5, gamma: 1, log: true };
  let display: Display = { ...PLAIN, window: natural };
  let before = natural;
  for (let stage = 1; stage <= STAGES; stage++) {
    display = sweep(display, natural);
    assert.equal(display.stage, stage);
    assert.ok(display.window.centre + display.window.width / 2 < before.centre + before.width / 2);
    assert.ok(display.window.width < before.width);
    before = display.window;
  }
  assert.ok(Math.abs(before.centre - before.width / 2) < 1e-9, "it ends at opaque");
  assert.deepEqual(sweep(display, natural).window, natural);
  assert.equal(penetrating(natural, 0).centre, natural.centre);
});

test("gamma stays within its limits, and strips go round", () => {
  let window = PLAIN.window;
  for (let i = 0; i < 50; i++) window = lighter(window, 0.1);
  assert.equal(window.gamma, 0.25);
  assert.deepEqual([nextStrip("all"), nextStrip("organic"), nextStrip("metal")], ["organic", "metal", "all"]);
});

test("a box mean is the mean of what is there, also at the border", () => {
  const values = Float32Array.from({ length: 7 * 5 }, (_, i) => (i * 37) % 11);
  const mean = boxMean(values, 7, 2);
  for (const [x, y] of [[0, 0], [3, 2], [6, 4], [1, 4]]) {
    let [sum, count] = [0, 0];
    for (let v = Math.max(0, y - 2); v <= Math.min(4, y + 2); v++)
      for (let u = Math.max(0, x - 2); u <= Math.min(6, x + 2); u++, count++) sum += values[v * 7 + u];
    assert.ok(Math.abs(mean[y * 7 + x] - sum / count) < 1e-5);
  }
});
