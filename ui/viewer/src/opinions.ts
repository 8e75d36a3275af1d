/** What was decided on the open scan before: each opinion with its reader, and what may be done about it. */
import { el } from "./dom";
import { t } from "./i18n";
import type { Card, DecisionInfo, Role, Site } from "./wire";
import { doneWords, reasonWords } from "./words";

/** What somebody may do with a scan: decide it, correct what they said, decide it for others, or only look. */
export type Standing =
  | { kind: "open" }
  | { kind: "correctable"; decision: DecisionInfo }
  | { kind: "recheck"; supersedes: string | null }
  | { kind: "leased"; officer: string }
  | { kind: "tunnel" }
  | { kind: "look" };

/** How the scan stands for this person, before they have asked to correct or to re-check anything. */
export function standingOf(card: Card, officer: string, roles: readonly Role[]): Standing {
  const [reads, supervises] = [roles.includes("officer"), roles.includes("supervisor")];
  if (!reads && !supervises) return { kind: "look" };
  if (card.provisional) return { kind: "tunnel" };
  if (card.leased_by !== null && card.leased_by !== officer && !card.final) return { kind: "leased", officer: card.leased_by };
  const opinions = latestOf(card);
  const rechecked = opinions.find(({ reading }) => reading === 3);
  const own = opinions.find((each) => each.officer === officer && each.reading !== 3);
  if (supervises && !own && (card.final || card.status === "recheck")) return { kind: "recheck", supersedes: rechecked?.decision_id ?? null };
  if (!reads || rechecked) return { kind: "look" };
  const only = card.final && opinions.length === 1 ? opinions[0] : undefined;
  const correctable = own ?? only;
  if (correctable) return { kind: "correctable", decision: correctable };
  return { kind: card.final || card.status === "recheck" || card.status === "second" ? "look" : "open" };
}

/** The newest decision of every reading: what each reader says now. */
export function latestOf(card: Card): DecisionInfo[] {
  const newest = new Map<number, DecisionInfo>();
  for (const decision of card.decisions) newest.set(decision.reading, decision);
  return [...newest.values()].sort((a, b) => a.reading - b.reading);
}

/** One paragraph per opinion that stands; the one that holds is marked where there are several. */
export function opinionWords(card: Card, site: Site | null): HTMLElement[] {
  const opinions = latestOf(card);
  return opinions.map((decision) => {
    const { disposition, officer, decided_at, reading } = decision;
    const several = opinions.length > 1 || reading > 1;
    const holds = several && decision.decision_id === card.final_decision;
    const when = new Date(decided_at).toLocaleString([], { dateStyle: several ? "short" : "medium", timeStyle: "short" });
    const why = [whyWords(decision, site), several ? verdictWords(decision) : ""].filter(Boolean).join(" · ");
    return el(
      "div",
      { class: "cs-opinion", "data-reading": String(reading) },
      several ? el("small", {}, t(`opinion.${reading}`), holds ? el("em", {}, t("opinion.holds")) : "") : "",
      el("span", {}, el("b", { class: `is-${disposition}` }, doneWords(disposition)), t("decision.by", { officer, when })),
      el("span", { class: "cs-taken-why" }, why),
    );
  });
}

export interface TakenState {
  card: Card | null;
  site: Site | null;
  standing: Standing;
  asked: boolean;
  onAsk: () => void;
}

/** Fills the place above the decision: what was said before, why nothing can be said now, and how to say more. */
export function drawTaken(host: HTMLElement, { card, site, standing, asked, onAsk }: TakenState): void {
  const parts = card ? opinionWords(card, site) : [];
  const why = card ? lookWords(card, standing) : "";
  if (why) parts.push(el("p", {}, why));
  const words = askWords(card, standing);
  if (words && asked) parts.push(el("em", {}, t(standing.kind === "correctable" ? "decision.why" : "decision.final")));
  else if (words) {
    const ask = el("button", { type: "button", class: "cs-plain" }, words);
    ask.addEventListener("click", onAsk);
    parts.push(ask);
  }
  host.hidden = parts.length === 0;
  host.replaceChildren(...parts);
}

function askWords(card: Card | null, standing: Standing): string {
  if (standing.kind === "correctable") return t("decision.correct");
  return standing.kind === "recheck" && card?.final ? t("decision.recheck") : "";
}

function lookWords(card: Card, standing: Standing): string {
  if (standing.kind === "leased") return t("taken.leased", { officer: standing.officer });
  if (standing.kind === "tunnel") return t("say.inTunnel");
  if (standing.kind === "correctable" && !card.final) return t(card.status === "recheck" ? "taken.recheck" : "taken.second");
  if (standing.kind === "recheck" && !card.final) return t("decision.final");
  return "";
}

/** The reasons that a decision gives: the codes in words, then the note. */
export function whyWords({ reason_codes, reason }: Pick<DecisionInfo, "reason_codes" | "reason">, site: Site | null): string {
  const codes = reason_codes.map((code) => reasonWords(site?.reasons.find((each) => each.code === code) ?? { code, text: code }));
  return [codes.join("; "), reason].filter(Boolean).join(": ");
}

function verdictWords({ verdicts, added }: DecisionInfo): string {
  const said = (judgement: string) => verdicts.filter((verdict) => verdict.judgement === judgement).length;
  const counts = { confirmed: said("confirm"), rejected: said("reject"), changed: said("reclass"), drawn: added.length };
  return (Object.entries(counts) as [keyof typeof counts, number][])
    .filter(([, n]) => n > 0)
    .map(([name, n]) => t(`opinion.${name}`, { n }))
    .join(" · ");
}
