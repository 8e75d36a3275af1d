/**
 * What an officer put in and has not sent, in the browser's storage: it survives a reload and an outage of the service.
 *
 * Every entry belongs to one officer. Whoever logs in finds only their own: another officer's are removed then, and
 * all of them when somebody logs out.
 */
import type { Draft } from "./decision";
import type { Marks } from "./regions";
import type { DecisionBody } from "./wire";

const PREFIX = "cargoscope.work.";
const PAST = 30;
const STALE_MS = 3 * 24 * 3600 * 1000;

export interface Kept {
  modelId: string | undefined;
  marks: Marks;
  draft: Draft;
  seconds: number;
}

/** The part of the browser's Storage that is used. */
export type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

interface Entry<T> {
  at: number;
  value: T;
}

export class Store {
  private readonly own: string;

  /** Removes what other officers left on this machine, and what is days old. */
  constructor(private readonly shelf: Shelf, officer: string, now: number) {
    this.own = `${PREFIX}${encodeURIComponent(officer)}/`;
    for (const key of keysOf(shelf)) {
      if (!key.startsWith(this.own) || now - (this.read(key)?.at ?? 0) > STALE_MS) shelf.removeItem(key);
    }
  }

  keep(scanId: string, { modelId, marks, draft, seconds }: Kept, now: number): void {
    const short: Marks = { regions: marks.regions, past: marks.past.slice(-PAST), future: marks.future.slice(-PAST) };
    this.write(`${this.own}marks.${scanId}`, { at: now, value: { modelId, marks: short, draft, seconds } });
  }

  kept(scanId: string): Kept | undefined {
    return this.read<Kept>(`${this.own}marks.${scanId}`)?.value;
  }

  /** A decision that could not be sent; it waits here until it can. */
  hold(scanId: string, decision: DecisionBody, now: number): void {
    this.write(`${this.own}outbox.${scanId}`, { at: now, value: decision });
  }

  /** The decision on a scan that waits now. */
  held(scanId: string): DecisionBody | undefined {
    return this.read<DecisionBody>(`${this.own}outbox.${scanId}`)?.value;
  }

  /** Takes a decision back that waits. False where none does. */
  release(scanId: string): boolean {
    const key = `${this.own}outbox.${scanId}`;
    const waits = this.shelf.getItem(key) !== null;
    this.shelf.removeItem(key);
    return waits;
  }

  /** Decisions that wait to be sent, the oldest first. */
  waiting(): { scanId: string; decision: DecisionBody }[] {
    const start = `${this.own}outbox.`;
    return keysOf(this.shelf)
      .filter((key) => key.startsWith(start))
      .map((key) => ({ scanId: key.slice(start.length), entry: this.read<DecisionBody>(key) }))
      .flatMap(({ scanId, entry }) => (entry ? [{ scanId, decision: entry.value, at: entry.at }] : []))
      .sort((a, b) => a.at - b.at)
      .map(({ scanId, decision }) => ({ scanId, decision }));
  }

  forget(scanId: string): void {
    this.shelf.removeItem(`${this.own}marks.${scanId}`);
    this.release(scanId);
  }

  private read<T>(key: string): Entry<T> | null {
    try {
      return JSON.parse(this.shelf.getItem(key) ?? "null") as Entry<T> | null;
    } catch {
      return null;
    }
  }

  private write(key: string, entry: Entry<unknown>): void {
    try {
      this.shelf.setItem(key, JSON.stringify(entry));
    } catch {
      // The storage is full or switched off: the page itself still holds everything.
    }
  }
}

/** Whether decisions wait to be sent, of whomever: only the desk can send them. */
export function someWait(shelf: Shelf): boolean {
  return keysOf(shelf).some((key) => key.includes("/outbox."));
}

/** Leaves nothing of anybody's work on this machine. */
export function clearAll(shelf: Shelf): void {
  for (const key of keysOf(shelf)) shelf.removeItem(key);
}

function keysOf(shelf: Shelf): string[] {
  const keys = Array.from({ length: shelf.length }, (_, i) => shelf.key(i) ?? "");
  return keys.filter((key) => key.startsWith(PREFIX));
}
