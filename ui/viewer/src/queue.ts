/** The worklist as it is now: which scans, in which order, and which of them are new to this officer. */
import { t } from "./i18n";
import type { Ask } from "./ask";
import { part } from "./dom";
import { onChoice, press } from "./toolbar";
import type { Kind, Row, WorkState } from "./wire";
import { drawWorklist } from "./worklist";

export interface QueueHooks {
  kindOf: (id: string) => Kind | undefined;
  onOpen: (scanId: string) => void;
  onFailure: (error: unknown) => void;
}

export class Queue {
  rows: readonly Row[] = [];
  private state: WorkState = "open";
  private chosen: string | null = null;
  private readonly fresh = new Set<string>();

  constructor(private readonly root: HTMLElement, private readonly ask: Ask, private readonly hooks: QueueHooks) {
    onChoice(part(root, "filter"), (state) => {
      this.state = state as WorkState;
      press(part(root, "filter"), state);
      void this.refresh();
    });
  }

  /** Fetches the rows; what was not there before is marked as new. */
  async refresh(): Promise<void> {
    const { state } = this;
    try {
      const { rows, total } = await this.ask.worklist(state);
      if (state !== this.state) return;
      const known = new Set(this.rows.map((row) => row.scan_id));
      if (known.size > 0 && state === "open") {
        for (const row of rows) if (!known.has(row.scan_id)) this.fresh.add(row.scan_id);
      }
      this.rows = rows;
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

  /** The scan after (or before) this one, going round; of the open list only those that nobody decided. */
  beside(scanId: string | null, direction: 1 | -1): Row | null {
    const at = this.rows.findIndex((row) => row.scan_id === scanId);
    const order = at === -1 ? [...this.rows] : [...this.rows.slice(at + 1), ...this.rows.slice(0, at)];
    if (direction === -1) order.reverse();
    return order.find((row) => this.state !== "open" || row.status !== "decided") ?? null;
  }

  /** The most suspicious scan that waits for a decision, other than this one. */
  first(except: string | null): Row | null {
    return this.rows.find((row) => row.scan_id !== except && row.status !== "decided") ?? null;
  }

  draw(): void {
    const { rows, chosen, fresh } = this;
    const { kindOf, onOpen } = this.hooks;
    drawWorklist(part(this.root, "rows"), { rows, chosen, fresh, kindOf, onOpen }, Date.now());
  }
}
