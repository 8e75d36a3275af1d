import assert from "node:assert/strict";
import { test } from "node:test";
import { boxMean, BoxRows } from "../src/mean";
import { alongTheWay, byBoxes, byLoad, inverse, mapped, sightThrough } from "../src/register";
import type { RawTile } from "../src/tiles";
import type { ViewInfo } from "../src/wire";
import { zoneOf } from "../src/zone";

const view: ViewInfo = {
  name: "side", width: 400, height: 100, energies: ["6MV"], open_beam: [60000], pitch_mm: [5, 5], bits: 16, tile_size: 512, levels: 10,
};

/** A load whose attenuation along the way is that of `at`, shifted by some pixels. */
function load(width: number, at: (x: number) => number): RawTile {
  const plane = Uint16Array.from({ length: width * 100 }, (_, i) => 60000 * Math.exp(-at(i % width) - (i / width > 60 ? 0.5 : 0)));
  return { left: 0, top: 0, shrink: 1, width, height: 100, planes: [plane] };
}

const goods = (x: number) => (x > 40 && x < 300 ? 1 + 0.5 * Math.sin(x / 9) + 0.3 * Math.sin(x / 23) : 0);

test("two scans are laid over each other where their loads fit, at their own pitches", () => {
  const found = byLoad(view, load(400, goods), view, load(400, (x) => goods(x - 30)));
  assert.equal(found.how, "load");
  assert.deepEqual(mapped(found, 100, 50), [130, 50]);
  const fine: ViewInfo = { ...view, width: 800, pitch_mm: [2.5, 5] };
  const other = byLoad(view, load(400, goods), fine, load(800, (x) => goods(x / 2 - 20)));
  assert.ok(Math.abs(mapped(other, 100, 50)[0] - 240) <= 2, String(mapped(other, 100, 50)));
});

test("loads that are unlike are shown at the same scale, and that is said", () => {
  const noise = (x: number) => Math.abs(Math.sin(x * 12.9898) * 43758.5453) % 1;
  assert.equal(byLoad(view, load(400, noise), view, load(400, (x) => Math.abs(Math.sin(x * 78.233) * 12345.678) % 1)).how, "scale");
});

test("views of one pass share the way, and a way there leads back", () => {
  const top: ViewInfo = { ...view, name: "top", width: 200, height: 300, pitch_mm: [10, 5] };
  const way = alongTheWay(view, top);
  assert.equal(mapped(way, 100, 0)[0], 50);
  const sight = sightThrough(way, { x: 40, y: 10, width: 100, height: 40 }, top);
  assert.deepEqual([sight.x, sight.width, sight.y + sight.height / 2], [20, 50, 150]);
  assert.deepEqual(mapped(byBoxes([10, 10, 110, 60], [40, 0, 240, 100]), 60, 35), [140, 50]);
  const shifted = { scale: [2, 0.5], shift: [20, -5], how: "load" } as const;
  const [x, y] = mapped(inverse(shifted), ...mapped(shifted, 33, 44));
  assert.ok(Math.abs(x - 33) < 1e-9 && Math.abs(y - 44) < 1e-9);
});

test("rows of means that run along are those of the whole picture", () => {
  for (const [width, height] of [[9, 7], [3, 2], [40, 31], [1, 9]]) {
    const plane = Uint16Array.from({ length: width * height }, (_, i) => (i * 7919) % 1000);
    const table = Float32Array.from({ length: 1000 }, (_, i) => Math.sqrt(i));
    const whole = boxMean(Float32Array.from(plane, (value) => table[value]), width, 2);
    const rows = new BoxRows(plane, table, width, 2);
    for (let y = 0; y < height; y++) {
      rows.next();
      for (let x = 0; x < width; x++) {
        assert.ok(Math.abs(rows.mean[x] - whole[y * width + x]) < 1e-3, `${width}×${height} at ${x}, ${y}`);
        assert.ok(Math.abs(rows.row[x] - table[plane[y * width + x]]) < 1e-6);
      }
    }
  }
});

test("a region's zone is said by thirds and metres; from above nothing is said of the height", () => {
  assert.deepEqual(zoneOf([10, 80, 30, 95], view), { along: "zone.left", up: "zone.floor", metres: 0.1 });
  assert.deepEqual(zoneOf([380, 5, 390, 10], { ...view, name: "top", pitch_mm: null }), { along: "zone.right", up: null, metres: null });
});
