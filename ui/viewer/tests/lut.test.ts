import assert from "node:assert/strict";
import { test } from "node:test";
import { beam, brighter, depths, luminances, NARROWEST, sharper, WIDEST, windowOf } from "../src/lut";

const full = { centre: 0.5, width: 1, gamma: 1, log: false };

test("open beam has depth 1 and nothing has depth 0, on both scales", () => {
  for (const log of [false, true]) {
    const depth = depths(beam(60000, 16), log);
    assert.equal(depth[60000], 1);
    assert.equal(depth[65535], 1);
    assert.equal(depth[0], 0);
  }
});

test("the logarithmic scale gives dense cargo more room than the linear one", () => {
  const [log, linear] = [depths(beam(60000, 16), true), depths(beam(60000, 16), false)];
  assert.ok(log[600] > 0.4);
  assert.ok(linear[600] < 0.02);
});

test("an 8-bit source is not stretched below its own last count", () => {
  const depth = depths(beam(65535, 8), true);
  assert.equal(depth[256], 0);
  assert.ok(depth[512] > 0.1);
});

test("luminance rises with intensity, and falls when inverted", () => {
  const depth = depths(beam(60000, 16), false);
  const [straight, inverted] = [luminances(depth, full, false), luminances(depth, full, true)];
  assert.equal(straight[60000], 255);
  assert.equal(inverted[60000], 0);
  for (let value = 1; value < 60000; value += 997) assert.ok(straight[value] >= straight[value - 1]);
  assert.ok(Math.abs(straight[30000] + inverted[30000] - 255) <= 1);
});

test("gamma bends the middle and leaves the ends", () => {
  const depth = depths(beam(60000, 16), false);
  const bent = luminances(depth, { ...full, gamma: 2 }, false);
  assert.equal(bent[60000], 255);
  assert.equal(bent[30000], 64);
});

test("a window that is found shows what the image holds", () => {
  const depth = depths(beam(60000, 16), false);
  const pixels = Uint16Array.from({ length: 1000 }, (_, i) => 20000 + i * 10);
  const { centre, width } = windowOf(pixels, depth, false);
  assert.ok(Math.abs(centre - 25000 / 60000) < 0.01);
  assert.ok(width > 9000 / 60000 && width < 12000 / 60000);
});

test("brighter and sharper stay within their limits", () => {
  let window = full;
  for (let i = 0; i < 200; i++) window = sharper(brighter(window, 0.2), 0.3);
  assert.equal(window.width, NARROWEST);
  for (let i = 0; i < 200; i++) window = sharper(window, -0.3);
  assert.equal(window.width, WIDEST);
  assert.ok(brighter(full, 0.1).centre < full.centre);
});
