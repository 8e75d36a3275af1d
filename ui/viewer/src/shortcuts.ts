/** The list of shortcuts, in which each key can be changed; and the language. */
import { el } from "./dom";
import { html, keepLanguage, LANGUAGES, type Language, t } from "./i18n";
import { type Action, BINDINGS, digitOf, keyName, keysOf, nameOf, type Overrides, ownerOf, overridden } from "./keys";

export interface ShortcutHooks {
  onKeys: (keys: Overrides) => void;
}

/** Fills the dialog with every key there is. A key is changed by pressing it, then the new one. */
export function drawShortcuts(dialog: HTMLDialogElement, hooks: ShortcutHooks): void {
  const said = el("p", { role: "status", class: "is-said" }, t("shortcuts.hint"));
  const groups = BINDINGS.map(({ group, bindings }) =>
    el(
      "section",
      {},
      el("h3", {}, t(`group.${group}`)),
      el(
        "dl",
        {},
        ...bindings.flatMap(({ action }) => [
          el("dt", {}, keyButton(dialog, action, said, hooks)),
          el("dd", {}, t(`key.${action}`)),
        ]),
      ),
    ),
  );
  const standard = el("button", { type: "button", class: "cs-plain" }, t("shortcuts.standard"));
  standard.addEventListener("click", () => {
    hooks.onKeys({});
    drawShortcuts(dialog, hooks);
  });
  const close = el("button", { type: "button", class: "cs-plain" }, t("close"));
  close.addEventListener("click", () => dialog.close());
  const foot = el("div", { class: "cs-dialog-foot" }, languageChoice(), standard, close);
  const heading = el("h2", {}, t("shortcuts"));
  dialog.replaceChildren(heading, el("div", { class: "cs-groups" }, ...groups), el("p", {}, t("shortcuts.mouse")), said, foot);
}

function keyButton(dialog: HTMLDialogElement, action: Action, said: HTMLElement, hooks: ShortcutHooks): HTMLElement {
  const names = keysOf(action).slice(0, 2);
  const label = `${t(`key.${action}`)}: ${names.map(keyName).join(", ")}`;
  const button = el("button", { type: "button", class: "cs-key", "aria-label": label }, ...names.map((key) => el("kbd", {}, keyName(key))));
  const take = (event: KeyboardEvent) => {
    if (["Shift", "Control", "Alt", "Meta", "CapsLock"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    button.removeEventListener("keydown", take);
    button.classList.remove("is-waiting");
    const key = nameOf(event);
    const owner = key && ownerOf(key);
    if (event.key === "Escape" || event.key === "Tab") said.textContent = t("shortcuts.hint");
    else if (!key || digitOf(event)) said.textContent = t("shortcuts.taken", { key: keyName(event.key) });
    else if (owner && owner !== action) said.textContent = t("shortcuts.owned", { key: keyName(key), what: t(`key.${owner}`) });
    else {
      hooks.onKeys({ ...overridden(), [action]: [key] });
      drawShortcuts(dialog, hooks);
      dialog.querySelector<HTMLElement>(".cs-key")?.focus();
    }
  };
  button.addEventListener("click", () => {
    button.classList.add("is-waiting");
    said.textContent = t("shortcuts.press", { what: t(`key.${action}`) });
    button.focus();
    button.addEventListener("keydown", take);
  });
  button.addEventListener("blur", () => {
    button.removeEventListener("keydown", take);
    button.classList.remove("is-waiting");
  });
  return button;
}

function languageChoice(): HTMLElement {
  const options = Object.entries(LANGUAGES).map(([code, name]) => el("option", { value: code, lang: code }, name));
  const choice = el("select", { "aria-label": html("language") }, ...options);
  choice.value = document.documentElement.lang in LANGUAGES ? document.documentElement.lang : "en";
  choice.addEventListener("change", () => {
    keepLanguage(choice.value as Language);
    location.reload();
  });
  return choice;
}
