/** Asks why the model proposed a region, and shows it over the picture. What was asked once is kept while the scan is open. */
import { part } from "./dom";
import { t } from "./i18n";
import type { Pane } from "./pane";
import type { Region } from "./regions";
import type { Tone } from "./say";
import { evidenceOf, evidenceWords } from "./why";
import type { Card, Evidence } from "./wire";

export class Explainer {
  private readonly known = new Map<string, Evidence>();
  private asked = "";

  constructor(private readonly root: HTMLElement, private readonly pane: Pane, private readonly say: (words: string, tone: Tone) => void) {}

  /** Shows what a region's score hangs on, or hides what is shown. stays: whether that region is still the chosen one. */
  async toggle(card: Card | null, region: Region | undefined, stays: (region: Region) => boolean): Promise<void> {
    if (this.pane.why.shown) return this.hide();
    if (!card || !region || region.finding === null) return this.say(t("why.none"), "plain");
    const key = `${card.scan_id} ${region.id}`;
    if (this.asked === key) return;
    try {
      if (!this.known.has(key)) this.say(t("why.waiting"), "plain");
      this.asked = key;
      const evidence = this.known.get(key) ?? (await evidenceOf(card.scan_id, region.finding));
      this.known.set(key, evidence);
      if (!stays(region)) return;
      this.show(evidence);
      this.pane.reveal(evidence.box);
      this.say(evidenceWords(evidence), "plain");
    } catch (error) {
      this.say(t("why.failed", { why: error instanceof Error ? error.message : String(error) }), "bad");
    } finally {
      if (this.asked === key) this.asked = "";
    }
  }

  hide(): void {
    this.show(null);
  }

  /** Another scan is opened. */
  forget(): void {
    this.known.clear();
    this.hide();
  }

  private show(evidence: Evidence | null): void {
    this.pane.why.show(evidence);
    part(this.root, "whyLegend").hidden = evidence === null;
  }
}
