/** The worklist as it is now: which scans, in which order, and which of them are new to this officer. */
import { t } from "./i18n";
import type { Ask } from "./ask";
import { part } from "./dom";
import { FilterStrip } from "./filters";
import { onChoice, press } from "./toolbar";
import type { Filters, Kind, Role, Row, WorkState } from "./wire";
import { drawWorklist } from "./worklist";

export interface QueueHooks {
  kindOf: (id: string) => Kind | undefined;
  onOpen: (scanId: string) => void;
  onFailure: (error: unknown) => void;
}

/** What the officer looks at: a state of the worklist, or what waits for a supervisor. */
type Tab = WorkState | "recheck";

export class Queue {
  rows: readonly Row[] = [];
  officer = "";
  roles: readonly Role[] = [];
  /** The service hands scans out: nobody picks one. */
  assigned = false;
  readonly filters: FilterStrip;
  private tab: Tab = "open";
  private chosen: string | null = null;
  private readonly fresh = new Set<string>();
  private readAt = Date.now();

  constructor(private readonly root: HTMLElement, private readonly ask: Ask, private readonly hooks: QueueHooks) {
    this.filters = new FilterStrip(root, () => void this.refresh());
    onChoice(part(root, "filter"), (tab) => {
      this.tab = tab as Tab;
      press(part(root, "filter"), tab);
      this.rows = []; // what was listed under the other tab is not what this one lists
      this.draw();
      void this.refresh();
    });
  }

  /** Which scans are shown: of the strip, and of the tab. */
  get wanted(): Filters {
    return this.tab === "recheck" ? { ...this.filters.now, status: "recheck" } : this.filters.now;
  }

  /** Fetches the rows; what was not there before is marked as new. */
  async refresh(): Promise<void> {
    const { tab, wanted } = this;
    const state = tab === "recheck" ? "open" : tab;
    try {
      const { rows, total } = await this.ask.worklist(state, wanted);
      if (tab !== this.tab || JSON.stringify(wanted) !== JSON.stringify(this.wanted)) return;
      const known = new Set(this.rows.map((row) => row.scan_id));
      if (known.size > 0 && tab === "open") {
        for (const row of rows) if (!known.has(row.scan_id)) this.fresh.add(row.scan_id);
      }
      this.rows = rows;
      this.readAt = Date.now();
      part(this.root, "count").textContent = total > rows.length ? t("queue.of", { shown: rows.length, total }) : String(total);
      this.draw();
    } catch (error) {
      this.hooks.onFailure(error);
    }
  }

  choose(scanId: string | null): void {
    this.chosen = scanId;
    if (scanId) this.fresh.delete(scanId);
    this.draw();
  }

  /** The scan after (or before) this one, going round; of the open list only those that this officer may take. */
  beside(scanId: string | null, direction: 1 | -1): Row | null {
    const at = this.rows.findIndex((row) => row.scan_id === scanId);
    const order = at === -1 ? [...this.rows] : [...this.rows.slice(at + 1), ...this.rows.slice(0, at)];
    if (direction === -1) order.reverse();
    return order.find((row) => this.tab === "decided" || this.tab === "all" || this.mayTake(row)) ?? null;
  }

  /** Whether a scan waits for this officer and is with nobody else. */
  mayTake({ status, final, provisional, leased_by }: Row): boolean {
    const waits = status === "recheck" ? this.roles.includes("supervisor") : status !== "second" && this.roles.includes("officer");
    return waits && !final && !provisional && (leased_by === null || leased_by === this.officer);
  }

  /** Whether the tab shows what is decided already, so that nothing opens by itself. */
  get browsing(): boolean {
    return this.tab === "decided" || this.tab === "all";
  }

  draw(): void {
    const { rows, chosen, fresh, officer, assigned } = this;
    const { kindOf, onOpen } = this.hooks;
    const passed_s = (Date.now() - this.readAt) / 1000;
    drawWorklist(part(this.root, "rows"), { rows, chosen, fresh, kindOf, onOpen, officer, passed_s, locked: assigned && !this.browsing });
  }
}
