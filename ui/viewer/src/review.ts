/** The open scan's picture and its regions: what is chosen, judged, drawn, undone. */
import { t } from "./i18n";
import type { Look } from "./annotate";
import { Beside } from "./beside";
import { Blind } from "./blind";
import { chooseClass } from "./dialogs";
import { part } from "./dom";
import { Explainer } from "./explain";
import { drawRegions, regionName } from "./findings";
import { Hand } from "./hand";
import { Pane } from "./pane";
import {
  boxBetween, draw, isPending, judge, type Marks, move, neighbour, nudge, own, pending, reclass, redo, type Region, rejectRest,
  remove, undo,
} from "./regions";
import type { Tone } from "./say";
import { Toolbar } from "./toolbar";
import { TOOLS } from "./tools";
import type { Box, Card, Judgement, Kind } from "./wire";
import { zoneOf, zoneWords } from "./zone";

export interface ReviewHooks {
  say: (words: string, tone: Tone) => void;
  /** The marks, or what is chosen, have changed. */
  onChange: () => void;
  /** The officer has changed a mark. */
  onMark: () => void;
  /** What only live work has; in training there is no other scan, no model to ask and no first look. */
  live?: LiveHooks;
}

export interface LiveHooks {
  /** Another scan's card. */
  card: (scanId: string) => Promise<Card>;
  officer: () => string;
  /** Whether this officer wants to look before the model's regions appear. */
  wantsBlind: () => boolean;
  /** Looks blind first from the next scan on, or no longer; says which. */
  toggleBlind: () => string;
  /** The first look at a scan is kept: now the service tells what it kept back until then. */
  told: (scanId: string) => Promise<void>;
}

const NOTHING: Marks = { regions: [], past: [], future: [] };

export class Review {
  marks: Marks = NOTHING;
  kinds: readonly Kind[] = [];
  /** While true nothing can be marked: the scan is decided. */
  locked = false;
  readonly pane: Pane;
  private card: Card | null = null;
  private viewIndex = 0;
  private selected: string | null = null;
  private drawnCount = 0;
  readonly toolbar: Toolbar;
  readonly beside: Beside;
  readonly blind: Blind;
  readonly hand: Hand;
  private readonly explainer: Explainer;

  constructor(private readonly root: HTMLElement, private readonly hooks: ReviewHooks) {
    this.pane = new Pane(part(root, "pane"), part(root, "readout"), {
      onTool: (tool) => TOOLS.forEach((name) => part(root, name).setAttribute("aria-pressed", String(name === tool))),
      onSelect: (id) => this.select(id, false),
      onDraw: (box) => this.drawn(box),
      onMove: (id, box) => this.mark(move(this.marks, id, this.within(box) ?? box)),
      lookOf: this.lookOf,
      live: hooks.live !== undefined,
      onLook: () => {
        this.toolbar.showLook();
        this.beside.look();
      },
      onPointer: (words) => (part(root, "pointer").textContent = words),
      onTrouble: (words) => hooks.say(words, "bad"),
    });
    this.toolbar = new Toolbar(root, () => this.pane, {
      onView: (index) => void this.showView(index),
      say: (words) => hooks.say(words, "plain"),
    });
    this.blind = new Blind(hooks.live?.wantsBlind ?? (() => false));
    this.beside = new Beside(root, this.pane, {
      say: hooks.say,
      onSelect: (id) => this.select(id, true),
      lookOf: this.lookOf,
      ask: hooks.live?.card ?? null,
      regionsOf: (view) => ({ regions: this.visible.filter((region) => region.view === view), selected: this.selected }),
    });
    this.explainer = new Explainer(root, this.pane, hooks.say);
    part(root, "reveal").addEventListener("click", () => void this.reveal());
    this.hand = new Hand(root, this.pane, {
      place: () => {
        const region = this.chosen();
        return region?.view === this.viewIndex ? region.box : null;
      },
      mayDraw: () => this.card !== null && !this.locked,
      isOpen: () => this.card !== null,
      onDraw: (box) => this.drawn(box),
    });
    part(root, "undo").addEventListener("click", () => this.undo());
    part(root, "redo").addEventListener("click", () => this.redo());
    part(root, "eye").addEventListener("click", () => this.toggleRegions());
  }

  private readonly lookOf = (id: string): Look => ({
    name: this.kindOf(id)?.name ?? t("region.noClass"), colour: this.kindOf(id)?.colour ?? "#ffffff",
  });

  readonly kindOf = (id: string): Kind | undefined => this.kinds.find((kind) => kind.id === id);

