/**
 * The scan that is this officer's for now: nobody else is given it. It is renewed while the officer works, and goes back
 * to the list when they leave the scan or the page, or have not touched anything for as long as a lease lasts.
 */
import { Refusal } from "./ask";
import { call } from "./http";
import type { Filters, Lease as Leased, NextScan, Row } from "./wire";

export interface LeaseHooks {
  /** A decision on this scan is on its way, which ends the lease: it is not renewed meanwhile. */
  isDeciding: (scanId: string) => boolean;
  /** The officer was away too long: the scan went back to the list. */
  onReturned: (scanId: string) => void;
  /** The scan is with somebody else now. */
  onLost: (scanId: string, why: string) => void;
}

const urlOf = (scanId: string) => `/v1/scans/${encodeURIComponent(scanId)}/lease`;

export class Lease {
  private held: string | null = null;
  private touchedAt = Date.now();
  private renewedAt = 0;
  private minutes = 5;
  /** What was asked for last counts: `wish` numbers it, `wanted` is the scan that the officer is picking. */
  private wish = 0;
  private wanted: string | null = null;

  constructor(private readonly hooks: LeaseHooks) {
    for (const name of ["keydown", "pointerdown", "pointermove", "wheel"]) {
      addEventListener(name, () => (this.touchedAt = Date.now()), { passive: true, capture: true });
    }
    addEventListener("pagehide", () => this.leave());
    setInterval(() => void this.tick(Date.now()), 5000);
  }

  /** How long a lease lasts here, minutes. */
  last(minutes: number): void {
    this.minutes = minutes;
  }

  get scan(): string | null {
    return this.held;
  }

  /** Takes a scan that the officer picked. False where it is with somebody else, or nobody may pick here. */
  async take(scanId: string): Promise<boolean> {
    const wish = ++this.wish;
    this.wanted = scanId;
    if (this.held === scanId) return true;
    await this.drop();
    try {
      await call<Leased>("POST", urlOf(scanId));
    } catch (error) {
      if (error instanceof Refusal && !error.away && !error.loggedOut) return false;
      throw error;
    }
    return this.got(wish, scanId);
  }

  /** The scan that the service gives to this officer next, other than those in `holding`; null where nothing waits. */
  async next(filters: Filters, holding: readonly string[]): Promise<Row | null> {
    const wish = ++this.wish;
    this.wanted = null;
    const { row } = await call<NextScan>("POST", "/v1/scans/next", { filters, holding });
    if (!row || row.scan_id === this.held) return row;
    if (wish === this.wish) await this.drop();
    return (await this.got(wish, row.scan_id)) ? row : null;
  }

  /** Gives the scan back to the list. */
  async giveBack(): Promise<void> {
    this.wish++;
    this.wanted = null;
    await this.drop();
  }

  private async drop(): Promise<void> {
    const { held } = this;
    this.held = null;
    if (held) await this.release(held);
  }

  private async release(scanId: string): Promise<void> {
    await call<object>("DELETE", urlOf(scanId)).catch(() => {});
  }

  /** A scan is this officer's. False where they have turned to another meanwhile: it goes back to the list. */
  private async got(wish: number, scanId: string): Promise<boolean> {
    if (wish === this.wish) this.hold(scanId);
    else if (scanId !== this.held && scanId !== this.wanted) await this.release(scanId);
    return wish === this.wish;
  }

  /** The scan is decided: the service has ended the lease itself. */
  forget(): void {
    this.held = null;
  }

  /** Whatever becomes of the page, the scan goes back. */
  private leave(): void {
    if (this.held) void fetch(urlOf(this.held), { method: "DELETE", keepalive: true, credentials: "same-origin" }).catch(() => {});
  }

  private hold(scanId: string): void {
    this.held = scanId;
    this.renewedAt = this.touchedAt = Date.now();
  }

  private async tick(now: number): Promise<void> {
    const { held } = this;
    const lasts_ms = this.minutes * 60_000;
    if (held && now - this.touchedAt > lasts_ms) {
      await this.giveBack();
      this.hooks.onReturned(held);
    } else if (now - this.renewedAt > lasts_ms / 3) await this.renew();
  }

  /** Keeps the scan for longer; while the service is away it is tried again and again. */
  async renew(): Promise<void> {
    const { held } = this;
    if (!held || this.hooks.isDeciding(held)) return;
    try {
      await call<Leased>("POST", urlOf(held));
      this.renewedAt = Date.now();
    } catch (error) {
      if (!(error instanceof Refusal) || error.away || error.loggedOut || this.held !== held || this.hooks.isDeciding(held)) return;
      this.held = null;
      this.hooks.onLost(held, error.message);
    }
  }
}
