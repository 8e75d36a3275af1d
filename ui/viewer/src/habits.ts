/** What an officer is used to: own keys, and how scans of a scanner are shown at first. */
import { part } from "./dom";
import { t } from "./i18n";
import { useKeys } from "./keys";
import type { Pane } from "./pane";
import { presetFrom, Prefs, scannerOf } from "./prefs";
import { nameKeys } from "./shell";
import { drawShortcuts } from "./shortcuts";
import type { Card } from "./wire";

export class Habits {
  private readonly prefs: Prefs;

  constructor(private readonly root: HTMLElement, officer: string) {
    this.prefs = new Prefs(localStorage, officer);
    this.obey();
    drawShortcuts(part<HTMLDialogElement>(root, "shortcuts"), {
      onKeys: (keys) => {
        this.prefs.keepKeys(keys);
        this.obey();
      },
    });
  }

  /** From here on the pane shows this scan's scanner as the officer likes it. */
  apply(card: Card, pane: Pane): void {
    pane.preset = this.prefs.presetOf(scannerOf(card)) ?? null;
    this.showPreset(card);
  }

  /** Keeps how the open scan is shown for all scans of its scanner, or forgets what was kept; says which. */
  togglePreset(card: Card, { display, naturalWindow }: Pane): string {
    const scanner = scannerOf(card);
    const forget = this.prefs.presetOf(scanner) !== undefined;
    this.prefs.keepPreset(scanner, forget ? null : presetFrom(display, naturalWindow));
    this.showPreset(card);
    return t(forget ? "preset.forgotten" : "preset.kept");
  }

  /** Whether this officer looks before the model's regions appear. */
  get blind(): boolean {
    return this.prefs.blind;
  }

  /** From the next scan on the officer looks blind first, or no longer does; says which. */
  toggleBlind(): string {
    this.prefs.keepBlind(!this.prefs.blind);
    return t(this.prefs.blind ? "blind.on" : "blind.off");
  }

  private showPreset(card: Card): void {
    part(this.root, "preset").setAttribute("aria-pressed", String(this.prefs.presetOf(scannerOf(card)) !== undefined));
  }

  private obey(): void {
    useKeys(this.prefs.keys);
    nameKeys(this.root);
  }
}