  /** Shows a scan with these marks; the most suspicious region without a verdict is chosen. */
  async load(card: Card, marks: Marks): Promise<void> {
    this.hand.setDrawing(false);
    this.card = card;
    this.marks = marks;
    this.explainer.forget();
    if (this.hooks.live) await this.blind.open(card, this.hooks.live.officer());
    if (card !== this.card) return;
    const first = this.visible.find(isPending) ?? this.visible.at(0);
    this.selected = first?.id ?? null;
    this.redraw();
    await this.showView(first?.view ?? Math.min(this.viewIndex, card.views.length - 1));
  }

  close(): void {
    this.hand.setDrawing(false);
    this.card = null;
    this.marks = NOTHING;
    this.selected = null;
    this.blind.veiled = false;
    this.beside.leave();
    this.pane.close();
    this.redraw();
  }

  /** What still has to be judged, by name. */
  get pendingNames(): string[] {
    if (this.blind.veiled) return [t("blind.hidden")];
    return pending(this.marks).map((region) => regionName(this.marks, region, this.kindOf));
  }

  nextRegion(direction: 1 | -1): void {
    const region = neighbour(this.visible, this.selected, direction);
    if (region) this.select(region.id, true);
  }

  judge(verdict: Judgement): void {
    const region = this.chosen();
    if (!region) this.hooks.say(t("say.chooseRegion"), "plain");
    else if (region.finding === null) this.hooks.say(t("say.drawnVerdict"), "plain");
    else this.judged(region.id, verdict);
  }

  rejectRest(): void {
    if (this.blind.veiled) return this.hooks.say(t("blind.words"), "plain");
    if (this.mark(rejectRest(this.marks))) this.hooks.say(t("say.restRejected"), "plain");
  }

  /** Ends the blind look: what was marked is kept at the service, then the model's regions appear. */
  async reveal(): Promise<void> {
    const { card } = this;
    if (!card || !this.blind.veiled) return;
    try {
      await this.blind.reveal(card, this.marks.regions);
    } catch (error) {
      return this.hooks.say(error instanceof Error ? error.message : String(error), "bad");
    }
    if (card !== this.card) return;
    this.hooks.say(t("blind.revealed"), "good");
    if (card.veiled) return this.hooks.live?.told(card.scan_id);
    const first = this.visible.find(isPending) ?? this.visible.at(0);
    this.select(first?.id ?? null, true);
  }

  /** From the next scan on this officer looks before the model's regions appear, or no longer does. */
  toggleBlind(): void {
    const { live } = this.hooks;
    if (live) this.hooks.say(this.blind.prescribed ? t("blind.prescribed") : live.toggleBlind(), "plain");
  }

  /** Shows over the chosen region what its score hangs on, or hides it. */
  async explain(): Promise<void> {
    await this.explainer.toggle(this.hooks.live ? this.card : null, this.chosen(), (region) => this.selected === region.id && this.viewIndex === region.view);
  }

  private get visible(): readonly Region[] {
    return this.blind.visible(this.marks.regions);
  }

  undo(): void {
    this.mark(undo(this.marks));
  }

  redo(): void {
    this.mark(redo(this.marks));
  }

  remove(): void {
    const region = this.chosen();
    if (!region) return;
    if (region.finding === null) this.mark(remove(this.marks, region.id));
    else this.hooks.say(t("say.modelStays"), "plain");
  }

  async changeClass(): Promise<void> {
    const region = this.chosen();
    if (!region || this.locked) return this.hooks.say(t("say.chooseRegion"), "plain");
    const chosen = await chooseClass(part<HTMLDialogElement>(this.root, "classes"), this.kinds, region.kind);
    if (chosen) this.setClass(region.id, chosen);
  }

  /** The n-th class, counted from 1, for the chosen region. */
  classByDigit(digit: number): void {
    const region = this.chosen();
    const kind = this.kinds[digit - 1];
    if (region && kind) this.setClass(region.id, kind.id);
  }

  /** Moves (or grows) the chosen drawn region by some pixels of the screen; false where none is chosen. */
  nudge(dx: number, dy: number, grow: boolean): boolean {
    if (this.pane.nudge(6 * dx, 6 * dy, grow)) return true;
    const region = this.chosen();
    if (!region || region.finding !== null || !this.card || this.locked) return false;
    const step = 6 * this.pane.pixelsPerScreenPixel;
    const { width, height } = this.card.views[region.view];
    this.mark(move(this.marks, region.id, nudge(region.box, dx * step, dy * step, grow, width, height)));
    return true;
  }

  escape(): void {
    if (!this.hand.putAway()) this.select(null, false);
  }

