import assert from "node:assert/strict";
import { test } from "node:test";
import { actionOf, BINDINGS, digitOf, goesOn, keyName, type Pressed, takesText } from "../src/keys";

const press = (key: string, more: Partial<Pressed> = {}): Pressed => ({
  key, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...more,
});

test("no key does two things", () => {
  const keys = BINDINGS.flatMap(({ bindings }) => bindings.flatMap((binding) => binding.keys));
  assert.equal(new Set(keys).size, keys.length);
  for (const key of keys) assert.ok(digitOf(press(key)) === null, `${key} is no digit of a class`);
});

test("letters work with caps lock, and rejecting the rest needs Shift", () => {
  assert.equal(actionOf(press("c")), "confirm");
  assert.equal(actionOf(press("C")), "confirm");
  assert.equal(actionOf(press("r")), "reject");
  assert.equal(actionOf(press("R", { shiftKey: true })), "rejectRest");
  assert.equal(actionOf(press("J", { shiftKey: true })), null);
  assert.equal(actionOf(press("?", { shiftKey: true })), "help");
});

test("arrows go through regions and along the picture, and with Shift across it", () => {
  assert.equal(actionOf(press("ArrowUp")), "previousRegion");
  assert.equal(actionOf(press("ArrowUp", { shiftKey: true })), "panUp");
  assert.equal(actionOf(press("ArrowLeft")), "panLeft");
});

test("the browser's own shortcuts are left alone", () => {
  assert.equal(actionOf(press("r", { ctrlKey: true })), null);
  assert.equal(digitOf(press("1", { altKey: true })), null);
});

test("digits 1 to 9 are classes, 0 is not", () => {
  assert.equal(digitOf(press("9")), 9);
  assert.equal(digitOf(press("0")), null);
});

test("keys belong to a field that takes text, not to a slider", () => {
  assert.ok(takesText("TEXTAREA", "", false));
  assert.ok(takesText("INPUT", "text", false));
  assert.ok(takesText("DIV", "", true));
  assert.ok(!takesText("INPUT", "range", false));
  assert.ok(!takesText("BUTTON", "", false));
});

test("every key has a name that can be printed", () => {
  assert.equal(keyName("ArrowDown"), "↓");
  assert.equal(keyName("c"), "C");
  assert.equal(keyName("Shift+ArrowUp"), "⇧↑");
});

test("a key that stays down goes on with the window, and judges one region only", () => {
  assert.ok(goesOn("brighter"));
  for (const once of ["confirm", "reject", "undo", "send", "nextScan", "release"] as const) assert.ok(!goesOn(once), once);
});
