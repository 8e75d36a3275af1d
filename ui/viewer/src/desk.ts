/** One officer's desk: the open scan, its marks and the decision. All state of a page lives in one Desk. */
import { Ask, Refusal } from "./ask";
import { DecisionPanel, type Draft, NO_DRAFT } from "./decision";
import { chooseClass, drawShortcuts } from "./dialogs";
import { part } from "./dom";
import { drawRegions, regionName } from "./findings";
import { gently, listen, type ScanNews } from "./live";
import { Pane } from "./pane";
import {
  boxBetween, draw, isPending, judge, type Marks, marksOf, move, neighbour, nudge, own, pending, reclass, type Region, rejectRest,
  remove, spoken, undo,
} from "./regions";
import { drawScanCard, provider } from "./scancard";
import { onChoice, press, Toolbar } from "./toolbar";
import { blocked, DONE, shortId, stopwatch } from "./words";
import type { Box, Card, Disposition, Judgement, Kind, Model, Opening, Row, WorkState } from "./wire";
import { drawWorklist } from "./worklist";

/** What an officer put in and has not sent; kept while they look at another scan. */
interface Kept {
  modelId: string | null;
  marks: Marks;
  draft: Draft;
  seconds: number;
}

export class Desk {
  card: Card | null = null;
  private rows: Row[] = [];
  private state: WorkState = "open";
  private viewIndex = 0;
  private marks: Marks = { regions: [], past: [] };
  private selected: string | null = null;
  private drawing = false;
  private correcting = false;
  private busy = false;
  private openedAt = 0;
  private drawnCount = 0;
  private kinds: Kind[] = [];
  private clock: HTMLElement | null = null;
  private opening = 0;
  private readonly fresh = new Set<string>();
  private readonly kept = new Map<string, Kept>();
  private readonly pane: Pane;
  private readonly toolbar: Toolbar;
  private readonly panel: DecisionPanel;
  private readonly kindOf = (id: string) => this.kinds.find((kind) => kind.id === id);

  constructor(private readonly root: HTMLElement, private readonly ask: Ask) {
    this.pane = new Pane(part(root, "pane"), {
      onSelect: (id) => this.select(id, false),
      onDraw: (box) => this.drawn(box),
      onMove: (id, box) => this.mark(move(this.marks, id, this.within(box) ?? box)),
      lookOf: (id) => ({ name: this.kindOf(id)?.name ?? "No class yet", colour: this.kindOf(id)?.colour ?? "#ffffff" }),
      onLook: () => this.toolbar.showLook(),
      onPointer: (words) => (part(root, "pointer").textContent = words),
      onTrouble: (words) => this.say(words, "bad"),
    });
    this.toolbar = new Toolbar(root, () => this.pane, (index) => this.showView(index));
    this.panel = new DecisionPanel(root, {
      onChange: () => this.showDecision(),
      onSend: () => this.send(),
      onCorrect: () => this.correct(),
    });
    onChoice(part(root, "filter"), (state) => this.filter(state as WorkState));
    this.onClick("draw", () => this.toggleDrawing());
    this.onClick("eye", () => this.toggleRegions());
    this.onClick("next", () => this.step(1));
    this.onClick("help", () => this.toggleShortcuts());
    this.onClick("logout", () => this.logout());
    drawShortcuts(part<HTMLDialogElement>(root, "shortcuts"));
    setInterval(() => this.tick(), 1000);
  }

  /** Fetches who works here and the worklist, and opens the first scan. */
  async start(): Promise<void> {
    try {
      const opening = await this.ask.opening();
      this.kinds = opening.kinds;
      part(this.root, "officer").textContent = opening.officer;
      this.showModel(opening);
      await this.refresh();
    } catch (error) {
      return this.failed(error);
    }
    const refresh = gently(() => this.refresh(), 150);
    let first = true;
    listen({
      onScan: (news) => {
        this.hear(news);
        refresh();
      },
      onModel: () => this.ask.opening().then((opening) => this.showModel(opening), (error) => this.failed(error)),
      onLink: (up) => {
        this.showLink(up);
        if (up && !first) refresh();
        first = false;
      },
    });
    if (this.rows[0]) await this.open(this.rows[0].scan_id);
    else this.showEmpty();
  }

  async open(scanId: string): Promise<void> {
    const turn = ++this.opening;
    this.keep();
    let card: Card;
    try {
      card = await this.ask.card(scanId);
    } catch (error) {
      return this.failed(error);
    }
    if (turn !== this.opening) return;
    this.fresh.delete(scanId);
    this.setDrawing(false);
    this.load(card);
    this.say("", "plain");
    await this.showView(Math.min(this.viewIndex, card.views.length - 1));
  }

