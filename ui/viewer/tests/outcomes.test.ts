import assert from "node:assert/strict";
import { test } from "node:test";
import { missingOf, outcomeOf } from "../src/outcomes";

const photos = [{ photo_id: "aa", width: 1, height: 1 }];
const items = [{ kind: "ivory", where: " left " }];

test("an outcome says whether anything was found, and what", () => {
  assert.notEqual(missingOf({ result: null, items: [] }), null);
  assert.notEqual(missingOf({ result: "found", items: [{ kind: "", where: "left" }] }), null);
  assert.equal(missingOf({ result: "found", items }), null);
  assert.equal(missingOf({ result: "nothing", items: [{ kind: "", where: "" }] }), null);
});

test("nothing is found in what was not opened, and no photograph shows it", () => {
  assert.deepEqual(outcomeOf({ result: "unopened", items, note: " no dock ", photos }), { opened: false, items: [], note: "no dock", photos: [] });
  assert.deepEqual(outcomeOf({ result: "nothing", items, note: "", photos }), { opened: true, items: [], note: "", photos: ["aa"] });
  assert.deepEqual(outcomeOf({ result: "found", items, note: "", photos }), { opened: true, items: [{ kind: "ivory", where: "left" }], note: "", photos: ["aa"] });
});
