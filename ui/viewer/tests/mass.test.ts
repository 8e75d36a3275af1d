import assert from "node:assert/strict";
import { test } from "node:test";
import { type Areal, massOf, massWords } from "../src/mass";
import { LINAC } from "./linac";

/** Twice as dense per attenuation for each further material. */
const areal: Areal = { scanner: "linac", materials: ["cellulose", "aluminium", "iron"], depths: [0, 10], g_cm2: [[0, 240], [0, 250], [0, 260]] };
const at = (mean: number, half: number, lost = 0) => ({ mean, low: mean - half, high: mean + half, lost });

test("mass is areal density times area: 24 g/cm² over half a square metre are 120 kg", () => {
  const { stuff, density, kg } = massOf([at(1, 0.01), at(1 / 0.83, 0.01)], 5000, 0.5e6, areal, LINAC);
  assert.equal(stuff, "organic");
  assert.ok(Math.abs(density[0] - 24) < 1e-6);
  assert.ok(kg && Math.abs(kg[0] - 120) < 1e-6 && kg[1] < 120 && kg[2] > 120);
});

test("without a second energy it may be anything, and the interval is wider", () => {
  const known = massOf([at(1, 0.01), at(1 / 0.83, 0.01)], 5000, 1e6, areal, LINAC);
  const unknown = massOf([at(1, 0.01)], 5000, 1e6, areal, null);
  assert.equal(unknown.stuff, "unknown");
  assert.ok(unknown.density[1] < 24 && unknown.density[2] > 26);
  assert.ok(unknown.density[2] - unknown.density[1] > known.density[2] - known.density[1]);
});

test("more scatter makes the interval wider, the place in the container makes that of the mass wider than the density's", () => {
  const [calm, rough] = [0.001, 0.3].map((half) => massOf([at(1, half)], 5000, 1e6, areal, null).density);
  assert.ok(rough[2] - rough[1] > calm[2] - calm[1]);
  const { density, kg } = massOf([at(1, 0.001)], 5000, 1e6, areal, null);
  assert.ok(kg && (kg[2] - kg[1]) / kg[0] > (density[2] - density[1]) / density[0]);
});

test("where part of it was not penetrated, it is a lower bound; without a pitch there is no mass", () => {
  const found = massOf([at(6, 0.1, 0.2), at(7, 0.1, 0.3)], 5000, null, areal, LINAC);
  assert.deepEqual([found.bound, found.kg, found.stuff], [true, null, "unknown"]);
});

test("masses read like masses", () => {
  assert.deepEqual([0.421, 3.21, 47.4, 312, 2310].map(massWords), ["0.42 kg", "3.2 kg", "47 kg", "310 kg", "2.3 t"]);
});
