import assert from "node:assert/strict";
import { test } from "node:test";
import { coarsestLevel, decode, levelSize, placeOf, tileSize, tileUrl } from "../src/tiles";
import type { ViewInfo } from "../src/wire";

const view: ViewInfo = {
  name: "side", width: 4001, height: 1100, energies: ["6MV", "4MV"], open_beam: [60000, 60000], pitch_mm: [4, 4], bits: 16,
  tile_size: 512, levels: 13,
};

const HERE = { left: 0, top: 0, shrink: 1 };

test("levels halve and round up, as the service's do", () => {
  assert.deepEqual(levelSize(view, 12), [4001, 1100]);
  assert.deepEqual(levelSize(view, 11), [2001, 550]);
  assert.deepEqual(levelSize(view, 10), [1001, 275]);
  assert.deepEqual(levelSize(view, 0), [1, 1]);
});

test("tiles at the edge are smaller", () => {
  assert.deepEqual(tileSize(view, 12, 0, 0), [512, 512]);
  assert.deepEqual(tileSize(view, 12, 7, 2), [417, 76]);
});

test("the coarsest level is the largest single tile", () => {
  assert.equal(coarsestLevel(view), 9);
  assert.equal(coarsestLevel({ ...view, width: 300, height: 200, levels: 10 }), 9);
});

test("a tile's address is safe whatever the scan is called", () => {
  assert.equal(tileUrl("a/b?", 1, 9, 2, 3), "/v1/scans/a%2Fb%3F/views/1/tiles/9/2_3");
});

test("planes come out of the bytes in order, and a wrong length is refused with both numbers", () => {
  const tile = decode(new Uint16Array([1, 2, 3, 4, 5, 6, 7, 8]).buffer, 2, 2, 2, HERE);
  assert.deepEqual(tile.planes.map((plane) => [...plane]), [[1, 2, 3, 4], [5, 6, 7, 8]]);
  assert.throws(() => decode(new ArrayBuffer(10), 2, 2, 2, HERE), /has 16 bytes, got 10/);
});

test("a tile knows where it lies and what one of its pixels stands for", () => {
  assert.deepEqual(placeOf(view, 12, 3, 1), { left: 1536, top: 512, shrink: 1 });
  assert.deepEqual(placeOf(view, 10, 1, 0), { left: 512, top: 0, shrink: 4 });
});
