/** The list of scans that a scan may be held against, each with a small picture. */
import { el } from "./dom";
import { t } from "./i18n";
import { PLAIN } from "./display";
import { windowOf } from "./lut";
import { Painter } from "./paint";
import { canvasOf, fetchTile, freshen } from "./source";
import { coarsestLevel, tileUrl } from "./tiles";
import type { Card, Comparable } from "./wire";
import { statusWords } from "./words";

/** Resolves to the chosen scan, null if left. */
export function chooseScan(dialog: HTMLDialogElement, scans: readonly Comparable[]): Promise<Comparable | null> {
  return new Promise((done) => {
    let chosen: Comparable | null = null;
    const groups = new Map<string, HTMLElement[]>();
    for (const scan of scans) {
      const button = item(scan);
      button.addEventListener("click", () => {
        chosen = scan;
        dialog.close();
      });
      groups.set(scan.why, [...(groups.get(scan.why) ?? []), button]);
    }
    const parts = [...groups].flatMap(([why, buttons]) => [el("h3", {}, t(`like.${why as Comparable["why"]}`)), ...buttons]);
    const buttons = [...groups.values()].flat();
    const onKey = (event: KeyboardEvent) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      const at = buttons.indexOf(document.activeElement as HTMLElement);
      buttons[(at + step + buttons.length) % buttons.length].focus();
      event.preventDefault();
    };
    dialog.replaceChildren(el("h2", {}, t("scans.choose")), ...parts);
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
    buttons[0]?.focus();
  });
}

function item({ row, declaration }: Comparable): HTMLElement {
  const when = new Date(row.taken_at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  const facts = [
    ...declaration.containers.map(({ number, size_type }) => [number, size_type].filter(Boolean).join(" ")),
    declaration.declared_empty ? t("scans.empty") : "",
    declaration.headings.length > 0 ? `HS ${declaration.headings.join(", ")}` : "",
    statusWords(row),
  ].filter(Boolean).join(" · ");
  const picture = el("span", { class: "cs-scan-picture", "aria-hidden": "true" });
  void thumbnail(row.scan_id).then((canvas) => picture.append(canvas), () => undefined);
  return el(
    "button",
    { type: "button", class: "cs-scan", "data-scan": row.scan_id },
    picture,
    el("b", {}, row.scan_id),
    el("span", { class: "cs-num" }, when),
    el("span", { class: "cs-scan-facts" }, facts),
  );
}

/** The whole of a scan's first view in its fitting window. */
async function thumbnail(scanId: string): Promise<HTMLCanvasElement> {
  const answer = await fetch(`/v1/scans/${encodeURIComponent(scanId)}`);
  if (!answer.ok) throw new Error(String(answer.status));
  const [view] = ((await answer.json()) as Card).views;
  const level = coarsestLevel(view);
  const overview = await fetchTile(tileUrl(scanId, 0, level, 0, 0), view, level, 0, 0);
  const painter = new Painter(view, overview);
  painter.setDisplay({ ...PLAIN, hatch: false, window: windowOf(overview.planes[0], painter.depthTable(true), true) });
  const context = canvasOf(overview);
  freshen(context, painter);
  return context.canvas;
}
