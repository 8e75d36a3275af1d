/** The regions of a scan as the officer works on them: the model's and their own, verdicts, undo. Pure. */
import type { AddedBody, Box, Card, DecisionInfo, Judgement, VerdictBody } from "./wire";

/**
 * finding: the row in the model's findings, null for a region that the officer drew. kind: as it stands now, "" while a
 * drawn region has none. proposed: what the model said. verdict: null until the officer says.
 */
export interface Region {
  readonly id: string;
  readonly finding: number | null;
  readonly view: number;
  readonly box: Box;
  readonly score: number | null;
  readonly kind: string;
  readonly proposed: string | null;
  readonly verdict: Judgement | null;
}

/** The regions now, as they were before each change, and what was undone; the latest last. */
export interface Marks {
  readonly regions: readonly Region[];
  readonly past: readonly (readonly Region[])[];
  readonly future: readonly (readonly Region[])[];
}

/** The smallest side of a drawn box, in pixels of the view: less is a slip of the hand. */
export const SMALLEST = 4;

/** The model's regions by falling score, then nothing drawn; with a decision, its verdicts and drawn regions. */
export function marksOf(card: Card, decision: Pick<DecisionInfo, "verdicts" | "added"> | null): Marks {
  const found = [...card.findings]
    .sort((a, b) => b.score - a.score)
    .map((finding): Region => {
      const said = decision?.verdicts.find((verdict) => verdict.finding === finding.index);
      return {
        id: `f${finding.index}`,
        finding: finding.index,
        view: finding.view,
        box: finding.box,
        score: finding.score,
        kind: said?.kind ?? finding.kind,
        proposed: finding.kind,
        verdict: said?.judgement ?? null,
      };
    });
  const drawn = (decision?.added ?? []).map((added, i): Region => own(`o${i}`, added.view, added.box, added.kind));
  return { regions: [...found, ...drawn], past: [], future: [] };
}

/** The marks for findings that are new, with what the officer drew before they came. */
export function carried(card: Card, before: Marks): Marks {
  const drawn = before.regions.filter((region) => region.finding === null);
  return { regions: [...marksOf(card, null).regions, ...drawn], past: [], future: [] };
}

/** How many of the regions are the model's. */
export function judgedOf(marks: Marks): number {
  return marks.regions.filter((region) => region.finding !== null).length;
}

export function own(id: string, view: number, box: Box, kind: string): Region {
  return { id, finding: null, view, box, score: null, kind, proposed: null, verdict: null };
}

/** The officer's verdict on one of the model's regions; a kind other than the model's makes it a change of class. */
export function judge(marks: Marks, id: string, verdict: Judgement, kind?: string): Marks {
  return change(marks, (region) => {
    if (region.id !== id || region.finding === null || region.proposed === null) return region;
    if (verdict !== "reclass") return { ...region, verdict, kind: region.proposed };
    if (!kind || kind === region.proposed) return { ...region, verdict: "confirm", kind: region.proposed };
    return { ...region, verdict: "reclass", kind };
  });
}

/** Another class: for a drawn region simply so, for one of the model's as a verdict. */
export function reclass(marks: Marks, id: string, kind: string): Marks {
  const region = marks.regions.find((each) => each.id === id);
  if (!region || region.finding !== null) return judge(marks, id, "reclass", kind);
  return change(marks, (each) => (each.id === id ? { ...each, kind } : each));
}

/** Rejects every region of the model that has no verdict yet. */
export function rejectRest(marks: Marks): Marks {
  return change(marks, (region) =>
    region.finding !== null && isPending(region) ? { ...region, verdict: "reject" } : region,
  );
}

export function draw(marks: Marks, region: Region): Marks {
  return changed(marks, [...marks.regions, region]);
}

export function move(marks: Marks, id: string, box: Box): Marks {
  return change(marks, (region) => (region.id === id && region.finding === null ? { ...region, box } : region));
}

/** Takes away a region that the officer drew; the model's stay. */
export function remove(marks: Marks, id: string): Marks {
  const kept = marks.regions.filter((region) => region.id !== id || region.finding !== null);
  if (kept.length === marks.regions.length) return marks;
  return changed(marks, kept);
}

export function undo(marks: Marks): Marks {
  const before = marks.past.at(-1);
  return before ? { regions: before, past: marks.past.slice(0, -1), future: [...marks.future, marks.regions] } : marks;
}

/** Does again what was undone last. */
export function redo(marks: Marks): Marks {
  const after = marks.future.at(-1);
  return after ? { regions: after, past: [...marks.past, marks.regions], future: marks.future.slice(0, -1) } : marks;
}

/** Whether the officer still has to say something: a verdict, or the class of a drawn region. */
export function isPending(region: Region): boolean {
  return region.finding === null ? region.kind === "" : region.verdict === null;
}

/** Regions that still need a word. */
export function pending(marks: Marks): Region[] {
  return marks.regions.filter(isPending);
}

/** What the service takes: one verdict a finding, and the drawn regions. */
export function spoken(marks: Marks): { verdicts: VerdictBody[]; added: AddedBody[] } {
  const verdicts: VerdictBody[] = [];
  const added: AddedBody[] = [];
  for (const { finding, view, box, kind, verdict } of marks.regions) {
    if (finding === null) added.push({ view, box, kind });
    else if (verdict) verdicts.push({ finding, judgement: verdict, kind: verdict === "reclass" ? kind : null });
  }
  return { verdicts: verdicts.sort((a, b) => a.finding - b.finding), added };
}

/** The box between two corners, within the view; null where a side is too short to mean anything. */
export function boxBetween(x1: number, y1: number, x2: number, y2: number, width: number, height: number): Box | null {
  const within = (value: number, limit: number) => Math.round(Math.min(limit, Math.max(0, value)) * 10) / 10;
  const box: Box = [
    within(Math.min(x1, x2), width),
    within(Math.min(y1, y2), height),
    within(Math.max(x1, x2), width),
    within(Math.max(y1, y2), height),
  ];
  return box[2] - box[0] < SMALLEST || box[3] - box[1] < SMALLEST ? null : box;
}

/** The box moved (or, with grow, its far corner moved) by a step, kept within the view. */
export function nudge(box: Box, dx: number, dy: number, grow: boolean, width: number, height: number): Box {
  const [x1, y1, x2, y2] = box;
  if (grow) {
    return [x1, y1, Math.min(width, Math.max(x1 + SMALLEST, x2 + dx)), Math.min(height, Math.max(y1 + SMALLEST, y2 + dy))];
  }
  const mx = Math.min(width - x2, Math.max(-x1, dx));
  const my = Math.min(height - y2, Math.max(-y1, dy));
  return [x1 + mx, y1 + my, x2 + mx, y2 + my];
}

/** The region after (or, with step -1, before) the chosen one; round and round. */
export function neighbour(regions: readonly Region[], id: string | null, step: 1 | -1): Region | null {
  if (regions.length === 0) return null;
  const at = regions.findIndex((region) => region.id === id);
  if (at === -1) return step === 1 ? regions[0] : regions[regions.length - 1];
  return regions[(at + step + regions.length) % regions.length];
}

function change(marks: Marks, how: (region: Region) => Region): Marks {
  const regions = marks.regions.map(how);
  const same = regions.every((region, i) => region === marks.regions[i]);
  return same ? marks : changed(marks, regions);
}

function changed(marks: Marks, regions: readonly Region[]): Marks {
  return { regions, past: [...marks.past, marks.regions], future: [] };
}
