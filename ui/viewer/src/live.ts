/** News from the service as it happens, and whether the connection stands. */

export interface ScanNews {
  scan_id: string;
  status: string;
}

export interface LiveHooks {
  onScan: (news: ScanNews) => void;
  /** A scan is with somebody now, or with nobody; or more of a truck has come through the tunnel. */
  onList: () => void;
  onModel: () => void;
  onLink: (up: boolean) => void;
}

const AGAIN_MS = 3000;

/**
 * Listens to the service's events. The browser connects again by itself and asks for what it missed; but it gives up
 * on an answer that is no stream, such as a proxy's while the service restarts, so then this begins anew.
 */
export function listen(hooks: LiveHooks): void {
  const events = new EventSource("/v1/events");
  events.addEventListener("open", () => hooks.onLink(true));
  events.addEventListener("error", () => {
    hooks.onLink(false);
    if (events.readyState === EventSource.CLOSED) setTimeout(() => listen(hooks), AGAIN_MS);
  });
  events.addEventListener("scan", (event) => hooks.onScan(JSON.parse(event.data) as ScanNews));
  for (const name of ["lease", "stream"]) events.addEventListener(name, () => hooks.onList());
  events.addEventListener("model", () => hooks.onModel());
}

/** Calls at most once per `pause_ms`: many scans at once are one look at the worklist. */
export function gently(call: () => void, pause_ms: number): () => void {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      call();
    }, pause_ms);
  };
}
