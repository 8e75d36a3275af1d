/** The decision: release, hold or inspect, why, and the button that sends it. */
import { t } from "./i18n";
import { el, part } from "./dom";
import { onChoice, press } from "./toolbar";
import { reasonWords } from "./words";
import type { Disposition, Reason, Site } from "./wire";

export interface DecisionHooks {
  /** The officer has put in something else. */
  onChange: () => void;
  onSend: () => void;
}

/** What the officer has put in so far. codes: of the site's catalogue. */
export interface Draft {
  disposition: Disposition | null;
  codes: string[];
  note: string;
}

export const NO_DRAFT: Draft = { disposition: null, codes: [], note: "" };

export class DecisionPanel {
  site: Site | null = null;
  private draft: Draft = NO_DRAFT;
  private shown: Disposition | null = null;
  private readonly note: HTMLTextAreaElement;
  private readonly send: HTMLButtonElement;

  constructor(private readonly root: HTMLElement, private readonly hooks: DecisionHooks) {
    this.note = part<HTMLTextAreaElement>(root, "note");
    this.send = part<HTMLButtonElement>(root, "send");
    const codes = part(root, "codes");
    onChoice(codes, (code) => this.toggle(code));
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

  load(draft: Draft): void {
    this.draft = draft;
    this.note.value = draft.note;
    this.draw();
  }

  /** Chooses what happens to the container; where that needs a reason, the first reason gets the focus. */
  choose(disposition: Disposition): void {
    const fitting = this.reasons(disposition).map(({ code }) => code);
    this.set({ disposition, codes: this.draft.codes.filter((code) => fitting.includes(code)) });
    if (this.needsReason(disposition)) (part(this.root, "codes").querySelector("button") ?? this.note).focus();
  }

  /** Shows the form or hides it, what is missing, and whether it can go. */
  show({ blocks, busy, open }: { blocks: string | null; busy: boolean; open: boolean }): void {
    part(this.root, "fate").hidden = part(this.root, "why").hidden = this.send.hidden = !open;
    part(this.root, "blocks").textContent = open && this.draft.disposition ? (blocks ?? "") : "";
    this.send.disabled = busy || blocks !== null;
    this.send.classList.toggle("is-busy", busy);
  }

  /** The site's reasons that may explain a disposition. */
  private reasons(disposition: Disposition | null): Reason[] {
    if (!disposition) return [];
    return (this.site?.reasons ?? []).filter(({ dispositions }) => dispositions.includes(disposition));
  }

  private needsReason(disposition: Disposition | null): boolean {
    return disposition !== null && (disposition !== "release" || (this.site?.codes_required ?? []).includes(disposition));
  }

  private digit(event: KeyboardEvent): void {
    const reason = /^[1-9]$/.test(event.key) ? this.reasons(this.draft.disposition)[Number(event.key) - 1] : undefined;
    if (!reason) return;
    event.preventDefault();
    event.stopPropagation();
    this.toggle(reason.code);
  }

  private toggle(code: string): void {
    const { codes } = this.draft;
    this.set({ codes: codes.includes(code) ? codes.filter((each) => each !== code) : [...codes, code] });
  }

  private set(change: Partial<Draft>): void {
    this.draft = { ...this.draft, ...change };
    this.draw();
    this.hooks.onChange();
  }

  private draw(): void {
    const { disposition, codes } = this.draft;
    press(part(this.root, "fate"), disposition);
    const host = part(this.root, "codes");
    if (this.shown !== disposition || host.childElementCount === 0) {
      this.shown = disposition;
      host.replaceChildren(
        ...this.reasons(disposition).map((reason, i) =>
          el("button", { type: "button", value: reason.code }, el("kbd", {}, i < 9 ? String(i + 1) : ""), reasonWords(reason)),
        ),
      );
    }
    for (const button of host.querySelectorAll("button")) button.setAttribute("aria-pressed", String(codes.includes(button.value)));
    part(this.root, "why").classList.toggle("is-needed", this.needsReason(disposition));
    this.send.dataset.fate = disposition ?? "";
    (this.send.firstElementChild as HTMLElement).textContent = t(disposition ? `decision.${disposition}` : "send");
  }
}
