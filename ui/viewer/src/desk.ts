/** One officer's desk: the worklist, the open scan and the decision. All state of a page lives in one Desk. */
import { type Ask, Refusal } from "./ask";
import { DecisionPanel, NO_DRAFT } from "./decision";
import { part } from "./dom";
import { Habits } from "./habits";
import { call } from "./http";
import { t } from "./i18n";
import { Lease } from "./lease";
import { gently, listen, type ScanNews } from "./live";
import { drawNav, roleWords } from "./nav";
import { drawTaken, type Standing, standingOf } from "./opinions";
import { Outbox } from "./outbox";
import { Queue } from "./queue";
import { carried, judgedOf, marksOf, spoken } from "./regions";
import { revealTest } from "./reveal";
import { Review } from "./review";
import { say } from "./say";
import { drawScanCard } from "./scancard";
import { StatusBar } from "./statusbar";
import { clearAll, Store } from "./store";
import { blocked, doneWords, stopwatch } from "./words";
import type { Card, DecisionBody, Disposition, Opening, Role, Site } from "./wire";

const NOBODY: Standing = { kind: "look" };
/** After so long a scan that the service did not give is asked for again. */
const AGAIN_MS = 2000;

export class Desk {
  readonly review: Review;
  private card: Card | null = null;
  private officer = "";
  private roles: readonly Role[] = [];
  private site: Site | null = null;
  /** The officer has asked to correct, or to re-check, what is decided. */
  private asked = false;
  private busy = false;
  /** The officer logs out: nothing is opened or fetched any more. */
  private leaving = false;
  /** Nothing is open: the next scan opens by itself. Not so where the officer is absent, whom nobody sees. */
  private idle = false;
  private absent = false;
  private openedAt = 0;
  private turn = 0;
  private clock: HTMLElement | null = null;
  /** Resolved once it is known who works here; what was picked before waits for it. */
  private begin: () => void = () => undefined;
  private readonly begun = new Promise<void>((begin) => (this.begin = begin));
  private store: Store | null = null;
  private outbox: Outbox | null = null;
  private habits: Habits | null = null;
  private readonly queue: Queue;
  private readonly panel: DecisionPanel;
  private readonly status: StatusBar;
  private readonly lease: Lease;

  constructor(private readonly root: HTMLElement, private readonly ask: Ask) {
    this.review = new Review(root, {
      say: (words, tone) => say(root, words, tone),
      onChange: () => this.showDecision(),
      onMark: () => this.changed(),
      live: {
        card: (scanId) => ask.card(scanId),
        officer: () => this.officer,
        wantsBlind: () => this.habits?.blind ?? false,
        toggleBlind: () => this.habits?.toggleBlind() ?? "",
        told: async (scanId) => {
          await Promise.all([this.open(scanId, this.card?.leased_by === this.officer), this.queue.refresh()]);
        },
      },
    });
    this.queue = new Queue(root, ask, {
      kindOf: this.review.kindOf,
      onOpen: (scanId) => void this.pick(scanId),
      onFailure: (error) => this.listFailed(error),
    });
    this.panel = new DecisionPanel(root, {
      onChange: () => {
        this.showDecision();
        this.changed();
      },
      onSend: () => void this.send(),
    });
    this.status = new StatusBar(root, () => this.queue.filters.set({ status: "failed" }));
    this.lease = new Lease({
      isDeciding: (scanId) => this.isDeciding(scanId),
      onReturned: () => this.leftAlone(),
      onLost: (_, why) => say(root, t("lease.lost", { why }), "bad"),
    });
    part(root, "next").addEventListener("click", () => void this.step(1));
    part(root, "help").addEventListener("click", () => this.toggleShortcuts());
    part(root, "logout").addEventListener("click", () => void this.logout());
    part(root, "preset").addEventListener("click", () => this.togglePreset());
    for (const name of ["keydown", "pointerdown"]) addEventListener(name, () => this.isBack(), { capture: true });
    setInterval(() => this.tick(), 1000);
    addEventListener("pagehide", () => this.keep());
  }

