/** Sentences and figures that the officer reads. Pure. */
import type { Disposition, Row } from "./wire";

export const DONE: Record<Disposition, string> = { release: "Released", hold: "Held", inspect: "Sent to inspection" };

export function doneWords(disposition: Disposition): string {
  return DONE[disposition];
}

export const REASONS = [
  "Suspected contraband",
  "Dense area not penetrated",
  "Load does not match the declaration",
  "Possible hidden compartment",
  "Picture not good enough",
] as const;

/** How long ago, short: "now", "4 min", "3 h", "2 d". */
export function age(then: string, now: number): string {
  const seconds = Math.max(0, (now - Date.parse(then)) / 1000);
  if (seconds < 45) return "now";
  if (seconds < 3570) return `${Math.round(seconds / 60)} min`;
  if (seconds < 84600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} d`;
}

/** Seconds as a stopwatch: "0:07", "12:40". */
export function stopwatch(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export function shortId(modelId: string): string {
  return modelId.slice(0, 8);
}

/** What a scan's status means to an officer. */
export function statusWords(row: Pick<Row, "status" | "disposition">): string {
  if (row.status === "received") return "being analysed";
  if (row.status === "failed") return "not analysed";
  if (row.status === "decided") return row.disposition ? DONE[row.disposition].toLowerCase() : "decided";
  return "";
}

/** The reason as it is stored: the codes, then the note. */
export function reason(codes: readonly string[], note: string): string {
  const said = note.trim();
  return [codes.join("; "), said].filter(Boolean).join(": ");
}

/** Why a decision cannot be sent yet; null where it can. */
export function blocked(
  state: { disposition: Disposition | null; pendingNames: readonly string[]; reason: string; correcting: boolean },
): string | null {
  const { disposition, pendingNames } = state;
  if (pendingNames.length > 0) {
    const which = pendingNames.slice(0, 3).join(", ") + (pendingNames.length > 3 ? ` and ${pendingNames.length - 3} more` : "");
    return `Still to judge: ${which}.`;
  }
  if (!disposition) return "Choose release, hold or inspect.";
  if (!state.reason && disposition !== "release") return `To ${disposition} needs a reason.`;
  if (!state.reason && state.correcting) return "A correction needs a reason.";
  return null;
}
