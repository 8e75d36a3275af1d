/** One officer's desk: the worklist, the open scan and the decision. All state of a page lives in one Desk. */
import { type Ask, Refusal } from "./ask";
import { DecisionPanel, type Draft, NO_DRAFT } from "./decision";
import { drawShortcuts } from "./dialogs";
import { part } from "./dom";
import { gently, listen, type ScanNews } from "./live";
import { Queue } from "./queue";
import { carried, type Marks, spoken } from "./regions";
import { Review } from "./review";
import { say } from "./say";
import { drawScanCard, provider } from "./scancard";
import { blocked, DONE, shortId, stopwatch } from "./words";
import type { Card, DecisionInfo, Disposition, Opening } from "./wire";

/** What an officer put in and has not sent; kept while they look at another scan. */
interface Kept {
  modelId: string | undefined;
  marks: Marks;
  draft: Draft;
  seconds: number;
}

export class Desk {
  readonly review: Review;
  private card: Card | null = null;
  private correcting = false;
  private busy = false;
  private idle = false;
  private openedAt = 0;
  private turn = 0;
  private clock: HTMLElement | null = null;
  private readonly kept = new Map<string, Kept>();
  private readonly queue: Queue;
  private readonly panel: DecisionPanel;

  constructor(private readonly root: HTMLElement, private readonly ask: Ask) {
    this.review = new Review(root, { say: (words, tone) => say(root, words, tone), onChange: () => this.showDecision() });
    this.queue = new Queue(root, ask, {
      kindOf: this.review.kindOf,
      onOpen: (scanId) => void this.open(scanId),
      onFailure: (error) => this.failed(error),
    });
    this.panel = new DecisionPanel(root, {
      onChange: () => this.showDecision(),
      onSend: () => void this.send(),
      onCorrect: () => this.correct(),
    });
    part(root, "next").addEventListener("click", () => void this.step(1));
    part(root, "help").addEventListener("click", () => this.toggleShortcuts());
    part(root, "logout").addEventListener("click", () => void this.logout());
    drawShortcuts(part<HTMLDialogElement>(root, "shortcuts"));
    setInterval(() => this.tick(), 1000);
  }

  /** Fetches who works here and the worklist, opens the first scan, and listens for news. */
  async start(): Promise<void> {
    try {
      const opening = await this.ask.opening();
      this.review.kinds = opening.kinds;
      part(this.root, "officer").textContent = opening.officer;
      this.showModel(opening);
    } catch (error) {
      return this.failed(error);
    }
    await this.queue.refresh();
    await this.openFirst(null);
    const refresh = gently(() => void this.refresh(), 150);
    listen({
      onScan: (news) => {
        this.hear(news);
        refresh();
      },
      onModel: () => this.ask.opening().then((opening) => this.showModel(opening), (error) => this.failed(error)),
      onLink: (up) => {
        this.showLink(up);
        refresh();
      },
    });
  }

  async open(scanId: string): Promise<void> {
    const turn = ++this.turn;
    this.keep();
    let card: Card;
    try {
      card = await this.ask.card(scanId);
    } catch (error) {
      return this.failed(error);
    }
    if (turn !== this.turn) return;
    this.card = card;
    this.idle = false;
    this.correcting = false;
    this.openedAt = Date.now();
    const kept = this.standing ? undefined : this.kept.get(card.scan_id);
    const same = kept && kept.modelId === card.model?.model_id;
    if (kept) this.openedAt -= kept.seconds * 1000;
    this.panel.load(kept?.draft ?? NO_DRAFT);
    part(this.root, "empty").hidden = true;
    this.clock = drawScanCard(part(this.root, "card"), card);
    this.queue.choose(scanId);
    say(this.root, kept?.modelId && !same ? "Another model has looked at this scan since: judge its regions anew." : "", "plain");
    this.review.locked = this.locked;
    await this.review.load(card, kept ? (same ? kept.marks : carried(card, kept.marks)) : null);
  }

  /** The next (or previous) scan of the list. */
  async step(direction: 1 | -1): Promise<void> {
    const next = this.queue.beside(this.card?.scan_id ?? null, direction);
    if (next) await this.open(next.scan_id);
    else say(this.root, "There is no other scan in this list.", "plain");
  }

  choose(disposition: Disposition): void {
    if (this.card && !this.locked) this.panel.choose(disposition);
  }

  toggleShortcuts(): void {
    const dialog = part<HTMLDialogElement>(this.root, "shortcuts");
    if (dialog.open) dialog.close();
    else dialog.showModal();
  }