  /** Fetches who works here and the worklist, opens the first scan, and listens for news. */
  async start(): Promise<void> {
    try {
      const [opening, site] = await Promise.all([this.ask.opening(), call<Site>("GET", "/v1/site"), this.status.refresh(), this.review.blind.learn()]);
      this.workAs(opening, site);
    } catch (error) {
      return this.failed(error);
    }
    const wanted = new URLSearchParams(location.search).get("scan");
    await Promise.all([this.queue.refresh(), wanted ? this.open(wanted, false) : this.openNext()]);
    const refresh = gently(() => void this.refresh(), 150);
    listen({
      onScan: (news) => {
        this.hear(news);
        refresh();
      },
      onList: gently(() => void (this.leaving || this.queue.refresh()), 400),
      onModel: () => void this.status.refresh(),
      onLink: (up) => {
        this.status.showLink(up);
        if (!up) return;
        void (this.outbox?.flush() ?? Promise.resolve()).then(() => this.lease.renew());
        refresh();
      },
    });
  }

  /** Opens a scan that the officer picked; one that is with somebody else can be looked at. */
  async pick(scanId: string): Promise<void> {
    await this.begun;
    const row = this.queue.rows.find((each) => each.scan_id === scanId);
    if (row?.provisional) return say(this.root, t("say.inTunnel"), "plain");
    await this.open(scanId, row ? this.queue.mayTake(row) : this.mayDecide);
  }

  /** The next (or previous) scan of the list; where the site hands scans out, the one that it gives. */
  async step(direction: 1 | -1): Promise<void> {
    if (this.queue.assigned && !this.queue.browsing) return this.openNext(this.card ? [this.card.scan_id] : []);
    const next = this.queue.beside(this.card?.scan_id ?? null, direction);
    if (next) await this.pick(next.scan_id);
    else say(this.root, t("say.noOther"), "plain");
  }

  choose(disposition: Disposition): void {
    if (this.card && !this.locked) this.panel.choose(disposition);
  }

  togglePreset(): void {
    if (this.card && this.habits) say(this.root, this.habits.togglePreset(this.card, this.review.pane), "plain");
  }

  toggleShortcuts(): void {
    const dialog = part<HTMLDialogElement>(this.root, "shortcuts");
    if (dialog.open) dialog.close();
    else dialog.showModal();
  }

  toggleFilters(): void {
    this.queue.filters.toggle();
  }

