import assert from "node:assert/strict";
import { test } from "node:test";
import { NO_DRAFT } from "../src/decision";
import { own } from "../src/regions";
import { clearAll, type Kept, type Shelf, Store } from "../src/store";
import type { DecisionBody } from "../src/wire";

/** A Storage in memory. */
function shelf(): Shelf & { keys: () => string[] } {
  const held = new Map<string, string>();
  return {
    getItem: (key) => held.get(key) ?? null,
    setItem: (key, value) => void held.set(key, value),
    removeItem: (key) => void held.delete(key),
    key: (index) => [...held.keys()][index] ?? null,
    get length() {
      return held.size;
    },
    keys: () => [...held.keys()],
  };
}

const kept = (kind: string): Kept => ({
  modelId: "m", marks: { regions: [own("n1", 0, [1, 2, 3, 4], kind)], past: [], future: [] }, draft: NO_DRAFT, seconds: 7,
});
const decision = { disposition: "release", reason: "" } as unknown as DecisionBody;

test("an officer finds their own marks again, scan by scan", () => {
  const held = shelf();
  new Store(held, "lan", 0).keep("a.b", kept("ivory"), 1);
  const again = new Store(held, "lan", 2);
  assert.deepEqual(again.kept("a.b"), kept("ivory"));
  assert.equal(again.kept("a"), undefined);
  again.forget("a.b");
  assert.equal(again.kept("a.b"), undefined);
});

test("whoever logs in finds nothing of another officer, and removes it from the machine", () => {
  const held = shelf();
  held.setItem("another.app", "stays");
  const lan = new Store(held, "lan", 0);
  lan.keep("s", kept("ivory"), 1);
  lan.hold("s", decision, 1);
  const other = new Store(held, "lan/marks", 2);
  assert.equal(other.kept("s"), undefined);
  assert.deepEqual(other.waiting(), []);
  assert.deepEqual(held.keys(), ["another.app"]);
  other.keep("s", kept("ivory"), 3);
  assert.equal(new Store(held, "lan", 4).kept("s"), undefined, "a name that begins like another's");
});

test("logging out leaves nothing", () => {
  const held = shelf();
  new Store(held, "lan", 0).keep("s", kept("ivory"), 1);
  clearAll(held);
  assert.equal(held.length, 0);
});

test("decisions wait in their order, and can be taken back", () => {
  const store = new Store(shelf(), "lan", 0);
  store.hold("second", decision, 20);
  store.hold("first", decision, 10);
  assert.deepEqual(store.waiting().map(({ scanId }) => scanId), ["first", "second"]);
  assert.equal(store.release("first"), true);
  assert.equal(store.release("first"), false);
  assert.equal(store.waiting().length, 1);
});

test("what is days old, or no JSON, is nothing", () => {
  const held = shelf();
  new Store(held, "lan", 0).keep("s", kept("ivory"), 1);
  held.setItem("cargoscope.work.lan/marks.t", "{");
  const later = new Store(held, "lan", 5 * 24 * 3600 * 1000);
  assert.deepEqual([later.kept("s"), later.kept("t"), held.length], [undefined, undefined, 0]);
});

test("a storage that is full or switched off loses nothing but the copy", () => {
  const full = { ...shelf(), setItem: () => { throw new Error("full"); } };
  new Store(full, "lan", 0).keep("s", kept("ivory"), 1);
});
