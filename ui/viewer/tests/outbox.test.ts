import assert from "node:assert/strict";
import { test } from "node:test";
import type { Ask } from "../src/ask";
import { Outbox } from "../src/outbox";
import { type Shelf, Store } from "../src/store";
import type { DecisionBody } from "../src/wire";

function shelf(): Shelf {
  const held = new Map<string, string>();
  return {
    getItem: (key) => held.get(key) ?? null,
    setItem: (key, value) => void held.set(key, value),
    removeItem: (key) => void held.delete(key),
    key: (index) => [...held.keys()][index] ?? null,
    get length() {
      return held.size;
    },
  };
}

const decision = (reason: string) => ({ disposition: "hold", reason }) as unknown as DecisionBody;

test("what is taken back or decided anew while others are sent does not go out as it was", async () => {
  const store = new Store(shelf(), "lan", 0);
  ["first", "second", "third"].forEach((scanId, i) => store.hold(scanId, decision("old"), i));
  const sent: string[] = [];
  const decide = (scanId: string, _officer: string, { reason }: DecisionBody) => {
    sent.push(`${scanId} ${reason}`);
    if (scanId === "first") {
      outbox.takeBack("second");
      store.hold("third", decision("new"), 9);
    }
    return Promise.resolve({ decision_id: "d" });
  };
  const hooks = { say: () => {}, onWaiting: () => {}, onSent: () => {} };
  const outbox = new Outbox(store, { decide } as unknown as Ask, "lan", hooks);
  await outbox.flush();
  assert.deepEqual(sent, ["first old", "third new"]);
});

test("two who ask to send at once wait for the same sending, which says what is on its way", async () => {
  const store = new Store(shelf(), "lan", 0);
  store.hold("first", decision("one"), 0);
  let sent = 0;
  let arrive: () => void = () => {};
  const decide = () => {
    sent++;
    return new Promise((done) => (arrive = () => done({ decision_id: "d" })));
  };
  const hooks = { say: () => {}, onWaiting: () => {}, onSent: () => {} };
  const outbox = new Outbox(store, { decide } as unknown as Ask, "lan", hooks);
  const both = [outbox.flush(), outbox.flush()];
  let over = false;
  void both[1].then(() => (over = true));
  await Promise.resolve();
  assert.deepEqual([outbox.sending, over], ["first", false]);
  arrive();
  await Promise.all(both);
  assert.deepEqual([sent, outbox.sending, store.waiting().length], [1, null, 0]);
});
