/** One officer's desk: the worklist, the open scan and the decision. All state of a page lives in one Desk. */
import { type Ask, Refusal } from "./ask";
import { DecisionPanel, NO_DRAFT } from "./decision";
import { part } from "./dom";
import { t } from "./i18n";
import { useKeys } from "./keys";
import { gently, listen, type ScanNews } from "./live";
import { Outbox } from "./outbox";
import { Queue } from "./queue";
import { carried, spoken } from "./regions";
import { Review } from "./review";
import { presetFrom, Prefs, scannerOf } from "./prefs";
import { say } from "./say";
import { drawScanCard, provider } from "./scancard";
import { nameKeys } from "./shell";
import { drawShortcuts } from "./shortcuts";
import { clearAll, Store } from "./store";
import { blocked, doneWords, shortId, stopwatch } from "./words";
import type { Card, DecisionBody, DecisionInfo, Disposition, Opening } from "./wire";

export class Desk {
  readonly review: Review;
  private card: Card | null = null;
  private officer = "";
  private correcting = false;
  private busy = false;
  private idle = false;
  private openedAt = 0;
  private turn = 0;
  private clock: HTMLElement | null = null;
  private store: Store | null = null;
  private outbox: Outbox | null = null;
  private prefs: Prefs | null = null;
  private readonly queue: Queue;
  private readonly panel: DecisionPanel;

  constructor(private readonly root: HTMLElement, private readonly ask: Ask) {
    this.review = new Review(root, {
      say: (words, tone) => say(root, words, tone),
      onChange: () => this.showDecision(),
      onMark: () => this.changed(),
    });
    this.queue = new Queue(root, ask, {
      kindOf: this.review.kindOf,
      onOpen: (scanId) => void this.open(scanId),
      onFailure: (error) => this.listFailed(error),
    });
    this.panel = new DecisionPanel(root, {
      onChange: () => {
        this.showDecision();
        this.changed();
      },
      onSend: () => void this.send(),
      onCorrect: () => this.correct(),
    });
    part(root, "next").addEventListener("click", () => void this.step(1));
    part(root, "help").addEventListener("click", () => this.toggleShortcuts());
    part(root, "logout").addEventListener("click", () => void this.logout());
    part(root, "preset").addEventListener("click", () => this.togglePreset());
    setInterval(() => this.tick(), 1000);
    addEventListener("pagehide", () => this.keep());
  }

