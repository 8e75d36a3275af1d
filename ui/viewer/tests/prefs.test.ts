import assert from "node:assert/strict";
import { test } from "node:test";
import { PLAIN } from "../src/display";
import { actionOf, keysOf, type Pressed, useKeys } from "../src/keys";
import { applied, Prefs, presetFrom, scannerOf } from "../src/prefs";
import type { Card } from "../src/wire";

const natural = { centre: 0.6, width: 0.5, gamma: 1, log: true };
const press = (key: string): Pressed => ({ key, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false });

function shelf() {
  const held = new Map<string, string>();
  return { getItem: (key: string) => held.get(key) ?? null, setItem: (key: string, value: string) => void held.set(key, value) };
}

test("a preset shows the next scan of a scanner the same way, about its own window", () => {
  const display = { ...PLAIN, mode: "colour" as const, local: true, window: { ...natural, centre: 0.5, width: 0.25, gamma: 0.8 } };
  const preset = presetFrom(display, natural);
  const again = applied(preset, natural);
  assert.ok(Math.abs(again.window.centre - 0.5) < 1e-12 && again.window.width === 0.25 && again.window.gamma === 0.8);
  assert.deepEqual([again.mode, again.local, again.stage], ["colour", true, 0]);
  const darker = applied(preset, { ...natural, centre: 0.3 });
  assert.ok(Math.abs(darker.window.centre - 0.2) < 1e-12);
});

test("presets and keys belong to an officer and a scanner, and are found again", () => {
  const held = shelf();
  const prefs = new Prefs(held, "lan");
  prefs.keepPreset("gate-1", presetFrom(PLAIN, natural));
  prefs.keepKeys({ confirm: ["F2"] });
  const again = new Prefs(held, "lan");
  assert.ok(again.presetOf("gate-1"));
  assert.equal(again.presetOf("gate-2"), undefined);
  assert.deepEqual(again.keys, { confirm: ["F2"] });
  assert.equal(new Prefs(held, "bo").presetOf("gate-1"), undefined);
  again.keepPreset("gate-1", null);
  assert.equal(new Prefs(held, "lan").presetOf("gate-1"), undefined);
});

test("a scanner is its station and what its pictures hold", () => {
  const card = (bits: number) => ({ station_id: "gate-1", views: [{ energies: ["6MV", "4MV"], bits }] }) as unknown as Card;
  assert.equal(scannerOf(card(16)), "gate-1 6MV 4MV 16");
  assert.notEqual(scannerOf(card(16)), scannerOf(card(8)));
});

test("another key does what it was chosen for, and the standard one no longer does", () => {
  useKeys({ confirm: ["F2"] });
  assert.deepEqual([actionOf(press("F2")), actionOf(press("c")), actionOf(press("r"))], ["confirm", null, "reject"]);
  assert.deepEqual(keysOf("confirm"), ["F2"]);
  useKeys({});
  assert.equal(actionOf(press("c")), "confirm");
});

test("a key that was chosen goes before a standard one", () => {
  useKeys({ confirm: ["ArrowLeft"] });
  assert.deepEqual([actionOf(press("ArrowLeft")), actionOf(press("ArrowRight"))], ["confirm", "panRight"]);
  useKeys({});
});
