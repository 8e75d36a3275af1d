/** Tells an officer that what they decided was a test, how they did, and where it was; shut with Enter or Esc. */
import { el } from "./dom";
import { call } from "./http";
import { t } from "./i18n";
import type { Box, Kind } from "./wire";

export interface Marked {
  view: number;
  box: Box;
  kind: string;
}

export interface TestCard {
  scan_id: string;
  result: "hit" | "miss" | "false_alarm" | "clear";
  located: boolean;
  objects: Marked[];
  marks: Marked[];
  picture: string;
}

/** Where the scan that was just decided was a test image, says so and waits until the officer has seen it. */
export async function revealTest(root: HTMLElement, scanId: string): Promise<void> {
  const test = await call<TestCard | null>("GET", `/v1/scans/${encodeURIComponent(scanId)}/test`).catch(() => null);
  if (test) await reveal(root, test, await call<Kind[]>("GET", "/v1/taxonomy").catch(() => []), t("test.was"));
}

/** Shows what a test or a training case was. title: what it was, in a word. */
export function reveal(root: HTMLElement, test: TestCard, kinds: readonly Kind[], title: string): Promise<void> {
  const named = test.objects.map(({ kind }) => kinds.find((each) => each.id === kind)?.name ?? kind).join(", ");
  const words = test.result === "false_alarm" && !named ? t("test.nothingThere") : t(`test.${test.result}`, { kinds: named });
  const heading = el("h2", { id: "test-title" }, el("span", { class: `cs-result is-${test.result}` }, title));
  const beside = test.result === "hit" && !test.located ? el("p", {}, t("test.notMarked")) : "";
  const picture = el("img", { src: test.picture, alt: t("test.picture", { kinds: named || "–" }) });
  const on = el("button", { type: "button", class: "cs-button is-main" }, t("test.on"), " ", el("kbd", {}, "Enter"));
  const dialog = el(
    "dialog",
    { class: "cs-dialog cs-reveal", "aria-labelledby": "test-title" },
    heading,
    el("p", { class: "cs-reveal-words", role: "status" }, words),
    beside,
    picture,
    el("div", { class: "cs-dialog-foot" }, el("small", {}, t("test.key")), on),
  );
  root.append(dialog);
  return new Promise((done) => {
    on.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      done();
    });
    dialog.showModal();
    on.focus();
  });
}