  /** The next (or previous) scan of the list; those that are decided already are passed over in the open list. */
  async step(direction: 1 | -1): Promise<void> {
    const at = this.rows.findIndex((row) => row.scan_id === this.card?.scan_id);
    const order = at === -1 ? this.rows : [...this.rows.slice(at + 1), ...this.rows.slice(0, at)];
    if (direction === -1) order.reverse();
    const next = order.find((row) => this.state !== "open" || row.status !== "decided");
    if (next) await this.open(next.scan_id);
    else if (this.card && at === -1) this.showEmpty();
    else this.say("There is no other scan in this list.", "plain");
  }

  nextRegion(direction: 1 | -1): void {
    const region = neighbour(this.marks.regions, this.selected, direction);
    if (region) this.select(region.id, true);
  }

  judge(verdict: Judgement): void {
    const region = this.chosen();
    if (!region) return this.say("Choose a region first: J or K.", "plain");
    if (region.finding === null) return this.say("You drew this region yourself: give it a class, or delete it.", "plain");
    this.judged(region.id, verdict);
  }

  rejectRest(): void {
    this.mark(rejectRest(this.marks));
    this.say("All regions without a verdict are rejected.", "plain");
  }

  undo(): void {
    this.mark(undo(this.marks));
  }

  remove(): void {
    const region = this.chosen();
    if (!region) return;
    if (region.finding !== null) return this.say("The model's regions cannot be deleted: reject it instead.", "plain");
    this.mark(remove(this.marks, region.id));
  }

  async changeClass(): Promise<void> {
    const region = this.chosen();
    if (!region || this.locked) return this.say("Choose a region first: J or K.", "plain");
    const chosen = await chooseClass(part<HTMLDialogElement>(this.root, "classes"), this.kinds, region.kind);
    if (chosen) this.setClass(region.id, chosen);
  }

  /** The n-th class, counted from 1, for the chosen region. */
  classByDigit(digit: number): void {
    const region = this.chosen();
    const kind = this.kinds[digit - 1];
    if (region && kind) this.setClass(region.id, kind.id);
  }

  toggleDrawing(): void {
    if (this.locked) return;
    this.setDrawing(!this.drawing);
  }

  /** In drawing: puts a box in the middle of what is in sight; otherwise sends the decision. */
  enter(): void {
    const box = this.drawing ? this.pane.middleBox() : null;
    if (box) this.drawn(box);
    else void this.send();
  }

  /** Moves (or grows) the chosen drawn region by some pixels of the screen; false where none is chosen. */
  nudge(dx: number, dy: number, grow: boolean): boolean {
    const region = this.chosen();
    if (region?.finding !== null || !this.card || this.locked) return false;
    const step = 6 * this.pane.pixelsPerScreenPixel;
    const { width, height } = this.card.views[region.view];
    this.mark(move(this.marks, region.id, nudge(region.box, dx * step, dy * step, grow, width, height)));
    return true;
  }

  escape(): void {
    if (this.drawing) this.setDrawing(false);
    else this.select(null, false);
  }

  choose(disposition: Disposition): void {
    if (this.card && !this.locked) this.panel.choose(disposition);
  }

  async nextView(): Promise<void> {
    if (this.card && this.card.views.length > 1) await this.showView((this.viewIndex + 1) % this.card.views.length);
  }

  toggleRegions(): void {
    const eye = part(this.root, "eye");
    const visible = eye.getAttribute("aria-pressed") !== "true";
    eye.setAttribute("aria-pressed", String(visible));
    this.pane.setRegionsVisible(visible);
  }

  toggleShortcuts(): void {
    const dialog = part<HTMLDialogElement>(this.root, "shortcuts");
    if (dialog.open) dialog.close();
    else dialog.showModal();
  }

  get picture(): Pane {
    return this.pane;
  }

  /** Sends the decision; whatever fails, the marks stay as they are. */
  async send(): Promise<void> {
    const { card } = this;
    const { disposition } = this.panel.state;
    if (!card || this.busy || this.locked) return;
    const blocks = this.blocks();
    if (blocks || !disposition) return this.say(blocks ?? "", "bad");
    this.busy = true;
    this.showDecision();
    const supersedes = this.standing?.decision_id ?? null;
    try {
      await this.ask.decide(card.scan_id, {
        model_id: card.model?.model_id ?? "",
        ...spoken(this.marks),
        disposition,
        reason: this.panel.reason,
        dwell_s: Math.round(this.seconds() * 10) / 10,
        supersedes,
      });
    } catch (error) {
      this.busy = false;
      this.showDecision();
      return this.failed(error);
    }
    this.busy = false;
    this.kept.delete(card.scan_id);
    this.card = null;
    await this.refresh();
    await this.afterDeciding(card.scan_id);
    this.say(`${DONE[disposition]}: ${card.scan_id}.`, "good");
  }

