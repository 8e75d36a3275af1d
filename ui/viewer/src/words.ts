/** Sentences and figures that the officer reads. Pure. */
import { inEnglish, knows, t } from "./i18n";
import type { Disposition, Reason, Row } from "./wire";

export function doneWords(disposition: Disposition): string {
  return t(`done.${disposition}`);
}

/** A reason of the site, in the officer's language where it is one that this console knows, else as the site says it. */
export function reasonWords({ code, text }: Pick<Reason, "code" | "text">): string {
  const key = `code.${code}`;
  return knows(key) && inEnglish(key) === text ? t(key) : text;
}

/** How long ago, short: "now", "4 min", "3 h", "2 d". */
export function age(then: string, now: number): string {
  return duration((now - Date.parse(then)) / 1000);
}

/** A time in words, short; below 45 seconds "now". */
export function duration(seconds: number): string {
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
  if (row.status === "second") return t("status.second");
  if (row.status === "recheck") return t("status.recheck");
  if (row.status === "decided") return t(row.disposition ? `status.${row.disposition}` : "status.decided");
  return "";
}

/** Why a decision cannot be sent yet; null where it can. */
export function blocked(state: {
  disposition: Disposition | null;
  pendingNames: readonly string[];
  codes: readonly string[];
  note: string;
  correcting: boolean;
  codesRequired: readonly Disposition[];
}): string | null {
  const { disposition, pendingNames } = state;
  if (pendingNames.length > 0) {
    const first = pendingNames.slice(0, 3).join(", ");
    const more = pendingNames.length - 3;
    return t("blocks.pending", { which: more > 0 ? t("blocks.more", { which: first, n: more }) : first });
  }
  if (!disposition) return t("blocks.choose");
  const note = state.note.trim();
  if (state.codes.length === 0) {
    if (state.codesRequired.includes(disposition)) return t("blocks.code");
    if (!note && disposition !== "release") return t(`blocks.${disposition}`);
  }
  if (!note && state.correcting) return t("blocks.correction");
  return null;
}
