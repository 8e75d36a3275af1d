/** Blind first: the officer marks what they see before the model's regions appear. */
import { t } from "./i18n";
import type { Region } from "./regions";
import type { Card, FirstLook } from "./wire";

export class Blind {
  /** The model's regions of the open scan are hidden. */
  veiled = false;
  /** This officer looked blind at the open scan first. */
  looked = false;
  private site = false;
  private since = 0;

  /** own: whether the officer wants it; the site may prescribe it. */
  constructor(private readonly own: () => boolean) {}

  /** Asks what the site prescribes. A service that does not say prescribes nothing. */
  async learn(): Promise<void> {
    const answer = await fetch("/v1/viewer").catch(() => null);
    if (answer?.ok) this.site = ((await answer.json()) as { blind_first: boolean }).blind_first;
  }

  get on(): boolean {
    return this.site || this.own();
  }

  get prescribed(): boolean {
    return this.site;
  }

  /** A scan is opened: veiled where nobody has decided it and this officer has had no look. */
  async open(card: Card, officer: string): Promise<void> {
    this.looked = false;
    this.since = Date.now();
    this.veiled = card.veiled || (this.on && card.decisions.length === 0);
    if (!this.on && card.decisions.length === 0) return;
    const answer = await fetch(this.url(card, "first-looks")).catch(() => null);
    const looks = answer?.ok ? ((await answer.json()) as FirstLook[]) : [];
    this.looked = looks.some((look) => look.officer === officer);
    if (this.looked) this.veiled = false;
  }

  /** Keeps what the officer has marked, and lifts the veil. Refused while a mark has no class, and as the service refuses. */
  async reveal(card: Card, regions: readonly Region[]): Promise<void> {
    const drawn = regions.filter((region) => region.finding === null);
    if (drawn.some((region) => region.kind === "")) throw new Error(t("blind.classFirst"));
    const marked = drawn.map(({ view, box, kind }) => ({ view, box, kind }));
    const body = JSON.stringify({ marked, looked_s: Math.round((Date.now() - this.since) / 100) / 10 });
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(this.url(card, "first-look"), { method: "POST", headers, body });
    if (!answer.ok && answer.status !== 409) {
      const said = (await answer.json().catch(() => ({}))) as { error?: string };
      throw new Error(said.error ?? String(answer.status));
    }
    this.veiled = false;
    this.looked = true;
  }

  /** What may be seen now. */
  visible(regions: readonly Region[]): readonly Region[] {
    return this.veiled ? regions.filter((region) => region.finding === null) : regions;
  }

  private url(card: Card, what: string): string {
    return `/v1/scans/${encodeURIComponent(card.scan_id)}/${what}`;
  }
}
