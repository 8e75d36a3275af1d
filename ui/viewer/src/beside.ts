/** Two pictures at once: another view, the other energy or another scan beside the main one, moved and read together. */
import { chooseScan } from "./choosescan";
import { el, part } from "./dom";
import { type Key, t } from "./i18n";
import { coloursOf } from "./lookup";
import { scannerOf } from "./prefs";
import type { Pane } from "./pane";
import { marksOf, type Region } from "./regions";
import { alongTheWay, byBoxes, byLoad, inverse, mapped, type Register, SAME, sightThrough } from "./register";
import { SidePane } from "./sidepane";
import type { Look } from "./annotate";
import type { Tone } from "./say";
import type { Box, Card, Comparable, Comparables } from "./wire";

export interface BesideHooks {
  say: (words: string, tone: Tone) => void;
  onSelect: (id: string) => void;
  lookOf: (kind: string) => Look;
  /** Fetches another scan; null where there is none to compare with. */
  ask: ((scanId: string) => Promise<Card>) | null;
  /** The regions of a view of the open scan that may be seen now. */
  regionsOf: (view: number) => { regions: readonly Region[]; selected: string | null };
}

/** What stands beside the main picture. */
type Pair = { kind: "view"; view: number } | { kind: "energy" } | { kind: "scan"; card: Card; why: string; view: number; boxes: { mine: Box[][]; theirs: Box[][] } };

export class Beside {
  /** Made when it is first shown: a viewer in a hidden element knows no size. */
  private made: SidePane | null = null;
  private readonly stage: HTMLElement;
  private pair: Pair | null = null;
  private register: Register = SAME;
  private differing = false;
  private card: Card | null = null;
  private viewIndex = 0;
  /** Which picture the officer moved last: the other one follows it, and not the other way round. */
  private leading: "main" | "side" = "main";

  constructor(private readonly root: HTMLElement, private readonly pane: Pane, private readonly hooks: BesideHooks) {
    const host = part(root, "beside");
    this.stage = host.parentElement as HTMLElement;
    for (const name of ["pointerdown", "wheel"]) {
      this.stage.addEventListener(name, (event) => (this.leading = host.contains(event.target as Node) ? "side" : "main"), { capture: true, passive: true });
    }
    addEventListener("keydown", () => (this.leading = "main"), { capture: true });
    pane.onMoved = () => this.lead("main");
    pane.onPlace = (x) => this.made?.guide.show(x === null ? null : this.toSide(x));
    part(root, "twoViews").addEventListener("click", () => void this.nextPair());
    part(root, "compare").addEventListener("click", () => void this.compare());
    part(root, "difference").addEventListener("click", () => void this.toggleDifference());
  }

  private get side(): SidePane {
    const { hooks } = this;
    this.made ??= new SidePane(part(this.root, "beside"), {
      onSelect: (id) => this.pair?.kind !== "scan" && hooks.onSelect(id),
      lookOf: hooks.lookOf,
      onMoved: () => this.lead("side"),
      onResized: () => this.follow(),
      onPlace: (x) => this.pane.guide.show(x === null ? null : this.toMain(x)),
      onTrouble: (why) => hooks.say(t("say.partNotLoaded", { why }), "bad"),
    });
    return this.made;
  }

  /** Another view of a scan is open in the main picture. What stood beside it follows, but not another scan's. */
  async opened(card: Card, viewIndex: number): Promise<void> {
    const other = card.scan_id !== this.card?.scan_id;
    this.card = card;
    this.viewIndex = viewIndex;
    const { pair } = this;
    if (!pair) return;
    if (pair.kind === "scan" && other) return this.close();
    if (pair.kind === "scan") return this.show(pair);
    const pairs = this.pairs();
    const next = pairs.find(({ kind }) => kind === pair.kind) ?? null;
    if (next) await this.show(next);
    else this.close();
  }

  /** The scan is closed. */
  leave(): void {
    this.card = null;
    this.close();
  }

