import assert from "node:assert/strict";
import { test } from "node:test";
import { speak } from "../src/i18n";
import { latestOf, standingOf, whyWords } from "../src/opinions";
import { stationOf } from "../src/statusbar";
import type { Card, DecisionInfo, Role, StationStatus } from "../src/wire";

const OFFICER: Role[] = ["officer"];
const SUPERVISOR: Role[] = ["officer", "supervisor"];

const said = (officer: string, reading: 1 | 2 | 3, decision_id = `${officer}-${reading}`) => ({ officer, reading, decision_id }) as DecisionInfo;

function card(of: Partial<Card> = {}): Card {
  return { status: "analysed", final: false, provisional: false, leased_by: null, decisions: [], final_decision: null, ...of } as Card;
}

test("a scan that nobody has and nobody decided is open to officers and to nobody else", () => {
  assert.deepEqual(standingOf(card(), "lan", OFFICER), { kind: "open" });
  assert.deepEqual(standingOf(card({ leased_by: "lan" }), "lan", OFFICER), { kind: "open" });
  assert.deepEqual(standingOf(card(), "ada", ["auditor"]), { kind: "look" });
});

test("a scan that is with somebody else can be looked at, and it says with whom", () => {
  assert.deepEqual(standingOf(card({ leased_by: "bo" }), "lan", OFFICER), { kind: "leased", officer: "bo" });
});

test("a truck in the tunnel cannot be decided", () => {
  assert.deepEqual(standingOf(card({ status: "streaming", provisional: true }), "lan", OFFICER), { kind: "tunnel" });
});

test("one's own decision can be corrected while it holds, or while the scan waits for a second opinion", () => {
  const own = said("lan", 1);
  const waits = card({ status: "second", decisions: [own] });
  assert.deepEqual(standingOf(waits, "lan", OFFICER), { kind: "correctable", decision: own });
  const holds = card({ status: "decided", final: true, decisions: [own], final_decision: "lan-1" });
  assert.deepEqual(standingOf(holds, "lan", OFFICER), { kind: "correctable", decision: own });
  const overruled = card({ status: "decided", final: true, decisions: [own, said("su", 3)], final_decision: "su-3" });
  assert.deepEqual(standingOf(overruled, "lan", OFFICER), { kind: "look" });
});

test("a decision that one officer made alone may be corrected by another one too", () => {
  const alone = card({ status: "decided", final: true, decisions: [said("bo", 1)], final_decision: "bo-1" });
  assert.equal(standingOf(alone, "lan", OFFICER).kind, "correctable");
  const shared = card({ status: "decided", final: true, decisions: [said("bo", 1), said("mai", 2)], final_decision: "mai-2" });
  assert.deepEqual(standingOf(shared, "lan", OFFICER), { kind: "look" });
});

test("where two differ a supervisor who is none of them decides, and others look", () => {
  const differ = card({ status: "recheck", decisions: [said("lan", 1), said("bo", 2)] });
  assert.deepEqual(standingOf(differ, "su", SUPERVISOR), { kind: "recheck", supersedes: null });
  assert.equal(standingOf(differ, "bo", SUPERVISOR).kind, "correctable");
  assert.deepEqual(standingOf(differ, "mai", OFFICER), { kind: "look" });
  const done = card({ status: "decided", final: true, decisions: [...differ.decisions, said("su", 3)], final_decision: "su-3" });
  assert.deepEqual(standingOf(done, "su", SUPERVISOR), { kind: "recheck", supersedes: "su-3" });
});

test("who only supervises decides nothing that officers have not read", () => {
  assert.deepEqual(standingOf(card(), "su", ["supervisor"]), { kind: "look" });
});

test("of every reading the newest decision stands", () => {
  const decisions = [said("lan", 1, "a"), said("bo", 2, "b"), said("lan", 1, "c")];
  assert.deepEqual(latestOf(card({ decisions })).map(({ decision_id }) => decision_id), ["c", "b"]);
});

test("the why of a decision is its codes in words, then its note", () => {
  speak("en");
  assert.equal(whyWords({ reason_codes: ["dogs"], reason: "twice" }, null), "dogs: twice");
  assert.equal(whyWords({ reason_codes: [], reason: "" }, null), "");
});

test("the calibration shown is that of the open scan's scanner, else the oldest one known", () => {
  const stations = [["gate-1", 50], ["gate-2", null], ["gate-3", 900]].map(
    ([station_id, calibration_age_s]) => ({ station_id, calibration_age_s }) as StationStatus,
  );
  assert.equal(stationOf(stations, "gate-2")?.station_id, "gate-2");
  assert.equal(stationOf(stations, null)?.station_id, "gate-3");
  assert.equal(stationOf([], null), null);
});
