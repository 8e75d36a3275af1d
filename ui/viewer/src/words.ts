/** Sentences and figures that the officer reads. Pure. */
import { t } from "./i18n";
import type { Disposition, Row } from "./wire";

export function doneWords(disposition: Disposition): string {
  return t(`done.${disposition}`);
}

/** Reasons, as the archive keeps them whatever language is spoken, and the key of what an officer reads. */
export const REASONS = [
  ["Suspected contraband", "reason.contraband"],
  ["Dense area not penetrated", "reason.dense"],
  ["Load does not match the declaration", "reason.mismatch"],
  ["Possible hidden compartment", "reason.hidden"],
  ["Picture not good enough", "reason.picture"],
] as const;

/** How long ago, short: "now", "4 min", "3 h", "2 d". */
export function age(then: string, now: number): string {
  const seconds = Math.max(0, (now - Date.parse(then)) / 1000);
  if (seconds < 45) return t("age.now");
  if (seconds < 3570) return t("age.min", { n: Math.round(seconds / 60) });
  if (seconds < 84600) return t("age.h", { n: Math.round(seconds / 3600) });
  return t("age.d", { n: Math.round(seconds / 86400) });
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
  if (row.status === "received") return t("status.received");
  if (row.status === "failed") return t("status.failed");
  if (row.status === "decided") return t(row.disposition ? `status.${row.disposition}` : "status.decided");
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
    const first = pendingNames.slice(0, 3).join(", ");
    const more = pendingNames.length - 3;
    return t("blocks.pending", { which: more > 0 ? t("blocks.more", { which: first, n: more }) : first });
  }
  if (!disposition) return t("blocks.choose");
  if (!state.reason && disposition !== "release") return t(`blocks.${disposition}`);
  if (!state.reason && state.correcting) return t("blocks.correction");
  return null;
}
