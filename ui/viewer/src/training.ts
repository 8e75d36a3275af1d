/** A training session: the desk's picture and tools over cases of the library, with what was there after each answer. */
import "./training.css";
import { DecisionPanel, NO_DRAFT } from "./decision";
import { el, part } from "./dom";
import { Habits } from "./habits";
import { call } from "./http";
import { t } from "./i18n";
import { drawNav, type Place, roleWords } from "./nav";
import { marksOf, spoken } from "./regions";
import { reveal, type TestCard } from "./reveal";
import { Review } from "./review";
import { say } from "./say";
import { drawScanCard } from "./scancard";
import { scansFrom } from "./tiles";
import { blocked, stopwatch } from "./words";
import type { Card, Disposition, Kind, Role, Row, Site } from "./wire";

const HOME = "/insight/training";

interface Session {
  purpose: "training" | "warm-up";
  results: TestCard["result"][];
  rows: Row[];
}

export class TrainingDesk {
  readonly review: Review;
  private readonly panel: DecisionPanel;
  private readonly url: string;
  private session: Session | null = null;
  private results = new Map<string, TestCard["result"]>();
  private kinds: Kind[] = [];
  private site: Site | null = null;
  private card: Card | null = null;
  private habits: Habits | null = null;
  private clock: HTMLElement | null = null;
  private openedAt = 0;
  private busy = false;

  constructor(private readonly root: HTMLElement, sessionId: string) {
    root.classList.add("is-training");
    scansFrom("/v1/training/cases");
    this.url = `/v1/training/sessions/${encodeURIComponent(sessionId)}`;
    this.review = new Review(root, {
      say: (words, tone) => say(root, words, tone),
      onChange: () => this.showDecision(),
      onMark: () => undefined,
    });
    this.panel = new DecisionPanel(root, { onChange: () => this.showDecision(), onSend: () => void this.send() });
    part(root, "next").addEventListener("click", () => void this.step(1));
    part(root, "help").addEventListener("click", () => this.toggleShortcuts());
    part(root, "preset").addEventListener("click", () => this.togglePreset());
    part(root, "logout").addEventListener("click", () => location.assign(HOME));
    part(root, "logout").textContent = t("training.leave");
    setInterval(() => this.tick(), 1000);
  }

  async start(): Promise<void> {
    try {
      const [me, session, kinds, site] = await Promise.all([
        call<{ name: string; roles: Role[] }>("GET", "/v1/me"),
        call<Session>("GET", this.url),
        call<Kind[]>("GET", "/v1/taxonomy"),
        call<Site>("GET", "/v1/site"),
      ]);
      Object.assign(this, { session, kinds, site });
      this.review.kinds = kinds;
      this.panel.site = site;
      this.habits = new Habits(this.root, me.name);
      part(this.root, "officer").textContent = me.name;
      part(this.root, "officer").title = roleWords(me.roles);
      drawNav(part(this.root, "nav"), JSON.parse(this.root.dataset.places ?? "[]") as Place[], "training");
      const heading = this.root.querySelector<HTMLElement>(".cs-work h2");
      if (heading) heading.textContent = t(session.purpose === "warm-up" ? "training.warmUp" : "training.session");
      const answered = session.rows.filter(({ disposition }) => disposition !== null);
      for (const row of answered) this.results.set(row.scan_id, (await call<TestCard>("GET", `${this.caseUrl(row.scan_id)}/test`)).result);
      await this.step(1);
    } catch (error) {
      this.failed(error);
    }
  }

  choose(disposition: Disposition): void {
    if (this.card && !this.locked) this.panel.choose(disposition);
  }

  /** The next case without an answer; at the end of the session, how it went. */
  async step(direction: 1 | -1): Promise<void> {
    const rows = this.session?.rows ?? [];
    const here = rows.findIndex(({ scan_id }) => scan_id === this.card?.scan_id);
    const ordered = [...rows.slice(here + 1), ...rows.slice(0, Math.max(here, 0))];
    const next = (direction === 1 ? ordered : ordered.reverse()).find(({ scan_id }) => !this.results.has(scan_id));
    if (next) await this.open(next.scan_id);
    else if (!this.card || this.locked) this.finish();
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
    say(this.root, t("training.order"), "plain");
  }

