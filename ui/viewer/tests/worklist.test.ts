import assert from "node:assert/strict";
import { test } from "node:test";
import { endsOf } from "../src/worklist";

test("a long id keeps its last digits apart, and a short one is whole", () => {
  assert.deepEqual(endsOf("20261122-1207-gate-1"), ["20261122-1207", "-gate-1"]);
  assert.deepEqual(endsOf("truck-0001"), ["truck-0001"]);
  assert.equal(endsOf("CSQU3054383-20261122-0001").join(""), "CSQU3054383-20261122-0001");
});
