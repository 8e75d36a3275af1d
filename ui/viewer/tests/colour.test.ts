import assert from "node:assert/strict";
import { test } from "node:test";
import { attenuations, AVERAGED, between, densityColours, greys, materialColours, materials, packed, trustAtEdge, WHITE } from "../src/colour";
import { materialTable } from "../src/lookup";
import { beam } from "../src/lut";
import { LINAC } from "./linac";

const rgb = (pixel: number): [number, number, number] => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];
const tables = [attenuations(beam(60000, 16)), attenuations(beam(60000, 16))] as const;
const intensity = (attenuation: number) => Math.round(60000 * Math.exp(-attenuation));

/** The colour of an even tile of some material: attenuation at the low energy, and the ratio. */
function colourOf(low: number, ratio: number): [number, number, number] {
  const tile = (attenuation: number) => new Uint16Array(100).fill(intensity(attenuation));
  const codes = materials(tile(low * ratio), tile(low), 10, tables, materialTable(LINAC, AVERAGED));
  return rgb(materialColours()[(codes[55] << 8) | 128]);
}

test("organics are orange, aluminium green and steel blue, at once thin and thick", () => {
  for (const low of [0.6, 2.5]) {
    const [organic, light, steel] = [colourOf(low, 0.83), colourOf(low, 0.86), colourOf(low, 0.905)];
    assert.ok(organic[0] > organic[1] && organic[1] > organic[2], `organic ${organic}`);
    assert.ok(light[1] > light[0] && light[1] > light[2], `light metal ${light}`);
    assert.ok(steel[2] > steel[1] && steel[2] > steel[0], `steel ${steel}`);
  }
});

test("edges are not believed, and a slope a little", () => {
  assert.equal(trustAtEdge(0.5, 1.15), 0);
  assert.ok(trustAtEdge(0.03, 1.15) < 3);
  assert.equal(trustAtEdge(0, 1.15), 3);
});

test("without trust the colour is the grey of the same luminance", () => {
  const [colours, grey] = [materialColours(), greys()];
  for (const lum of [0, 77, 255]) assert.equal(colours[lum], grey[lum]);
});

test("lightness rises along the density colours, and open beam is less than white", () => {
  const lightness = [...densityColours()].map((pixel) => {
    const [red, green, blue] = rgb(pixel);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  });
  for (let i = 1; i < 256; i++) assert.ok(lightness[i] >= lightness[i - 1]);
  assert.deepEqual(rgb(greys()[255]), [WHITE, WHITE, WHITE]);
});

test("a colour between two stops lies between them, and beyond the ends it is the end", () => {
  const stops = [[0, [0, 0, 0]], [1, [100, 200, 50]]] as const;
  assert.deepEqual(between(stops, 0.5), [50, 100, 25]);
  assert.deepEqual(between(stops, 2), [100, 200, 50]);
  assert.deepEqual(between(stops, -1), [0, 0, 0]);
  assert.equal(packed([1, 2, 3]), 0xff030201);
});
