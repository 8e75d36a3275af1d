import assert from "node:assert/strict";
import { test } from "node:test";
import { speak } from "../src/i18n";
import { contrastOf, widthOf } from "../src/toolbar";
import { age, blocked, reasonWords, statusWords, stopwatch } from "../src/words";

const ready = { disposition: "release" as const, pendingNames: [], codes: [], note: "", correcting: false, codesRequired: [] };

test("ages are short", () => {
  const now = Date.parse("2026-11-22T12:00:00Z");
  assert.equal(age("2026-11-22T11:59:50Z", now), "now");
  assert.equal(age("2026-11-22T11:48:00Z", now), "12 min");
  assert.equal(age("2026-11-22T07:00:00Z", now), "5 h");
  assert.equal(age("2026-11-19T12:00:00Z", now), "3 d");
  assert.equal(age("2026-11-22T12:05:00Z", now), "now", "a clock that runs ahead");
});

test("a clean scan can be released without a reason", () => {
  assert.equal(blocked(ready), null);
});

test("what blocks a decision is named", () => {
  assert.equal(blocked({ ...ready, pendingNames: ["region 2 (Ivory)"] }), "Still to judge: region 2 (Ivory).");
  assert.match(blocked({ ...ready, pendingNames: ["a", "b", "c", "d", "e"] }) ?? "", /a, b, c and 2 more/);
  assert.match(blocked({ ...ready, disposition: null }) ?? "", /Choose/);
  assert.equal(blocked({ ...ready, disposition: "hold" }), "To hold needs a reason.");
  assert.equal(blocked({ ...ready, disposition: "hold", codes: ["anomaly"] }), null);
  assert.equal(blocked({ ...ready, disposition: "hold", note: " seen twice " }), null);
  assert.equal(blocked({ ...ready, correcting: true, codes: ["anomaly"] }), "A correction says why: write a note.");
});

test("where the site wants a code, a note alone does not do", () => {
  const strict = { ...ready, disposition: "inspect" as const, codesRequired: ["inspect" as const] };
  assert.match(blocked({ ...strict, note: "odd" }) ?? "", /reason/);
  assert.equal(blocked({ ...strict, codes: ["anomaly"] }), null);
});

test("a reason is in the officer's language, unless the site has words of its own", () => {
  const known = { code: "as_declared", text: "Load matches the declaration" };
  speak("es");
  assert.equal(reasonWords(known), "La carga coincide con la declaración");
  assert.equal(reasonWords({ ...known, text: "Fits the manifest" }), "Fits the manifest");
  assert.equal(reasonWords({ code: "dogs", text: "The dogs barked" }), "The dogs barked");
  speak("en");
});

test("figures and states in words", () => {
  assert.equal(stopwatch(7.9), "0:07");
  assert.equal(stopwatch(760), "12:40");
  assert.equal(statusWords({ status: "failed", disposition: null }), "not analysed");
  assert.equal(statusWords({ status: "decided", disposition: "hold" }), "held");
});

test("the contrast slider and the window's width are each other's inverse", () => {
  for (const contrast of [0, 0.3, 1]) assert.ok(Math.abs(contrastOf(widthOf(contrast)) - contrast) < 1e-9);
});