  /** Sends the answer and shows what was there; where the session is over, goes back to the page it came from. */
  async send(): Promise<void> {
    const { card } = this;
    const { disposition, codes, note } = this.panel.state;
    if (!card && !this.busy) return location.assign(HOME);
    if (!card || this.busy || this.locked) return;
    const blocks = this.blocks();
    if (blocks || !disposition) return say(this.root, blocks ?? "", "bad");
    this.busy = true;
    this.showDecision();
    try {
      const { test } = await call<{ test: TestCard }>("POST", `${this.caseUrl(card.scan_id)}/decisions`, {
        model_id: card.model?.model_id ?? "",
        ...spoken(this.review.marks),
        disposition,
        reason_codes: codes,
        reason: note.trim(),
        dwell_s: Math.round((Date.now() - this.openedAt) / 100) / 10,
      });
      this.results.set(card.scan_id, test.result);
      this.drawRows();
      await reveal(this.root, test, this.kinds, t("test.case"));
      this.busy = false;
      await this.step(1);
    } catch (error) {
      this.failed(error);
    }
    this.busy = false;
    this.showDecision();
  }

  private async open(caseId: string): Promise<void> {
    try {
      const card = await call<Card>("GET", this.caseUrl(caseId));
      this.card = card;
      this.openedAt = Date.now();
      this.panel.load(NO_DRAFT);
      part(this.root, "empty").hidden = true;
      this.clock = drawScanCard(part(this.root, "card"), card);
      this.review.locked = this.locked;
      this.habits?.apply(card, this.review.pane);
      this.drawRows();
      await this.review.load(card, marksOf(card, card.decisions.at(-1) ?? null));
    } catch (error) {
      this.failed(error);
    }
  }

  private finish(): void {
    this.card = null;
    this.clock = null;
    this.review.close();
    this.panel.load(NO_DRAFT);
    part(this.root, "card").replaceChildren();
    const right = [...this.results.values()].filter((result) => result === "hit" || result === "clear").length;
    const empty = part(this.root, "empty");
    empty.hidden = false;
    const link = el("a", { href: HOME, class: "cs-button is-main" }, t("training.back"));
    empty.replaceChildren(el("p", { role: "status" }, t("training.done", { right, n: this.results.size })), link);
    link.focus();
    this.drawRows();
    this.showDecision();
  }

  private drawRows(): void {
    const { session } = this;
    if (!session) return;
    part(this.root, "count").textContent = t("queue.of", { shown: this.results.size, total: session.rows.length });
    part(this.root, "rows").replaceChildren(
      ...session.rows.map(({ scan_id }, i) => {
        const result = this.results.get(scan_id);
        const words = result ? t(`test.${result}.short`) : t("training.open");
        const mark = el("span", { class: `cs-result is-${result ?? "waits"}` }, words);
        const here = scan_id === this.card?.scan_id ? "true" : null;
        const button = el("button", { type: "button", class: "cs-lesson", "aria-current": here }, el("b", { class: "cs-num" }, String(i + 1)), mark);
        button.addEventListener("click", () => void this.open(scan_id));
        return el("li", {}, button);
      }),
    );
  }

  private showDecision(): void {
    this.panel.show({ blocks: this.blocks(), busy: this.busy, open: this.card !== null && !this.locked });
  }

  private blocks(): string | null {
    if (!this.card) return t("blocks.noScan");
    const { disposition, codes, note } = this.panel.state;
    const codesRequired = this.site?.codes_required ?? [];
    return blocked({ disposition, pendingNames: this.review.pendingNames, codes, note, correcting: false, codesRequired });
  }

  private get locked(): boolean {
    return this.card !== null && this.results.has(this.card.scan_id);
  }

  private caseUrl(caseId: string): string {
    return `${this.url}/cases/${encodeURIComponent(caseId)}`;
  }

  private tick(): void {
    if (this.clock && !this.locked) this.clock.textContent = stopwatch((Date.now() - this.openedAt) / 1000);
  }

  private failed(error: unknown): void {
    say(this.root, error instanceof Error ? error.message : String(error), "bad");
  }
}