  private async afterDeciding(scanId: string): Promise<void> {
    const next = this.rows.find((row) => row.scan_id !== scanId && row.status !== "decided");
    if (next) await this.open(next.scan_id);
    else this.showEmpty();
  }

  private load(card: Card): void {
    this.card = card;
    this.correcting = false;
    this.marks = marksOf(card);
    this.openedAt = Date.now();
    const kept = this.kept.get(card.scan_id);
    if (kept && kept.modelId === (card.model?.model_id ?? null) && !this.standing) {
      this.marks = kept.marks;
      this.openedAt -= kept.seconds * 1000;
    }
    this.panel.load(this.standing ? NO_DRAFT : (kept?.draft ?? NO_DRAFT));
    this.selected = this.marks.regions[0]?.id ?? null;
    if (this.selected) this.viewIndex = this.marks.regions[0].view;
    part(this.root, "empty").hidden = true;
    this.clock = drawScanCard(part(this.root, "card"), card);
    this.drawRows();
  }

  private keep(): void {
    const { card } = this;
    if (!card || this.standing) return;
    const { modelId, marks, draft, seconds } = {
      modelId: card.model?.model_id ?? null, marks: this.marks, draft: this.panel.state, seconds: this.seconds(),
    };
    this.kept.set(card.scan_id, { modelId, marks, draft, seconds });
  }

  private async showView(index: number): Promise<void> {
    const { card } = this;
    if (!card) return;
    this.viewIndex = index;
    this.toolbar.showViews(card.views, index);
    try {
      await this.pane.open(card, index);
    } catch (error) {
      return this.say(`The picture did not load: ${error instanceof Error ? error.message : error}.`, "bad");
    }
    this.redraw();
  }

  private select(id: string | null, reveal: boolean): void {
    this.selected = id;
    const region = this.chosen();
    if (region && region.view !== this.viewIndex) return void this.showView(region.view);
    this.redraw();
    if (region && reveal) this.pane.reveal(region.box);
  }

  private drawn(corners: Box): void {
    const box = this.within(corners);
    if (!box || this.locked) return;
    const region = own(`n${++this.drawnCount}`, this.viewIndex, box, "");
    this.setDrawing(false);
    this.selected = region.id;
    this.mark(draw(this.marks, region));
    this.say("Give the region a class: 1–9, or M for the menu.", "plain");
  }

  private within(box: Box): Box | null {
    const view = this.card?.views[this.viewIndex];
    return view ? boxBetween(...box, view.width, view.height) : null;
  }

  private setClass(id: string, kind: string): void {
    this.mark(reclass(this.marks, id, kind));
    if (this.chosen()?.finding !== null) this.stepOn(id);
  }

  private judged(id: string, verdict: Judgement): void {
    this.selected = id;
    this.mark(judge(this.marks, id, verdict));
    this.stepOn(id);
  }

  /** After a verdict the next region that still needs one is chosen. */
  private stepOn(id: string): void {
    const { regions } = this.marks;
    const at = regions.findIndex((region) => region.id === id);
    const next = [...regions.slice(at + 1), ...regions.slice(0, at)].find(isPending);
    if (next) this.select(next.id, true);
  }

  private mark(marks: Marks): void {
    if (this.locked) return this.say("This scan is decided: correct the decision first.", "plain");
    this.marks = marks;
    if (!this.chosen()) this.selected = null;
    this.redraw();
  }

  private correct(): void {
    this.correcting = true;
    this.openedAt = Date.now();
    this.redraw();
  }

  private redraw(): void {
    const { card, marks } = this;
    const here = marks.regions.filter((region) => region.view === this.viewIndex);
    this.pane.show(here, this.selected);
    drawRegions(part(this.root, "regions"), marks, this.selected, (card?.views ?? []).map((view) => view.name), this.locked, {
      kindOf: this.kindOf,
      onSelect: (id) => this.select(id, true),
      onJudge: (id, verdict) => this.judged(id, verdict),
      onClass: (id) => {
        this.select(id, true);
        void this.changeClass();
      },
      onRemove: (id) => this.mark(remove(this.marks, id)),
    });
    const left = pending(marks).length;
    part(this.root, "left").textContent = !card ? "" : left > 0 ? `${left} to judge` : marks.regions.length > 0 ? "all judged" : "none";
    this.showDecision();
  }

