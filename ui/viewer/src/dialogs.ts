/** The menu of classes. */
import { el } from "./dom";
import { t } from "./i18n";
import type { Kind } from "./wire";

/** Opens the menu of classes; the first nine answer to their digit. Resolves to the chosen kind, null if left. */
export function chooseClass(dialog: HTMLDialogElement, kinds: readonly Kind[], now: string): Promise<string | null> {
  return new Promise((done) => {
    let chosen: string | null = null;
    const choose = (id: string) => {
      chosen = id;
      dialog.close();
    };
    const buttons = kinds.map((kind, i) => {
      const button = el("button", { type: "button", class: "cs-class" }, el("kbd", {}, i < 9 ? String(i + 1) : ""), el("i", {}), kind.name);
      button.style.setProperty("--kind", kind.colour);
      button.setAttribute("aria-pressed", String(kind.id === now));
      button.addEventListener("click", () => choose(kind.id));
      return button;
    });
    const onKey = (event: KeyboardEvent) => {
      const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const digit = kinds[Number(event.key) - 1];
      if (step) buttons[(at + step + buttons.length) % buttons.length].focus();
      else if (digit && Number(event.key) <= 9) choose(digit.id);
      else return;
      event.preventDefault();
    };
    dialog.replaceChildren(el("h2", {}, t("classes")), ...buttons);
    dialog.addEventListener("keydown", onKey);
    dialog.addEventListener(
      "close",
      () => {
        dialog.removeEventListener("keydown", onKey);
        done(chosen);
      },
      { once: true },
    );
    dialog.showModal();
    (buttons.find((button) => button.getAttribute("aria-pressed") === "true") ?? buttons[0])?.focus();
  });
}