  /** Sends the decision; whatever fails, the marks stay as they are. */
  async send(): Promise<void> {
    const { card } = this;
    const { disposition } = this.panel.state;
    if (!card || this.busy || this.locked) return;
    const blocks = this.blocks();
    if (blocks || !disposition) return say(this.root, blocks ?? "", "bad");
    this.setBusy(true);
    try {
      await this.ask.decide(card.scan_id, {
        model_id: card.model?.model_id ?? "",
        ...spoken(this.review.marks),
        disposition,
        reason: this.panel.reason,
        dwell_s: Math.round(this.seconds() * 10) / 10,
        supersedes: this.standing?.decision_id ?? null,
      });
    } catch (error) {
      this.setBusy(false);
      return this.failed(error);
    }
    this.kept.delete(card.scan_id);
    const stayed = this.card?.scan_id === card.scan_id;
    if (stayed) this.card = null;
    await this.queue.refresh();
    this.setBusy(false);
    if (stayed) await this.openFirst(card.scan_id);
    say(this.root, `${DONE[disposition]}: ${card.scan_id}.`, "good");
  }

  private async refresh(): Promise<void> {
    await this.queue.refresh();
    if (this.idle) await this.openFirst(null);
  }

  private async openFirst(except: string | null): Promise<void> {
    const next = this.queue.first(except);
    if (next) await this.open(next.scan_id);
    else this.showEmpty();
  }

  private keep(): void {
    const { card } = this;
    if (!card || this.standing) return;
    const { marks } = this.review;
    this.kept.set(card.scan_id, { modelId: card.model?.model_id, marks, draft: this.panel.state, seconds: this.seconds() });
  }

  private correct(): void {
    this.correcting = true;
    this.openedAt = Date.now();
    this.review.locked = false;
    this.review.redraw();
  }

  private setBusy(busy: boolean): void {
    this.busy = busy;
    this.showDecision();
  }

  private showDecision(): void {
    const { busy, correcting, standing } = this;
    this.panel.show({ blocks: this.blocks(), busy, standing, correcting, open: this.card !== null });
  }

  private blocks(): string | null {
    if (!this.card) return "No scan is open.";
    if (this.card.status === "received") return "The scan is still being analysed.";
    const { pendingNames } = this.review;
    return blocked({ disposition: this.panel.state.disposition, pendingNames, reason: this.panel.reason, correcting: this.correcting });
  }

  private get standing(): DecisionInfo | null {
    return this.card?.decisions.at(-1) ?? null;
  }

  private get locked(): boolean {
    return this.standing !== null && !this.correcting;
  }

  private seconds(): number {
    return (Date.now() - this.openedAt) / 1000;
  }

  /** News of the open scan: its analysis arrives, or somebody else decides it. */
  private hear({ scan_id, status }: ScanNews): void {
    const { card } = this;
    if (card?.scan_id !== scan_id || this.busy) return;
    if (card.status === "received" && status !== "received") void this.open(scan_id);
    else if (status === "decided" && !this.standing) {
      say(this.root, "Somebody else has just decided this scan. Open it again to see how.", "bad");
    }
  }

  private showModel({ model }: Opening): void {
    const words = model ? `Model  ${model.name}  ${shortId(model.model_id)}  ${provider(model.provider)}` : "No model";
    part(this.root, "model").textContent = words;
  }

  private showLink(up: boolean): void {
    const link = part(this.root, "link");
    link.classList.toggle("is-up", up);
    link.classList.toggle("is-down", !up);
    (link.lastElementChild as HTMLElement).textContent = up ? "live" : "connection lost, trying again";
  }

  private showEmpty(): void {
    this.card = null;
    this.clock = null;
    this.idle = true;
    const empty = part(this.root, "empty");
    empty.hidden = false;
    (empty.firstElementChild as HTMLElement).textContent = "The worklist is empty. The next scan opens by itself.";
    part(this.root, "card").replaceChildren();
    this.queue.choose(null);
    this.review.close();
  }

  private tick(): void {
    if (this.clock) this.clock.textContent = stopwatch(this.seconds());
    if (Math.floor(Date.now() / 1000) % 20 === 0) this.queue.draw();
  }

  private async logout(): Promise<void> {
    try {
      await this.ask.logout();
    } catch (error) {
      return this.failed(error);
    }
    location.assign("/login");
  }

  private failed(error: unknown): void {
    if (error instanceof Refusal && error.loggedOut) return location.assign("/login");
    say(this.root, error instanceof Error ? error.message : String(error), "bad");
  }
}