  /** The next of: another view, the other energy, nothing. */
  async nextPair(): Promise<void> {
    if (!this.card) return;
    const pairs = this.pairs();
    if (pairs.length === 0) return this.hooks.say(t("say.onePicture"), "plain");
    const at = this.pair && this.pair.kind !== "scan" ? pairs.findIndex((each) => same(each, this.pair)) : -1;
    const next = pairs[at + 1];
    if (next) await this.show(next);
    else this.close();
  }

  /** Lets the officer choose another scan to hold this one against; or puts it away. */
  async compare(): Promise<void> {
    if (this.pair?.kind === "scan") return this.close();
    const { card } = this;
    const { ask } = this.hooks;
    if (!card || !ask) return;
    try {
      const answer = await fetch(`/v1/scans/${encodeURIComponent(card.scan_id)}/comparable`);
      if (!answer.ok) throw new Error(t("ask.refusedBy", { status: answer.status }));
      const { scans, boxes } = (await answer.json()) as Comparables;
      if (scans.length === 0) return this.hooks.say(t("say.noComparable"), "plain");
      const chosen: Comparable | null = await chooseScan(part<HTMLDialogElement>(this.root, "scans"), scans);
      if (!chosen || card !== this.card) return;
      const other = await ask(chosen.row.scan_id);
      const name = card.views[this.viewIndex].name;
      const view = Math.max(0, other.views.findIndex((each) => each.name === name));
      await this.show({ kind: "scan", card: other, why: t(`like.${chosen.why}`), view, boxes: { mine: boxes, theirs: chosen.boxes } });
    } catch (error) {
      this.hooks.say(t("say.notCompared", { why: error instanceof Error ? error.message : String(error) }), "bad");
    }
  }

  /** Shows the difference in place of the other scan, or that scan again. */
  async toggleDifference(): Promise<void> {
    const { pair, card } = this;
    if (pair?.kind !== "scan" || !card || !this.side.place) return this.hooks.say(t("say.compareFirst"), "plain");
    this.differing = !this.differing;
    if (!this.differing) return this.show(pair);
    const here = { scanId: card.scan_id, viewIndex: this.viewIndex, view: card.views[this.viewIndex] };
    if (!(await this.side.openDifference(here, this.register))) return;
    this.named(pair);
    this.redraw();
    this.follow();
  }

  /** The display of the main picture has changed. */
  look(): void {
    const { pair, pane } = this;
    if (!pair) return;
    const { display } = pane;
    const energy = pair.kind === "energy" ? (display.energy + 1) % pane.energies.length : display.energy;
    this.side.setDisplay({ ...display, energy }, pane.naturalWindow);
    if (pair.kind === "energy") this.named(pair);
  }

  /** The regions have changed, or which of them is chosen. */
  redraw(): void {
    const { pair } = this;
    if (!pair) return;
    if (pair.kind === "view") return this.drawn(pair.view);
    if (pair.kind === "energy" || this.differing) return this.drawn(this.viewIndex);
    const { regions } = marksOf(pair.card, pair.card.decisions.at(-1) ?? null);
    this.side.show(regions.filter((region) => region.view === pair.view), null);
  }

  close(): void {
    this.pair = null;
    this.differing = false;
    this.made?.close();
    this.pane.guide.show(null);
    this.stage.classList.remove("is-beside");
    this.press();
  }

  private drawn(view: number): void {
    const { regions, selected } = this.hooks.regionsOf(view);
    this.side.show(regions, selected);
  }

  private pairs(): Pair[] {
    const { card, viewIndex } = this;
    if (!card) return [];
    const views = card.views.map((_, view): Pair => ({ kind: "view", view })).filter((each) => each.kind === "view" && each.view !== viewIndex);
    return card.views[viewIndex].energies.length > 1 ? [...views, { kind: "energy" }] : views;
  }

