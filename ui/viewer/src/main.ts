/** The officers' console in the browser; Gradio's component calls `mount` once. */
import "@annotorious/openseadragon/annotorious-openseadragon.css";
import "./viewer.css";
import "./work.css";
import "./beside.css";
import { Ask, type Server } from "./ask";
import { Desk } from "./desk";
import { part } from "./dom";
import { type Action, actionOf, digitOf, goesOn, takesText } from "./keys";
import { chooseLanguage } from "./i18n";
import { lighter, type Mode } from "./display";
import { brighter, sharper } from "./lut";
import { shell } from "./shell";
import { TrainingDesk } from "./training";

/** What the keys act on: the desk, or a training session. */
type Keyed = Pick<Desk, "review" | "choose" | "send" | "step" | "togglePreset" | "toggleShortcuts" | "toggleFilters">;

/** Builds the console in an element, and starts it. */
export function mount(element: HTMLElement, server: Server): void {
  const root = element.querySelector<HTMLElement>(".cs") ?? element;
  begin(root, () => new Desk(root, new Ask(server)));
}

/** Builds a training session in an element, and starts it. */
export function mountTraining(root: HTMLElement, sessionId: string): void {
  begin(root, () => new TrainingDesk(root, sessionId));
}

function begin(root: HTMLElement, make: () => Keyed & { start(): Promise<void> }): void {
  chooseLanguage();
  root.innerHTML = shell();
  const desk = make();
  listenToKeys(root, desk);
  root.addEventListener("click", (event) => {
    if (event.detail > 0) (event.target as Element).closest("button")?.blur();
  });
  void desk.start();
}

function actions(desk: Keyed): Record<Action, () => void> {
  const { review } = desk;
  const picture = review.pane;
  const { toolbar } = review;
  const look = (mode: Mode) => () => picture.change({ mode });
  const window = (change: typeof brighter, step: number) => () => picture.change({ window: change(picture.display.window, step) });
  return {
    nextRegion: () => review.nextRegion(1),
    previousRegion: () => review.nextRegion(-1),
    confirm: () => review.judge("confirm"),
    reject: () => review.judge("reject"),
    rejectRest: () => review.rejectRest(),
    changeClass: () => void review.changeClass(),
    draw: () => review.hand.toggleDrawing(),
    undo: () => review.undo(),
    redo: () => review.redo(),
    remove: () => review.remove(),
    grey: look("grey"),
    inverted: look("inverted"),
    colour: look("colour"),
    log: () => picture.switchScale(),
    brighter: window(brighter, 0.06),
    darker: window(brighter, -0.06),
    moreContrast: window(sharper, 0.1),
    lessContrast: window(sharper, -0.1),
    lighter: window(lighter, 0.1),
    heavier: window(lighter, -0.1),
    penetrate: () => toolbar.penetrate(),
    local: () => toolbar.toggle("local"),
    edges: () => toolbar.toggle("edges"),
    energy: () => toolbar.nextEnergy(),
    strip: () => toolbar.nextStrip(),
    safe: () => toolbar.toggle("safe"),
    hatch: () => toolbar.toggle("hatch"),
    ruler: () => review.hand.takeTool("ruler"),
    area: () => review.hand.takeTool("area"),
    profile: () => review.hand.takeTool("profile"),
    density: () => review.hand.takeTool("density"),
    loupe: () => review.hand.toggleLoupe(),
    preset: () => desk.togglePreset(),
    resetWindow: () => picture.change({ window: picture.naturalWindow }),
    fit: () => picture.fit(),
    panLeft: () => picture.pan(-0.2, 0),
    panRight: () => picture.pan(0.2, 0),
    panUp: () => picture.pan(0, -0.2),
    panDown: () => picture.pan(0, 0.2),
    zoomIn: () => picture.zoom(1.4),
    zoomOut: () => picture.zoom(1 / 1.4),
    nextView: () => void review.nextView(),
    twoViews: () => void review.beside.nextPair(),
    compare: () => void review.beside.compare(),
    difference: () => void review.beside.toggleDifference(),
    why: () => void review.explain(),
    reveal: () => void review.reveal(),
    blind: () => review.toggleBlind(),
    hideRegions: () => review.toggleRegions(),
    release: () => desk.choose("release"),
    hold: () => desk.choose("hold"),
    inspect: () => desk.choose("inspect"),
    send: () => {
      if (!review.hand.lay()) void desk.send();
    },
    nextScan: () => void desk.step(1),
    previousScan: () => void desk.step(-1),
    filters: () => desk.toggleFilters(),
    help: () => desk.toggleShortcuts(),
    escape: () => review.escape(),
  };
}

const ARROWS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
};

function listenToKeys(root: HTMLElement, desk: Keyed): void {
  const acts = actions(desk);
  window.addEventListener("keydown", (event) => {
    const focus = document.activeElement as HTMLElement | null;
    if (focus && takesText(focus.tagName, focus.getAttribute("type") ?? "", focus.isContentEditable)) return;
    const dialog = root.querySelector<HTMLDialogElement>("dialog[open]");
    if (dialog) {
      if (event.key === "?" && dialog === part(root, "shortcuts")) dialog.close();
      return;
    }
    const button = focus?.tagName === "BUTTON";
    if (button && event.key === "Enter" && !focus.closest(".cs-codes")) return;
    const arrow = ARROWS[event.key];
    if (arrow && focus?.getAttribute("type") === "range") return;
    if (arrow && !event.ctrlKey && !event.metaKey && desk.review.nudge(...arrow, event.shiftKey)) return event.preventDefault();
    const digit = digitOf(event);
    const action = actionOf(event);
    if (!digit && !action) return;
    event.preventDefault();
    if (event.repeat && !(action && goesOn(action))) return;
    if (digit) desk.review.classByDigit(digit);
    else if (action) acts[action]();
  });
}
