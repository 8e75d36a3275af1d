/** Sends the decisions that wait, once the service answers again. */
import { type Ask, Refusal } from "./ask";
import { t } from "./i18n";
import type { Tone } from "./say";
import type { Store } from "./store";
import type { DecisionBody } from "./wire";
import { doneWords } from "./words";

const AGAIN_MS = 5000;

export interface OutboxHooks {
  say: (words: string, tone: Tone) => void;
  /** So many decisions wait now. */
  onWaiting: (count: number) => void;
  onSent: (scanId: string) => void;
}

export class Outbox {
  /** The scan whose decision is on its way now. */
  sending: string | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private flushing: Promise<void> | null = null;

  constructor(
    private readonly store: Store, private readonly ask: Ask, private readonly officer: string, private readonly hooks: OutboxHooks,
  ) {
    this.again();
  }

  /** Keeps a decision that could not be sent. */
  hold(scanId: string, decision: DecisionBody): void {
    this.store.hold(scanId, decision, Date.now());
    this.hooks.say(t("outbox.kept", { scan: scanId }), "bad");
    this.again();
  }

  /** Takes a decision back because the officer has changed something. */
  takeBack(scanId: string): void {
    if (!this.store.release(scanId)) return;
    this.hooks.say(t("outbox.takenBack", { scan: scanId }), "plain");
    this.again();
  }

  /** A decision that waits is sent by hand now: it waits no more. */
  release(scanId: string): void {
    if (this.store.release(scanId)) this.again();
  }

  /** Tries to send all that waits; called when the connection stands again, and every few seconds while something waits. */
  flush(): Promise<void> {
    this.flushing ??= this.sendAll().finally(() => {
      this.flushing = null;
      this.again();
    });
    return this.flushing;
  }

  private async sendAll(): Promise<void> {
    for (const { scanId } of this.store.waiting()) {
      const decision = this.store.held(scanId); // while others went out, it may have been taken back or decided anew
      if (!decision) continue;
      this.sending = scanId;
      const gone = await this.send(scanId, decision).finally(() => (this.sending = null));
      if (!gone) break;
    }
  }

  /** False where the service is still away. A refusal is said, and the marks stay. */
  private async send(scanId: string, decision: DecisionBody): Promise<boolean> {
    try {
      await this.ask.decide(scanId, this.officer, decision);
    } catch (error) {
      if (error instanceof Refusal && (error.away || error.loggedOut)) return false;
      if (!(await this.arrived(scanId, decision))) {
        this.store.release(scanId);
        this.hooks.say(t("outbox.refused", { scan: scanId, why: error instanceof Error ? error.message : String(error) }), "bad");
        return true;
      }
    }
    this.store.forget(scanId);
    this.hooks.onSent(scanId);
    this.hooks.say(`${doneWords(decision.disposition)}: ${scanId}.`, "good");
    return true;
  }

  /** Whether it is this very decision that stands: it had arrived, only the answer was lost. */
  private async arrived(scanId: string, { disposition, reason, dwell_s }: DecisionBody): Promise<boolean> {
    try {
      const { decisions } = await this.ask.card(scanId);
      return decisions.some((each) =>
        each.officer === this.officer && each.disposition === disposition && each.reason === reason && each.dwell_s === dwell_s);
    } catch {
      return false;
    }
  }

  private again(): void {
    const count = this.store.waiting().length;
    this.hooks.onWaiting(count);
    if (this.timer) clearTimeout(this.timer);
    this.timer = count > 0 ? setTimeout(() => void this.flush(), AGAIN_MS) : null;
  }
}
