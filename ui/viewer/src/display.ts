/** How the picture is shown now: everything that an officer can set about it. Pure. */
import { clamp, NARROWEST, type Window } from "./lut";

export type Mode = "grey" | "inverted" | "colour";
export type Strip = "all" | "organic" | "metal";

/**
 * energy: which plane is shown, 0 the first. local, edges: enhancements. strip: materials that keep their colour.
 * safe: colours that colour-blind eyes can tell apart. hatch: marks where the beam did not get through.
 * stage: of the sweep towards the dark end, 0 where it has not begun.
 */
export interface Display {
  readonly mode: Mode;
  readonly window: Window;
  readonly energy: number;
  readonly local: boolean;
  readonly edges: boolean;
  readonly strip: Strip;
  readonly safe: boolean;
  readonly hatch: boolean;
  readonly stage: number;
}

export const PLAIN: Display = {
  mode: "grey",
  window: { centre: 0.5, width: 1, gamma: 1, log: true },
  energy: 0,
  local: false,
  edges: false,
  strip: "all",
  safe: false,
  hatch: true,
  stage: 0,
};

/** Stages of the sweep; after the last comes the window that fits the scan again. */
export const STAGES = 5;

const STRIPS: readonly Strip[] = ["all", "organic", "metal"];

/** The window of a stage: narrower and darker than the natural one, at last on what hardly lets any beam through. */
export function penetrating(natural: Window, stage: number): Window {
  const share = stage / STAGES;
  const width = Math.max(NARROWEST, natural.width * (1 - 0.78 * share));
  const centre = natural.centre + (width / 2 - natural.centre) * share;
  return { ...natural, centre, width };
}

/** One step of the sweep further. */
export function sweep(display: Display, natural: Window): Display {
  const stage = (display.stage + 1) % (STAGES + 1);
  return { ...display, stage, window: { ...penetrating(natural, stage), gamma: display.window.gamma } };
}

export function nextStrip(strip: Strip): Strip {
  return STRIPS[(STRIPS.indexOf(strip) + 1) % STRIPS.length];
}

/** More gamma lightens what is dark: the exponent falls by that share. */
export function lighter(window: Window, step: number): Window {
  return { ...window, gamma: clamp(window.gamma * (1 - step), 0.25, 4) };
}