  private async show(pair: Pair): Promise<void> {
    const { card } = this;
    if (!card) return;
    this.pair = pair;
    this.differing = false;
    this.stage.classList.add("is-beside");
    this.press();
    const shown = pair.kind === "scan" ? pair.card : card;
    const viewIndex = pair.kind === "energy" ? this.viewIndex : pair.view;
    const view = shown.views[viewIndex];
    const colours = view.energies.length > 1 && this.hooks.ask ? await coloursOf(shown.scan_id, scannerOf(shown)).catch(() => null) : null;
    try {
      if (!(await this.side.open({ scanId: shown.scan_id, viewIndex, view }, colours, this.pane.display))) return;
    } catch (error) {
      this.close();
      return this.hooks.say(t("say.notLoaded", { why: error instanceof Error ? error.message : String(error) }), "bad");
    }
    this.register = this.registered(pair);
    this.named(pair);
    this.look();
    this.redraw();
    this.follow();
  }

  private registered(pair: Pair): Register {
    const [whole, place, overview] = [this.pane.whole, this.side.place, this.side.overview];
    if (pair.kind === "energy" || !whole || !place || !overview) return SAME;
    if (pair.kind === "view") return alongTheWay(whole.view, place.view);
    const [box, other] = [onlyBox(pair.boxes.mine, this.viewIndex), onlyBox(pair.boxes.theirs, pair.view)];
    return box && other ? byBoxes(box, other) : byLoad(whole.view, whole.overview, place.view, overview);
  }

  private named(pair: Pair): void {
    const { card, pane } = this;
    if (!card) return;
    const energy = pane.energies[(pane.display.energy + 1) % Math.max(1, pane.energies.length)] ?? "";
    if (pair.kind === "energy") return this.side.name(el("b", {}, energy));
    if (pair.kind === "view") return this.side.name(el("b", {}, card.views[pair.view].name), el("span", {}, t("beside.linked")));
    const when = new Date(pair.card.taken_at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
    const how = t({ same: "beside.byScale", way: "beside.linked", box: "beside.byBox", load: "beside.byLoad", scale: "beside.byScale" }[this.register.how] as Key);
    if (!this.differing) return this.side.name(el("b", {}, pair.card.scan_id), el("span", {}, `${pair.why} · ${when} · ${how}`));
    const key = el("i", { class: "cs-difference-key", "aria-hidden": "true" });
    this.side.name(el("b", {}, t("beside.difference")), el("span", {}, t("beside.differenceTo", { scan: pair.card.scan_id, how })), key);
  }

  /** A picture has moved: where the officer moves that one, the other follows. */
  private lead(who: "main" | "side"): void {
    if (!this.pair || !this.side.place || this.leading !== who) return;
    if (who === "main") this.follow();
    else this.lookBack();
  }

  private follow(): void {
    const sight = this.pane.inSight;
    const { place } = this.side;
    if (sight && place) this.side.lookAt(this.differing ? sight : sightThrough(this.register, sight, place.view));
  }

  private lookBack(): void {
    const sight = this.side.sight;
    const view = this.pane.whole?.view;
    if (sight && view && !this.differing && this.register.how !== "way") this.pane.lookAt(sightThrough(inverse(this.register), sight, view));
    else if (sight && view && this.differing) this.pane.lookAt(sight);
  }

  private toSide(x: number): number {
    return this.differing ? x : mapped(this.register, x, 0)[0];
  }

  private toMain(x: number): number {
    return this.differing ? x : mapped(inverse(this.register), x, 0)[0];
  }

  private press(): void {
    const { pair, differing } = this;
    part(this.root, "twoViews").setAttribute("aria-pressed", String(pair !== null && pair.kind !== "scan"));
    part(this.root, "compare").setAttribute("aria-pressed", String(pair?.kind === "scan"));
    part(this.root, "difference").setAttribute("aria-pressed", String(differing));
  }
}

/** The box of the only container in a view, null where none or several were seen. */
function onlyBox(boxes: readonly Box[][], view: number): Box | null {
  return boxes[view]?.length === 1 ? boxes[view][0] : null;
}

function same(a: Pair, b: Pair | null): boolean {
  return a.kind === b?.kind && (a.kind !== "view" || b.kind !== "view" || a.view === b.view);
}
