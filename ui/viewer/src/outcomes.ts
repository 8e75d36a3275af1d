/** Entering what the physical examination found: nothing, or what and where, with photographs; or that nobody opened it. */
import { el } from "./dom";
import { call } from "./http";
import { t } from "./i18n";
import { button, field, type Page, tried } from "./page";
import type { Card, FoundItem, Kind, Outcome, Photo, Row } from "./wire";
import { age, doneWords } from "./words";

type Result = "found" | "nothing" | "unopened";
const RESULTS: readonly Result[] = ["found", "nothing", "unopened"];
const PHOTO_TYPES = "image/jpeg,image/png";

interface State {
  rows: Row[];
  kinds: Kind[];
  chosen: string | null;
  result: Result | null;
  items: FoundItem[];
  photos: Photo[];
  note: string;
}

/** Draws the list of scans that wait for an outcome, and the form for the chosen one. */
export async function drawOutcomes(page: Page): Promise<void> {
  const state: State = { rows: [], kinds: [], chosen: null, ...blank() };
  const list = el("div", { class: "cs-cases", role: "group", "aria-label": t("outcome.waiting") });
  const form = el("section", { class: "cs-box", "aria-label": t("outcome.form") });
  const redraw = () => {
    drawList(list, state, (scanId) => {
      Object.assign(state, blank(), { chosen: scanId });
      redraw();
      form.querySelector<HTMLElement>("button")?.focus();
    });
    drawForm(form, state, page, redraw, () => void tried(page, () => send(page, state, redraw)));
  };
  page.host.replaceChildren(
    el("div", {}, el("h1", {}, t("nav.outcomes")), el("p", { class: "cs-lead" }, t("outcome.lead"))),
    el("div", { class: "cs-two" }, list, form),
  );
  await tried(page, async () => {
    [state.kinds, state.rows] = await Promise.all([call<Kind[]>("GET", "/v1/taxonomy"), waitingRows()]);
  });
  redraw();
}

const blank = () => ({ result: null, items: [{ kind: "", where: "" }], photos: [], note: "" });

/** Scans that were not released and of which nobody has said what the examination found. */
async function waitingRows(): Promise<Row[]> {
  const rows = (await call<Row[]>("GET", "/v1/scans?state=decided&limit=100")).filter((row) => row.disposition !== "release");
  const cards = await Promise.all(rows.map(({ scan_id }) => call<Card>("GET", urlOf(scan_id))));
  return rows.filter((_, i) => cards[i].outcome === null);
}

function drawList(list: HTMLElement, state: State, onChoose: (scanId: string) => void): void {
  const now = Date.now();
  const cases = state.rows.map((row) => {
    const head = el(
      "button",
      { type: "button", class: "cs-case", "aria-current": row.scan_id === state.chosen ? "true" : null },
      el("b", {}, row.scan_id),
      el("small", {}, age(row.taken_at, now)),
      el("small", {}, t("outcome.by", { officer: row.officer ?? "", station: row.station_id })),
      el("small", { class: `is-${row.disposition ?? ""}` }, row.disposition ? doneWords(row.disposition) : ""),
    );
    head.addEventListener("click", () => onChoose(row.scan_id));
    return head;
  });
  list.replaceChildren(...(cases.length > 0 ? cases : [el("p", { class: "cs-lead" }, t("outcome.none"))]));
}

function drawForm(form: HTMLElement, state: State, page: Page, redraw: () => void, onSend: () => void): void {
  form.hidden = state.chosen === null;
  if (!state.chosen) return;
  const choices = RESULTS.map((result) => {
    const made = el("button", { type: "button", value: result, "aria-pressed": String(state.result === result) }, t(`outcome.${result}`));
    made.addEventListener("click", () => {
      state.result = result;
      redraw();
      form.querySelector<HTMLElement>(`[value="${result}"]`)?.focus();
    });
    return made;
  });
  const note = el("textarea", { rows: "3" });
  note.value = state.note;
  note.addEventListener("input", () => (state.note = note.value));
  const missing = missingOf(state);
  const save = button(t("outcome.save"), "main", onSend);
  form.replaceChildren(
    el("h2", {}, state.chosen),
    el("div", { class: "cs-choices", role: "group", "aria-label": t("outcome.result") }, ...choices),
    state.result === "found" ? itemRows(state, redraw) : "",
    state.result && state.result !== "unopened" ? photoField(state, page, redraw) : "",
    field(t("note"), note),
    save,
    el("p", { class: "cs-blocks", role: "status" }, missing ?? ""),
  );
  save.disabled = missing !== null;
}