  private showDecision(): void {
    const { busy, correcting, standing } = this;
    this.panel.show({ blocks: this.blocks(), busy, standing, correcting, open: this.card !== null });
  }

  private blocks(): string | null {
    if (!this.card) return "No scan is open.";
    if (this.card.status === "received") return "The scan is still being analysed.";
    const pendingNames = pending(this.marks).map((region) => regionName(this.marks, region, this.kindOf));
    const { disposition } = this.panel.state;
    return blocked({ disposition, pendingNames, reason: this.panel.reason, correcting: this.correcting });
  }

  private get standing() {
    return this.card?.decisions.at(-1) ?? null;
  }

  private get locked(): boolean {
    return this.standing !== null && !this.correcting;
  }

  private chosen(): Region | undefined {
    return this.marks.regions.find((region) => region.id === this.selected);
  }

  private seconds(): number {
    return (Date.now() - this.openedAt) / 1000;
  }

  private async filter(state: WorkState): Promise<void> {
    this.state = state;
    press(part(this.root, "filter"), state);
    await this.refresh();
  }

  private async refresh(): Promise<void> {
    try {
      const { rows, total } = await this.ask.worklist(this.state);
      const known = new Set(this.rows.map((row) => row.scan_id));
      if (known.size > 0) for (const row of rows) if (!known.has(row.scan_id)) this.fresh.add(row.scan_id);
      this.rows = rows;
      part(this.root, "count").textContent = total > rows.length ? `${rows.length} of ${total}` : String(total);
      this.drawRows();
    } catch (error) {
      this.failed(error);
    }
    if (!this.card && this.rows[0] && !this.busy && part(this.root, "empty").dataset.idle === "true") {
      part(this.root, "empty").dataset.idle = "false";
      await this.open(this.rows[0].scan_id);
    }
  }

  private drawRows(): void {
    const { rows, fresh, kindOf } = this;
    const chosen = this.card?.scan_id ?? null;
    drawWorklist(part(this.root, "rows"), { rows, chosen, fresh, kindOf, onOpen: (id) => void this.open(id) }, Date.now());
  }

  /** News of the open scan: its analysis arrives, or somebody else decides it. */
  private hear({ scan_id, status }: ScanNews): void {
    const { card } = this;
    if (!card || card.scan_id !== scan_id || this.busy) return;
    if (card.status === "received" && status !== "received") void this.open(scan_id);
    else if (status === "decided" && !this.standing) {
      this.say("Somebody else has just decided this scan. Open it again to see how; your marks are kept.", "bad");
    }
  }

  private showModel({ model }: Opening): void {
    const words = (known: Model) => `Model  ${known.name}  ${shortId(known.model_id)}  ${provider(known.provider)}`;
    part(this.root, "model").textContent = model ? words(model) : "No model";
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
    this.marks = { regions: [], past: [] };
    this.pane.close();
    const empty = part(this.root, "empty");
    empty.hidden = false;
    empty.dataset.idle = "true";
    (empty.firstElementChild as HTMLElement).textContent = "The worklist is empty. The next scan opens by itself.";
    part(this.root, "card").replaceChildren();
    this.drawRows();
    this.redraw();
  }

  private setDrawing(on: boolean): void {
    this.drawing = on;
    this.pane.setDrawing(on);
    part(this.root, "draw").setAttribute("aria-pressed", String(on));
    const hint = part(this.root, "hint");
    hint.hidden = !on;
    hint.textContent = "Drag a box round what was missed. Enter puts one in the middle, Esc leaves.";
  }

  private tick(): void {
    if (this.clock) this.clock.textContent = stopwatch(this.seconds());
    if (Math.floor(Date.now() / 1000) % 20 === 0) this.drawRows();
  }

  private async logout(): Promise<void> {
    try {
      await this.ask.logout();
    } catch (error) {
      return this.failed(error);
    }
    location.assign("/login");
  }

  private say(words: string, tone: "plain" | "good" | "bad"): void {
    const said = part(this.root, "said");
    said.textContent = words;
    said.className = `cs-said is-${tone}`;
  }

  private failed(error: unknown): void {
    if (error instanceof Refusal && error.loggedOut) return location.assign("/login");
    this.say(error instanceof Error ? error.message : String(error), "bad");
  }

  private onClick(name: string, act: () => void): void {
    part(this.root, name).addEventListener("click", act);
  }
}
