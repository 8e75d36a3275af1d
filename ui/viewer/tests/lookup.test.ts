import assert from "node:assert/strict";
import { test } from "node:test";
import { codeAt, materialTable, METAL_FROM, ORGANIC_TO } from "../src/lookup";
import { LINAC } from "./linac";

const table = materialTable(LINAC, 25);
const hue = (depth: number, ratio: number, of = table) => codeAt(of, depth, ratio) & 63;
const trust = (depth: number, ratio: number, of = table) => codeAt(of, depth, ratio) >> 6;

test("the borders of the look-up part organic, light metal and metal", () => {
  assert.ok(hue(1, 0.83) < ORGANIC_TO && trust(1, 0.83) === 3);
  assert.ok(hue(1, 0.86) > ORGANIC_TO && hue(1, 0.86) < METAL_FROM);
  assert.ok(hue(1, 0.9) > METAL_FROM && trust(1, 0.9) === 3);
});

test("what the noise does not let be told apart is grey: at a border, in air, and where next to nothing came through", () => {
  assert.equal(codeAt(table, 1, 0.8493), 0);
  assert.equal(codeAt(table, 0.01, 0.83), 0);
  assert.equal(codeAt(table, 9.9, 0.9), 0);
  assert.equal(codeAt(table, 50, 0.9), 0);
});

test("a mean over more pixels is surer, and a scanner with more noise is less sure", () => {
  const [few, many] = [materialTable(LINAC, 2), materialTable(LINAC, 2000)];
  assert.ok(trust(1, 0.845, few) < trust(1, 0.845, many));
  const noisy = materialTable({ ...LINAC, photons: 500 }, 25);
  assert.equal(trust(1, 0.84, noisy), 0);
});

test("where the ratio falls with the atomic number, as in a tube's beam, the sides are exchanged", () => {
  const tube = materialTable({ ...LINAC, borders: [[0.6, 0.6], [0.5, 0.5]] }, 25);
  assert.ok(hue(1, 0.68, tube) < ORGANIC_TO);
  assert.ok(hue(1, 0.42, tube) > METAL_FROM);
});
