import assert from "node:assert/strict";
import { test } from "node:test";
import {
  boxBetween, carried, draw, isPending, judge, type Marks, marksOf, move, neighbour, nudge, own, pending, reclass, redo, rejectRest, remove, spoken, undo,
} from "../src/regions";
import type { Card, DecisionInfo, FindingInfo } from "../src/wire";

const finding = (index: number, score: number): FindingInfo => ({
  index, view: 0, box: [10, 10, 30, 30], score, kind: "firearm", colour: "#ff4d4d",
});

const card = (findings: FindingInfo[]): Card => ({ findings }) as unknown as Card;

const two = (): Marks => marksOf(card([finding(0, 0.4), finding(1, 0.9)]), null);

test("the model's regions come by falling score, without a verdict", () => {
  const { regions } = two();
  assert.deepEqual(regions.map((region) => region.id), ["f1", "f0"]);
  assert.ok(regions.every(isPending));
});

test("a decision shows again what was decided", () => {
  const decided = {
    verdicts: [{ finding: 0, judgement: "reclass", kind: "cigarettes" }, { finding: 1, judgement: "reject", kind: null }],
    added: [{ view: 0, box: [1, 1, 9, 9], kind: "ivory" }],
  } as unknown as DecisionInfo;
  const { regions } = marksOf(card([finding(0, 0.4), finding(1, 0.9)]), decided);
  assert.deepEqual(regions.map((r) => [r.verdict, r.kind]), [["reject", "firearm"], ["reclass", "cigarettes"], [null, "ivory"]]);
});

test("verdicts are spoken as the service takes them, a class only with a change of class", () => {
  let marks = judge(two(), "f1", "confirm");
  marks = judge(marks, "f0", "reclass", "cigarettes");
  marks = draw(marks, own("n1", 0, [1, 2, 30, 40], "ivory"));
  assert.deepEqual(spoken(marks), {
    verdicts: [
      { finding: 0, judgement: "reclass", kind: "cigarettes" },
      { finding: 1, judgement: "confirm", kind: null },
    ],
    added: [{ view: 0, box: [1, 2, 30, 40], kind: "ivory" }],
  });
});

test("what the officer drew stays when the model's findings come later", () => {
  const before = draw(marksOf(card([]), null), own("n1", 0, [0, 0, 9, 9], "ivory"));
  const after = carried(card([finding(0, 0.4)]), before);
  assert.deepEqual(after.regions.map((region) => [region.id, region.verdict]), [["f0", null], ["n1", null]]);
});

test("changing the class to what the model said is a confirmation", () => {
  const marks = reclass(two(), "f0", "firearm");
  assert.equal(marks.regions[1].verdict, "confirm");
});

test("rejecting after a change of class brings the model's class back", () => {
  const marks = judge(reclass(two(), "f0", "ivory"), "f0", "reject");
  assert.deepEqual([marks.regions[1].kind, marks.regions[1].verdict], ["firearm", "reject"]);
});

test("rejecting the rest leaves what has a verdict, and drawn regions", () => {
  const marks = rejectRest(draw(judge(two(), "f1", "confirm"), own("n1", 0, [0, 0, 9, 9], "")));
  assert.deepEqual(marks.regions.map((region) => region.verdict), ["confirm", "reject", null]);
  assert.deepEqual(pending(marks).map((region) => region.id), ["n1"], "a drawn region needs a class");
});

test("undo goes back one change at a time, and stops at the beginning", () => {
  const start = two();
  const marks = remove(draw(judge(start, "f1", "confirm"), own("n1", 0, [0, 0, 9, 9], "ivory")), "n1");
  assert.equal(undo(marks).regions.length, 3);
  assert.deepEqual(undo(undo(undo(undo(marks)))).regions, start.regions);
});

test("redo brings back what was undone, until something else is changed", () => {
  const start = judge(two(), "f1", "confirm");
  const marks = judge(start, "f0", "reject");
  const back = undo(undo(marks));
  assert.deepEqual(redo(redo(back)).regions, marks.regions);
  assert.deepEqual(redo(redo(redo(back))).regions, marks.regions);
  assert.equal(redo(judge(back, "f0", "confirm")).regions[1].verdict, "confirm");
  assert.equal(judge(back, "f0", "confirm").future.length, 0);
});

test("what changes nothing is nothing to undo", () => {
  assert.equal(judge(two(), "f9", "confirm").past.length, 0);
});

test("only drawn regions move or go", () => {
  const marks = draw(two(), own("n1", 0, [0, 0, 9, 9], "ivory"));
  assert.deepEqual(move(marks, "f0", [1, 1, 2, 2]), marks);
  assert.deepEqual(move(marks, "n1", [1, 1, 20, 20]).regions[2].box, [1, 1, 20, 20]);
  assert.deepEqual(remove(marks, "f0"), marks);
});

test("a drawn box is put in order and kept within the view; a slip of the hand is none", () => {
  assert.deepEqual(boxBetween(90, 80, -5, 20, 100, 60), [0, 20, 90, 60]);
  assert.equal(boxBetween(10, 10, 12, 40, 100, 60), null);
});

test("a nudged box stays within the view, and grows only so small", () => {
  assert.deepEqual(nudge([0, 0, 10, 10], -5, 5, false, 100, 60), [0, 5, 10, 15]);
  assert.deepEqual(nudge([85, 0, 95, 10], 20, 0, false, 100, 60), [90, 0, 100, 10]);
  assert.deepEqual(nudge([0, 0, 10, 10], -50, 5, true, 100, 60), [0, 0, 4, 15]);
});

test("the next region goes round", () => {
  const { regions } = two();
  assert.equal(neighbour(regions, null, 1)?.id, "f1");
  assert.equal(neighbour(regions, "f0", 1)?.id, "f1");
  assert.equal(neighbour(regions, "f1", -1)?.id, "f0");
  assert.equal(neighbour([], null, 1), null);
});
