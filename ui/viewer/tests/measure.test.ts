import assert from "node:assert/strict";
import { test } from "node:test";
import { along, areaMm, areaWords, attenuationOf, lengthMm, lengthPx, lengthWords, studentT, within } from "../src/measure";

const light = { open: 60000, floor: 1 };

test("lengths follow the pitch of either axis, and there are none without a pitch", () => {
  assert.equal(lengthMm([0, 0], [30, 40], [2, 1]), Math.hypot(60, 40));
  assert.equal(lengthMm([0, 0], [30, 40], null), null);
  assert.equal(lengthPx([0, 0], [30, 40]), 50);
  assert.deepEqual(areaMm([10, 10, 20, 30], [5, 4]), [50, 80, 4000]);
  assert.equal(areaMm([10, 10, 20, 30], null), null);
});

test("figures are read in the unit that fits", () => {
  assert.deepEqual([lengthWords(84.3), lengthWords(2310)], ["84 mm", "2.31 m"]);
  assert.deepEqual([areaWords(450), areaWords(4000), areaWords(1_250_000)], ["4.5 cm²", "40 cm²", "1.25 m²"]);
});

test("a profile runs from end to end, about a place a pixel", () => {
  const places = along([10, 5], [20, 5]);
  assert.equal(places.length, 10);
  assert.deepEqual([places[0], places.at(-1)], [[10, 5], [20, 5]]);
  assert.equal(along([0, 0], [4000, 0]).length, 400);
});

test("a region is every pixel of it, a large one every n-th", () => {
  assert.deepEqual(within([2.4, 3.2, 4.1, 4.9]), { places: [[2, 3], [3, 3], [4, 3], [2, 4], [3, 4], [4, 4]].filter(([, y]) => y < 5), width: 3 });
  const large = within([0, 0, 4000, 1100]);
  assert.ok(large.places.length <= 260_000 && large.places.length % large.width === 0);
});

test("the mean attenuation is that of the region, and its interval narrows with the region", () => {
  const noise = (i: number) => Math.sin(i * 12.9898) * 0.05;
  const region = (side: number) => Uint16Array.from({ length: side * side }, (_, i) => 60000 * Math.exp(-2 - noise(i)));
  const [small, large] = [attenuationOf(region(16), 16, light), attenuationOf(region(128), 128, light)];
  assert.ok(Math.abs(large.mean - 2) < 0.01);
  assert.ok(large.low <= large.mean && large.mean <= large.high && large.lost === 0);
  assert.ok(large.high - large.low < small.high - small.low);
});

test("what did not get through is counted: the mean is then a lower bound", () => {
  const half = Uint16Array.from({ length: 400 }, (_, i) => (i < 200 ? 0 : 30000));
  const { mean, lost } = attenuationOf(half, 20, light);
  assert.equal(lost, 0.5);
  assert.ok(Math.abs(mean - (Math.log(60000) + Math.log(2)) / 2) < 1e-9);
});

test("Student's t comes close to its tables", () => {
  for (const [degrees, table] of [[5, 2.571], [15, 2.131], [100, 1.984]]) assert.ok(Math.abs(studentT(degrees) - table) < 0.03);
});
