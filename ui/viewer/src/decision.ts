/** The decision: release, hold or inspect, why, and the button that sends it. */
import { t } from "./i18n";
import { el, part } from "./dom";
import { onChoice, press } from "./toolbar";
import { doneWords, REASONS, reason } from "./words";
import type { DecisionInfo, Disposition } from "./wire";

export interface DecisionHooks {
  /** The officer has put in something else. */
  onChange: () => void;
  onSend: () => void;
  onCorrect: () => void;
}

/** What the officer has put in so far. */
export interface Draft {
  disposition: Disposition | null;
  codes: string[];
  note: string;
}

export const NO_DRAFT: Draft = { disposition: null, codes: [], note: "" };

export class DecisionPanel {
  private draft: Draft = NO_DRAFT;
  private readonly note: HTMLTextAreaElement;
  private readonly send: HTMLButtonElement;

  constructor(private readonly root: HTMLElement, private readonly hooks: DecisionHooks) {
    this.note = part<HTMLTextAreaElement>(root, "note");
    this.send = part<HTMLButtonElement>(root, "send");
    const codes = part(root, "codes");
    codes.append(...REASONS.map(([code, key], i) => el("button", { type: "button", value: code }, el("kbd", {}, String(i + 1)), t(key))));
    onChoice(codes, (words) => this.toggle(words));
    codes.addEventListener("keydown", (event) => this.digit(event));
    onChoice(part(root, "fate"), (value) => this.choose(value as Disposition));
    this.note.addEventListener("input", () => this.set({ note: this.note.value }));
    this.note.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        hooks.onSend();
      } else if (event.key === "Escape") this.note.blur();
    });
    this.send.addEventListener("click", () => hooks.onSend());
  }

  get state(): Draft {
    return this.draft;
  }

  get reason(): string {
    return reason(this.draft.codes, this.draft.note);
  }

  load(draft: Draft): void {
    this.draft = draft;
    this.note.value = draft.note;
    this.draw();
  }

  /** Chooses what happens to the container; where that needs a reason, the first reason gets the focus. */
  choose(disposition: Disposition): void {
    this.set({ disposition });
    if (disposition !== "release") part(this.root, "codes").querySelector("button")?.focus();
  }

  /** Shows what blocks the decision, or that it can go; and a decision that stands already. */
  show(state: { blocks: string | null; busy: boolean; standing: DecisionInfo | null; correcting: boolean; open: boolean }): void {
    const { blocks, busy, standing, correcting, open } = state;
    const locked = !open || (standing !== null && !correcting);
    part(this.root, "fate").hidden = part(this.root, "why").hidden = this.send.hidden = locked;
    part(this.root, "blocks").textContent = locked || !this.draft.disposition ? "" : (blocks ?? "");
    this.send.disabled = busy || blocks !== null;
    this.send.classList.toggle("is-busy", busy);
    const taken = part(this.root, "taken");
    taken.hidden = standing === null || !open;
    if (standing) taken.replaceChildren(...this.standingWords(standing, correcting));
  }

  private standingWords(standing: DecisionInfo, correcting: boolean): Node[] {
    const when = new Date(standing.decided_at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
    const words = el("span", {}, el("b", { class: `is-${standing.disposition}` }, doneWords(standing.disposition)), t("decision.by", { officer: standing.officer, when }));
    const why = el("span", { class: "cs-taken-why" }, standing.reason);
    if (correcting) return [words, why, el("em", {}, t("decision.why"))];
    const correct = el("button", { type: "button", class: "cs-plain" }, t("decision.correct"));
    correct.addEventListener("click", () => this.hooks.onCorrect());
    return [words, why, correct];
  }

  private digit(event: KeyboardEvent): void {
    const reason = REASONS[Number(event.key) - 1];
    if (!reason) return;
    event.preventDefault();
    event.stopPropagation();
    this.toggle(reason[0]);
  }

  private toggle(words: string): void {
    const { codes } = this.draft;
    this.set({ codes: codes.includes(words) ? codes.filter((code) => code !== words) : [...codes, words] });
  }

  private set(change: Partial<Draft>): void {
    this.draft = { ...this.draft, ...change };
    this.draw();
    this.hooks.onChange();
  }

  private draw(): void {
    const { disposition, codes } = this.draft;
    press(part(this.root, "fate"), disposition);
    for (const button of part(this.root, "codes").querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(codes.includes(button.value)));
    }
    part(this.root, "why").classList.toggle("is-needed", disposition !== null && disposition !== "release");
    this.send.dataset.fate = disposition ?? "";
    (this.send.firstElementChild as HTMLElement).textContent = t(disposition ? `decision.${disposition}` : "send");
  }
}