  async nextView(): Promise<void> {
    const count = this.card?.views.length ?? 0;
    if (count > 1) await this.showView((this.viewIndex + 1) % count);
  }

  toggleRegions(): void {
    const eye = part(this.root, "eye");
    const visible = eye.getAttribute("aria-pressed") !== "true";
    eye.setAttribute("aria-pressed", String(visible));
    this.pane.setRegionsVisible(visible);
  }

  redraw(): void {
    const { card, marks } = this;
    const { veiled, looked } = this.blind;
    const visible = this.visible;
    this.pane.show(visible.filter((region) => region.view === this.viewIndex), this.selected);
    this.beside.redraw();
    this.root.classList.toggle("is-blind", veiled);
    part(this.root, "blind").hidden = !veiled;
    part(this.root, "looked").hidden = !looked || !card;
    const names = (card?.views ?? []).map((view) => view.name);
    drawRegions(part(this.root, "regions"), { ...marks, regions: visible }, this.selected, names, this.locked, {
      kindOf: this.kindOf,
      onSelect: (id) => this.select(id, true),
      onJudge: (id, verdict) => this.judged(id, verdict),
      onClass: (id) => {
        this.select(id, true);
        void this.changeClass();
      },
      onRemove: (id) => this.mark(remove(this.marks, id)),
      onWhy: (id) => {
        if (id !== this.selected) this.select(id, true);
        void this.explain();
      },
      zoneOf: (region) => zoneWords(zoneOf(region.box, (card as Card).views[region.view])),
    });
    const left = pending(marks).length;
    const words = left > 0 ? t("left.pending", { n: left }) : t(marks.regions.length > 0 ? "left.done" : "left.none");
    part(this.root, "left").textContent = card && !veiled ? words : "";
    part<HTMLButtonElement>(this.root, "undo").disabled = this.locked || marks.past.length === 0;
    part<HTMLButtonElement>(this.root, "redo").disabled = this.locked || marks.future.length === 0;
    this.hooks.onChange();
  }

  private async showView(index: number): Promise<void> {
    const { card } = this;
    if (!card) return;
    this.viewIndex = index;
    this.toolbar.showViews(card.views, index);
    this.pane.show([], null);
    try {
      await this.pane.open(card, index);
    } catch (error) {
      return this.hooks.say(t("say.notLoaded", { why: error instanceof Error ? error.message : String(error) }), "bad");
    }
    if (card !== this.card || index !== this.viewIndex) return;
    this.redraw();
    await this.beside.opened(card, index);
  }

  private select(id: string | null, reveal: boolean): void {
    if (id !== this.selected) this.explainer.hide();
    this.selected = id;
    const region = this.chosen();
    if (region && region.view !== this.viewIndex) return void this.showView(region.view);
    this.redraw();
    if (region && reveal) this.pane.reveal(region.box);
  }

  private drawn(corners: Box): void {
    const box = this.within(corners);
    if (!box || this.locked) return;
    while (this.marks.regions.some(({ id }) => id === `n${this.drawnCount}`) || this.drawnCount === 0) this.drawnCount++;
    const region = own(`n${this.drawnCount++}`, this.viewIndex, box, "");
    this.hand.setDrawing(false);
    this.selected = region.id;
    this.mark(draw(this.marks, region));
    this.hooks.say(t("say.giveClass"), "plain");
  }

  private within(box: Box): Box | null {
    const view = this.card?.views[this.viewIndex];
    return view ? boxBetween(...box, view.width, view.height) : null;
  }

  private setClass(id: string, kind: string): void {
    if (this.mark(reclass(this.marks, id, kind)) && this.chosen()?.finding !== null) this.stepOn(id);
  }

  private judged(id: string, verdict: Judgement): void {
    this.selected = id;
    if (this.mark(judge(this.marks, id, verdict))) this.stepOn(id);
  }

  /** After a verdict the next region that still needs one is chosen. */
  private stepOn(id: string): void {
    const { regions } = this.marks;
    const at = regions.findIndex((region) => region.id === id);
    const next = [...regions.slice(at + 1), ...regions.slice(0, at)].find(isPending);
    if (next) this.select(next.id, true);
  }

  /** Takes new marks; false where the scan is decided and nothing can be marked. */
  private mark(marks: Marks): boolean {
    if (this.locked) {
      this.hooks.say(t("say.decided"), "plain");
      return false;
    }
    const changed = marks !== this.marks;
    this.marks = marks;
    if (!this.chosen()) this.selected = null;
    this.redraw();
    if (changed) this.hooks.onMark();
    return true;
  }

  private chosen(): Region | undefined {
    return this.marks.regions.find((region) => region.id === this.selected);
  }
}
