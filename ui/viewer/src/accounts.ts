/** The administrator's page: who may log in, in which roles, and what was changed about that. */
import { el } from "./dom";
import { call } from "./http";
import { t } from "./i18n";
import { roleWords } from "./nav";
import { button, field, type Page, table, tried } from "./page";
import type { Account, AccountChange, Role } from "./wire";

const ROLES: readonly Role[] = ["officer", "supervisor", "technician", "data_scientist", "administrator", "auditor"];

interface OneTime {
  name: string;
  one_time_password: string;
}

const urlOf = (name: string) => `/v1/accounts/${encodeURIComponent(name)}`;

/** Draws the accounts, a form for a new one, and the latest changes. */
export async function drawAccounts(page: Page): Promise<void> {
  const list = el("div", { class: "cs-scroll" });
  const changes = el("div", { class: "cs-scroll" });
  const secret = el("div", { role: "status" });
  const refresh = async () => {
    const [accounts, changed] = await Promise.all([
      call<Account[]>("GET", "/v1/accounts"),
      call<AccountChange[]>("GET", "/v1/accounts/changes"),
    ]);
    list.replaceChildren(accountTable(page, accounts, { refresh, show }));
    changes.replaceChildren(changeTable(changed.slice(0, 50)));
  };
  const show = ({ name, one_time_password }: OneTime) => secret.replaceChildren(secretBox(name, one_time_password));
  page.host.replaceChildren(
    el("div", {}, el("h1", {}, t("nav.accounts")), el("p", { class: "cs-lead" }, t("accounts.lead"))),
    secret,
    ...(page.arrival.roles.includes("administrator") ? [newAccount(page, { refresh, show })] : []),
    list,
    el("h2", {}, t("accounts.changes")),
    changes,
  );
  await tried(page, refresh);
}

interface Acts {
  refresh: () => Promise<void>;
  show: (made: OneTime) => void;
}

function newAccount(page: Page, { refresh, show }: Acts): HTMLElement {
  const name = el("input", { type: "text", maxlength: "128", autocapitalize: "none", spellcheck: "false", autocomplete: "off" });
  const roles = roleChoice(["officer"]);
  const form = el(
    "form",
    { class: "cs-box", "aria-label": t("accounts.new") },
    el("h2", {}, t("accounts.new")),
    el("div", { class: "cs-row-of" }, field(t("login.name"), name)),
    roles,
    el("button", { type: "submit", class: "cs-button is-main" }, t("accounts.add")),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void tried(page, async () => {
      show(await call<OneTime>("POST", "/v1/accounts", { name: name.value.trim(), roles: chosenRoles(roles) }));
      page.say(t("accounts.added", { name: name.value.trim() }), "good");
      name.value = "";
      await refresh();
    });
  });
  return form;
}

function accountTable(page: Page, accounts: readonly Account[], { refresh, show }: Acts): HTMLElement {
  const act = (doing: () => Promise<unknown>, words: string) => () =>
    void tried(page, async () => {
      await doing();
      page.say(words, "good");
      await refresh();
    });
  const mayChange = page.arrival.roles.includes("administrator");
  const rows = accounts.map((account) => {
    const { name, roles, disabled, origin, must_change_password } = account;
    const state = disabled ? t("accounts.disabled") : must_change_password ? t("accounts.oneTime") : t("accounts.active");
    const local = origin === "local";
    const reset = async () => show(await call<OneTime>("POST", `${urlOf(name)}/password`));
    const access = () => call("POST", `${urlOf(name)}/access`, { allowed: disabled });
    return [
      el("b", { class: disabled ? "is-off" : null }, name),
      mayChange ? rolesCell(page, account, refresh) : roleWords(roles),
      local ? t("accounts.local") : t("accounts.oidc"),
      el("span", { class: disabled ? "is-off" : null }, state),
      !mayChange ? "" : el(
        "span",
        {},
        local ? button(t("accounts.reset"), "plain", act(reset, t("accounts.wasReset", { name }))) : "",
        button(t(disabled ? "accounts.allow" : "accounts.forbid"), disabled ? "plain" : "danger", act(access, t("accounts.changed", { name, roles: roleWords(roles) }))),
      ),
    ];
  });
  return table(t("nav.accounts"), [t("login.name"), t("accounts.roles"), t("accounts.origin"), t("accounts.state"), ""], rows);
}

/** The roles in words, and behind a button the choice of others; the provider's accounts have theirs from there. */
function rolesCell(page: Page, { name, roles, origin }: Account, refresh: () => Promise<void>): HTMLElement {
  const words = el("span", {}, roleWords(roles));
  if (origin !== "local") return words;
  const choice = roleChoice(roles);
  const save = button(t("outcome.save"), "main", () =>
    void tried(page, async () => {
      await call("POST", `${urlOf(name)}/roles`, { roles: chosenRoles(choice) });
      page.say(t("accounts.changed", { name, roles: roleWords(chosenRoles(choice)) }), "good");
      await refresh();
    }),
  );
  return el("details", { class: "cs-edit" }, el("summary", {}, words), choice, save);
}

function roleChoice(chosen: readonly Role[]): HTMLElement {
  const boxes = ROLES.map((role) => {
    const box = el("input", { type: "checkbox", value: role });
    box.checked = chosen.includes(role);
    return el("label", { class: "cs-check" }, box, t(`role.${role}`));
  });
  return el("fieldset", { class: "cs-checks" }, el("legend", {}, t("accounts.roles")), ...boxes);
}

function chosenRoles(choice: HTMLElement): Role[] {
  return [...choice.querySelectorAll<HTMLInputElement>("input:checked")].map(({ value }) => value as Role);
}

function changeTable(changes: readonly AccountChange[]): HTMLElement {
  const rows = changes.map(({ changed_at, changed_by, officer, change }) => [
    new Date(changed_at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" }), officer, change, changed_by,
  ]);
  return table(t("accounts.changes"), [t("accounts.when"), t("login.name"), t("accounts.what"), t("accounts.by")], rows);
}

/** What is shown once and never again. */
export function secretBox(name: string, secret: string): HTMLElement {
  return el("div", { class: "cs-secret" }, t("accounts.once", { name }), el("code", {}, secret));
}
