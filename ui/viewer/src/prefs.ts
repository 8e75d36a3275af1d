/** What an officer likes: own keys, and how scans of a scanner are shown at first. Kept in the browser, per officer. */
import type { Display } from "./display";
import type { Overrides } from "./keys";
import type { Window } from "./lut";
import type { Shelf } from "./store";
import type { Card } from "./wire";

const PREFIX = "cargoscope.likes.";

/** A display without what belongs to one scan; the window is kept as it differs from the one that fits the scan. */
export interface Preset extends Omit<Display, "window" | "stage"> {
  readonly log: boolean;
  readonly shift: number;
  readonly narrowing: number;
  readonly gamma: number;
}

interface Likes {
  keys: Overrides;
  presets: Record<string, Preset>;
  blind: boolean;
}

export class Prefs {
  private readonly key: string;
  private likes: Likes;

  constructor(private readonly shelf: Pick<Shelf, "getItem" | "setItem">, officer: string) {
    this.key = PREFIX + encodeURIComponent(officer);
    this.likes = read(shelf.getItem(this.key));
  }

  get keys(): Overrides {
    return this.likes.keys;
  }

  keepKeys(keys: Overrides): void {
    this.write({ ...this.likes, keys });
  }

  presetOf(scanner: string): Preset | undefined {
    return this.likes.presets[scanner];
  }

  /** Keeps a preset for a scanner; null forgets it. */
  keepPreset(scanner: string, preset: Preset | null): void {
    const { [scanner]: _, ...others } = this.likes.presets;
    this.write({ ...this.likes, presets: preset ? { ...others, [scanner]: preset } : others });
  }

  /** Whether this officer looks before the model's regions appear. */
  get blind(): boolean {
    return this.likes.blind;
  }

  keepBlind(blind: boolean): void {
    this.write({ ...this.likes, blind });
  }

  private write(likes: Likes): void {
    this.likes = likes;
    try {
      this.shelf.setItem(this.key, JSON.stringify(likes));
    } catch {
      // The storage is full or switched off: the page keeps it until it is closed.
    }
  }
}

/** What tells one scanner from another: the station, and what its pictures hold. */
export function scannerOf(card: Card): string {
  const [first] = card.views;
  return [card.station_id, ...first.energies, first.bits].join(" ");
}

export function presetFrom(display: Display, natural: Window): Preset {
  const { window, stage: _, ...rest } = display;
  const { log, gamma } = window;
  return { ...rest, log, gamma, shift: (window.centre - natural.centre) / natural.width, narrowing: window.width / natural.width };
}

/** A preset on another scan, whose own fitting window on the preset's scale is `natural`. */
export function applied(preset: Preset, natural: Window): Display {
  const { log, shift, narrowing, gamma, ...rest } = preset;
  const window = { log, gamma, centre: natural.centre + shift * natural.width, width: natural.width * narrowing };
  return { ...rest, window, stage: 0 };
}

function read(stored: string | null): Likes {
  try {
    const { keys, presets, blind } = JSON.parse(stored ?? "{}") as Partial<Likes>;
    return { keys: keys ?? {}, presets: presets ?? {}, blind: blind ?? false };
  } catch {
    return { keys: {}, presets: {}, blind: false };
  }
}