/** What is still missing before the outcome can be saved; null where nothing is. */
export function missingOf({ result, items }: Pick<State, "result" | "items">): string | null {
  if (!result) return t("outcome.choose");
  if (result === "found" && items.some(({ kind }) => !kind)) return t("outcome.whichKind");
  return null;
}

/** The body that the service takes. */
export function outcomeOf({ result, items, note, photos }: Pick<State, "result" | "items" | "note" | "photos">): object {
  const opened = result !== "unopened";
  return {
    opened,
    items: result === "found" ? items.map(({ kind, where }) => ({ kind, where: where.trim() })) : [],
    note: note.trim(),
    photos: opened ? photos.map(({ photo_id }) => photo_id) : [],
  };
}

function itemRows(state: State, redraw: () => void): HTMLElement {
  const rows = state.items.map((item, i) => {
    const kind = el("select", {}, el("option", { value: "" }, t("outcome.chooseKind")), ...state.kinds.map(({ id, name }) => el("option", { value: id }, name)));
    kind.value = item.kind;
    kind.addEventListener("change", () => {
      item.kind = kind.value;
      redraw();
    });
    const where = el("input", { type: "text", maxlength: "400", placeholder: t("outcome.whereHint") });
    where.value = item.where;
    where.addEventListener("input", () => (item.where = where.value));
    const away = button(t("verdict.delete"), "plain", () => {
      state.items.splice(i, 1);
      redraw();
    });
    away.setAttribute("aria-label", t("outcome.deleteItem", { n: i + 1 }));
    away.hidden = state.items.length === 1;
    return el("div", { class: "cs-found-row" }, field(t("outcome.what"), kind), field(t("outcome.where"), where), away);
  });
  const more = button(t("outcome.more"), "plain", () => {
    state.items.push({ kind: "", where: "" });
    redraw();
  });
  return el("div", { class: "cs-form" }, ...rows, el("div", {}, more));
}

function photoField(state: State, page: Page, redraw: () => void): HTMLElement {
  const scanId = state.chosen ?? "";
  const input = el("input", { type: "file", accept: PHOTO_TYPES, multiple: "" });
  input.addEventListener("change", () => {
    void tried(page, async () => {
      for (const file of input.files ?? []) {
        const body = new FormData();
        body.append("file", file);
        page.say(t("outcome.sending", { name: file.name }));
        const photo = await call<Photo>("POST", `${urlOf(scanId)}/photos`, body);
        if (state.chosen !== scanId) return;
        if (!state.photos.some(({ photo_id }) => photo_id === photo.photo_id)) state.photos.push(photo);
        page.say("");
      }
      redraw();
    });
  });
  const pictures = state.photos.map(({ photo_id }, i) =>
    el("img", { src: `${urlOf(scanId)}/photos/${photo_id}`, alt: t("outcome.photo", { n: i + 1 }) }),
  );
  return el("div", { class: "cs-form" }, field(t("outcome.photos"), input, t("outcome.photosHint")), el("div", { class: "cs-photos" }, ...pictures));
}

async function send(page: Page, state: State, redraw: () => void): Promise<void> {
  const scanId = state.chosen;
  if (!scanId || missingOf(state)) return;
  await call<Outcome>("POST", `${urlOf(scanId)}/outcome`, outcomeOf(state));
  page.say(t("outcome.saved", { scan: scanId }), "good");
  state.rows = state.rows.filter((row) => row.scan_id !== scanId);
  Object.assign(state, blank(), { chosen: state.rows.at(0)?.scan_id ?? null });
  redraw();
}

const urlOf = (scanId: string) => `/v1/scans/${encodeURIComponent(scanId)}`;