  /** Fetches who works here and the worklist, opens the first scan, and listens for news. */
  async start(): Promise<void> {
    try {
      const opening = await this.ask.opening();
      this.review.kinds = opening.kinds;
      part(this.root, "officer").textContent = opening.officer;
      this.showModel(opening);
      this.workAs(opening.officer);
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
        if (!up) return;
        void this.outbox?.flush();
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
    if (this.standing) this.store?.forget(card.scan_id);
    const kept = this.store?.kept(card.scan_id);
    const same = kept && kept.modelId === card.model?.model_id;
    if (kept) this.openedAt -= kept.seconds * 1000;
    this.panel.load(kept?.draft ?? NO_DRAFT);
    part(this.root, "empty").hidden = true;
    this.clock = drawScanCard(part(this.root, "card"), card);
    this.queue.choose(scanId);
    say(this.root, kept?.modelId && !same ? t("say.otherModel") : "", "plain");
    this.review.locked = this.locked;
    this.review.pane.preset = this.prefs?.presetOf(scannerOf(card)) ?? null;
    this.showPreset(card);
    await this.review.load(card, kept ? (same ? kept.marks : carried(card, kept.marks)) : null);
  }

  /** The next (or previous) scan of the list. */
  async step(direction: 1 | -1): Promise<void> {
    const next = this.queue.beside(this.card?.scan_id ?? null, direction);
    if (next) await this.open(next.scan_id);
    else say(this.root, t("say.noOther"), "plain");
  }

  choose(disposition: Disposition): void {
    if (this.card && !this.locked) this.panel.choose(disposition);
  }

  /** Keeps how the open scan is shown for all scans of its scanner, or forgets what was kept. */
  togglePreset(): void {
    const { card, prefs } = this;
    if (!card || !prefs) return;
    const scanner = scannerOf(card);
    const { display, naturalWindow } = this.review.pane;
    const forget = prefs.presetOf(scanner) !== undefined;
    prefs.keepPreset(scanner, forget ? null : presetFrom(display, naturalWindow));
    this.showPreset(card);
    say(this.root, t(forget ? "preset.forgotten" : "preset.kept"), "plain");
  }

  private showPreset(card: Card): void {
    part(this.root, "preset").setAttribute("aria-pressed", String(this.prefs?.presetOf(scannerOf(card)) !== undefined));
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
    const decision: DecisionBody = {
      model_id: card.model?.model_id ?? "",
      ...spoken(this.review.marks),
      disposition,
      reason: this.panel.reason,
      dwell_s: Math.round(this.seconds() * 10) / 10,
      supersedes: this.standing?.decision_id ?? null,
    };
    this.outbox?.release(card.scan_id);
    try {
      await this.ask.decide(card.scan_id, this.officer, decision);
    } catch (error) {
      this.setBusy(false);
      if (error instanceof Refusal && error.away) return this.outbox?.hold(card.scan_id, decision);
      return this.failed(error);
    }
    this.store?.forget(card.scan_id);
    await this.sent(card.scan_id);
    say(this.root, `${doneWords(disposition)}: ${card.scan_id}.`, "good");
  }

  /** A scan of this officer is decided: the next one, where it was still open. */
  private async sent(scanId: string): Promise<void> {
    const stayed = this.card?.scan_id === scanId;
    if (stayed) this.card = null;
    await this.queue.refresh();
    this.setBusy(false);
    if (stayed) await this.openFirst(scanId);
  }

  /** From here on marks are kept for this officer, and decisions that wait are theirs. */
  private workAs(officer: string): void {
    this.officer = officer;
    this.store = new Store(localStorage, officer, Date.now());
    const prefs = new Prefs(localStorage, officer);
    this.prefs = prefs;
    const obey = () => {
      useKeys(prefs.keys);
      nameKeys(this.root);
    };
    obey();
    drawShortcuts(part<HTMLDialogElement>(this.root, "shortcuts"), {
      onKeys: (keys) => {
        prefs.keepKeys(keys);
        obey();
      },
    });
    const waiting = part(this.root, "waiting");
    this.outbox = new Outbox(this.store, this.ask, officer, {
      say: (words, tone) => say(this.root, words, tone),
      onWaiting: (count) => {
        waiting.hidden = count === 0;
        waiting.textContent = t("outbox.waiting", { count });
      },
      onSent: (scanId) => void this.sent(scanId),
    });
  }

  /** The officer has changed something: it is kept, and a decision that waits to be sent is taken back. */
  private changed(): void {
    if (!this.card) return;
    this.outbox?.takeBack(this.card.scan_id);
    this.keep();
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
    const kept = { modelId: card.model?.model_id, marks, draft: this.panel.state, seconds: this.seconds() };
    this.store?.keep(card.scan_id, kept, Date.now());
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
    if (!this.card) return t("blocks.noScan");
    if (this.card.status === "received") return t("blocks.received");
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
      say(this.root, t("say.otherDecided"), "bad");
    }
  }

  private showModel({ model }: Opening): void {
    const words = model ? t("top.modelWords", { name: model.name, id: shortId(model.model_id), provider: provider(model.provider) }) : t("top.noModel");
    part(this.root, "model").textContent = words;
  }

  private showLink(up: boolean): void {
    const link = part(this.root, "link");
    link.classList.toggle("is-up", up);
    link.classList.toggle("is-down", !up);
    (link.lastElementChild as HTMLElement).textContent = t(up ? "link.live" : "link.lost");
  }

  private showEmpty(): void {
    this.card = null;
    this.clock = null;
    this.idle = true;
    const empty = part(this.root, "empty");
    empty.hidden = false;
    (empty.firstElementChild as HTMLElement).textContent = t("empty");
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
      await this.outbox?.flush();
      await this.ask.logout();
      this.store = null;
      clearAll(localStorage);
    } catch (error) {
      return this.failed(error);
    }
    location.assign("/login");
  }

  /** The worklist could not be fetched. That the service is away goes without saying where a decision waits for it. */
  private listFailed(error: unknown): void {
    const away = error instanceof Refusal && error.away;
    if (!away || !this.store?.waiting().length) this.failed(error);
  }

  private failed(error: unknown): void {
    if (error instanceof Refusal && error.loggedOut) return location.assign("/login");
    say(this.root, error instanceof Error ? error.message : String(error), "bad");
  }
}