  /** Sends the decision; whatever fails, the marks stay as they are. */
  async send(): Promise<void> {
    const { card, standing } = this;
    const { disposition, codes, note } = this.panel.state;
    if (!card || this.busy || this.locked) return;
    const blocks = this.blocks();
    if (blocks || !disposition) return say(this.root, blocks ?? "", "bad");
    this.setBusy(true);
    const decision: DecisionBody = {
      model_id: card.model?.model_id ?? "",
      ...spoken(this.review.marks),
      disposition,
      reason_codes: codes,
      reason: note.trim(),
      dwell_s: Math.round(this.seconds() * 10) / 10,
      supersedes: standing.kind === "correctable" ? standing.decision.decision_id : standing.kind === "recheck" ? standing.supersedes : null,
      recheck: standing.kind === "recheck",
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
    say(this.root, `${doneWords(disposition)}: ${card.scan_id}.`, "good");
    await this.sent(card.scan_id);
  }

  private async open(scanId: string, take: boolean): Promise<void> {
    const turn = ++this.turn;
    this.idle = false;
    this.keep();
    const card = await this.fetched(turn, async () => {
      const [mine, read] = await Promise.all([take && this.lease.take(scanId), this.ask.card(scanId)]);
      if (!take && turn === this.turn) await this.lease.giveBack();
      return mine ? { ...read, leased_by: this.officer } : take ? await this.ask.card(scanId) : read;
    });
    if (turn !== this.turn) return;
    if (card) await this.show(card);
    else this.idle = this.card === null;
  }

  /** What `read` fetches, asked for until the service answers or the officer turns elsewhere; undefined where it refuses. */
  private async fetched<T>(turn: number, read: () => Promise<T>): Promise<T | undefined> {
    for (let told = false; ; told = true) {
      try {
        return await read();
      } catch (error) {
        const away = error instanceof Refusal && error.away;
        if (!away || !told) this.failed(error);
        if (!away) return undefined;
      }
      await new Promise((wake) => setTimeout(wake, AGAIN_MS));
      if (turn !== this.turn) return undefined;
    }
  }

  private async show(card: Card): Promise<void> {
    this.card = card;
    this.idle = this.asked = false;
    this.openedAt = Date.now();
    if (card.final && !this.store?.held(card.scan_id)?.supersedes) this.store?.forget(card.scan_id);
    const kept = this.store?.kept(card.scan_id);
    const sameModel = kept?.modelId === card.model?.model_id;
    const same = kept && sameModel && judgedOf(kept.marks) === card.findings.length;
    if (kept) this.openedAt -= kept.seconds * 1000;
    this.panel.load(kept?.draft ?? NO_DRAFT);
    part(this.root, "empty").hidden = true;
    this.clock = drawScanCard(part(this.root, "card"), card);
    this.queue.choose(card.scan_id);
    this.status.look(card.station_id);
    if (kept?.modelId && !sameModel) say(this.root, t("say.otherModel"), "plain");
    this.review.locked = this.locked;
    this.habits?.apply(card, this.review.pane);
    const { standing } = this;
    const shown = standing.kind === "correctable" ? standing.decision : card.decisions.find((each) => each.decision_id === card.final_decision);
    delete this.root.dataset.shown;
    await this.review.load(card, kept ? (same ? kept.marks : carried(card, kept.marks)) : marksOf(card, shown ?? null));
    if (card === this.card) requestAnimationFrame(() => (this.root.dataset.shown = card.scan_id));
  }

  /** A scan of this officer is decided: what it was if it was a test; then the next one; among decided scans, the same. */
  private async sent(scanId: string): Promise<void> {
    const stayed = this.card?.scan_id === scanId;
    if (stayed) {
      this.card = null;
      this.lease.forget();
    }
    void this.status.refresh();
    const { turn } = this;
    await revealTest(this.root, scanId);
    const next = !stayed || turn !== this.turn ? null : this.queue.browsing ? this.open(scanId, false) : this.openNext();
    this.setBusy(false);
    await Promise.all([this.queue.refresh(), next]);
  }

  /** The scan that the service gives to this officer now; those in `holding` are before them already. */
  private async openNext(holding: readonly string[] = []): Promise<void> {
    if (!this.mayDecide) return this.showEmpty(t("empty.look"));
    this.keep();
    const turn = ++this.turn;
    const card = await this.fetched(turn, async () => {
      const row = await this.lease.next(this.queue.wanted, holding);
      return row && { ...(await this.ask.card(row.scan_id)), leased_by: this.officer };
    });
    if (card === undefined || turn !== this.turn) return;
    if (card) return this.show(card);
    if (holding.length > 0) say(this.root, t("say.noOther"), "plain");
    else this.showEmpty(t("empty"));
  }

  /** From here on marks are kept for this officer, and decisions that wait are theirs. */
  private workAs(opening: Opening, site: Site): void {
    const { officer, roles } = opening;
    Object.assign(this, { officer, roles, site });
    this.review.kinds = opening.kinds;
    this.panel.site = site;
    this.lease.last(site.lease_minutes);
    part(this.root, "officer").textContent = officer;
    part(this.root, "officer").title = roleWords(roles);
    drawNav(part(this.root, "nav"), opening.places, "desk");
    const { queue } = this;
    Object.assign(queue, { officer, roles });
    queue.assigned = site.picking === "assigned" && !roles.includes("supervisor");
    queue.filters.offer(this.status.stations, opening.kinds, queue.assigned, this.review.blind.prescribed);
    part(this.root, "tabRecheck").hidden = !roles.includes("supervisor");
    this.store = new Store(localStorage, officer, Date.now());
    this.habits = new Habits(this.root, officer);
    const waiting = part(this.root, "waiting");
    this.outbox = new Outbox(this.store, this.ask, officer, {
      say: (words, tone) => say(this.root, words, tone),
      onWaiting: (count) => {
        waiting.hidden = count === 0;
        waiting.textContent = t("outbox.waiting", { count });
      },
      onSent: (scanId) => void (this.leaving || this.sent(scanId)),
    });
    this.begin();
  }

  /** The officer has changed something: it is kept, and a decision that waits to be sent is taken back. */
  private changed(): void {
    if (!this.card) return;
    this.outbox?.takeBack(this.card.scan_id);
    this.keep();
  }

  private async refresh(): Promise<void> {
    const { idle, absent, leaving } = this;
    if (leaving) return;
    await Promise.all([this.queue.refresh(), this.status.refresh(), idle && !absent && this.mayDecide && this.openNext()]);
  }

  private keep(): void {
    const { card } = this;
    if (!card || this.locked) return;
    const { marks } = this.review;
    const kept = { modelId: card.model?.model_id, marks, draft: this.panel.state, seconds: this.seconds() };
    this.store?.keep(card.scan_id, kept, Date.now());
  }

  /** The officer wants to say something about a scan that is decided. */
  private askAgain(): void {
    this.asked = true;
    this.openedAt = Date.now();
    this.review.locked = this.locked;
    this.review.redraw();
  }

  private setBusy(busy: boolean): void {
    this.busy = busy;
    this.showDecision();
  }

  private showDecision(): void {
    const { busy, card, standing, locked } = this;
    this.panel.show({ blocks: this.blocks(), busy, open: card !== null && !locked });
    drawTaken(part(this.root, "taken"), { card, site: this.site, standing, asked: this.asked, onAsk: () => this.askAgain() });
  }

  private blocks(): string | null {
    if (!this.card) return t("blocks.noScan");
    if (this.card.status === "received") return t("blocks.received");
    const { disposition, codes, note } = this.panel.state;
    const correcting = this.standing.kind === "correctable" || this.standing.kind === "recheck";
    return blocked({ disposition, pendingNames: this.review.pendingNames, codes, note, correcting, codesRequired: this.site?.codes_required ?? [] });
  }

  /** A decision of this page on that scan is on its way: the service may know it before the page hears so. */
  private isDeciding(scanId: string): boolean {
    return (this.busy && this.card?.scan_id === scanId) || this.outbox?.sending === scanId;
  }

  private get mayDecide(): boolean {
    return this.roles.includes("officer") || this.roles.includes("supervisor");
  }

  private get standing(): Standing {
    return this.card ? standingOf(this.card, this.officer, this.roles) : NOBODY;
  }

  private get locked(): boolean {
    const { kind } = this.standing;
    return kind === "correctable" || (kind === "recheck" && this.card?.final) ? !this.asked : kind !== "open" && kind !== "recheck";
  }

  private seconds(): number {
    return (Date.now() - this.openedAt) / 1000;
  }

  /** News of the open scan: its analysis arrives, or somebody else decides it. */
  private hear({ scan_id, status }: ScanNews): void {
    const { card } = this;
    if (card?.scan_id !== scan_id || this.leaving || this.isDeciding(scan_id)) return;
    if (card.status === "received" && status !== "received") void this.open(scan_id, card.leased_by === this.officer);
    else if (status === "decided" && !card.final) say(this.root, t("say.otherDecided"), "bad");
  }

  private showEmpty(words: string): void {
    this.card = null;
    this.clock = null;
    this.idle = true;
    const empty = part(this.root, "empty");
    empty.hidden = false;
    (empty.firstElementChild as HTMLElement).textContent = words;
    part(this.root, "card").replaceChildren();
    this.queue.choose(null);
    this.status.look(null);
    this.review.close();
  }

  /** Nobody has touched anything for as long as a lease lasts: the scan is another's to take, the marks are kept. */
  private leftAlone(): void {
    this.keep();
    this.absent = true;
    this.showEmpty(t("lease.returned", { n: this.site?.lease_minutes ?? 0 }));
    void this.queue.refresh();
  }

  private isBack(): void {
    if (!this.absent) return;
    this.absent = false;
    void this.openNext();
  }

  private tick(): void {
    if (this.clock) this.clock.textContent = stopwatch(this.seconds());
    if (Math.floor(Date.now() / 1000) % 20 !== 0) return;
    this.queue.draw();
    this.status.draw();
  }

  private async logout(): Promise<void> {
    this.leaving = true;
    try {
      await this.outbox?.flush();
      const count = this.store?.waiting().length ?? 0;
      if (count > 0) throw new Error(t("outbox.waiting", { count })); // else `clearAll` would remove them
      await this.lease.giveBack();
      await this.ask.logout();
      this.store = null;
      clearAll(localStorage);
    } catch (error) {
      this.leaving = false;
      this.failed(error);
      return this.card ? this.open(this.card.scan_id, this.mayDecide) : undefined;
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
