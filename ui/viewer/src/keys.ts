/** Every tool under one key: the table that is both obeyed and shown on `?`. */

export type Action =
  | "nextRegion" | "previousRegion" | "confirm" | "reject" | "rejectRest" | "changeClass" | "draw" | "undo" | "redo" | "remove"
  | "grey" | "inverted" | "colour" | "log" | "penetrate" | "local" | "edges" | "energy" | "strip" | "safe" | "hatch"
  | "lighter" | "heavier" | "loupe" | "ruler" | "area" | "profile" | "density" | "brighter" | "darker" | "moreContrast" | "lessContrast" | "resetWindow"
  | "fit" | "zoomIn" | "zoomOut" | "nextView" | "hideRegions"
  | "release" | "hold" | "inspect" | "send" | "nextScan" | "previousScan" | "help" | "escape";

export interface Binding {
  action: Action;
  /** As `KeyboardEvent.key` says it, with "Shift+" where a letter needs it. */
  keys: string[];
  words: string;
}

export const BINDINGS: readonly { group: string; bindings: readonly Binding[] }[] = [
  {
    group: "Regions",
    bindings: [
      { action: "nextRegion", keys: ["j", "ArrowDown"], words: "Next region" },
      { action: "previousRegion", keys: ["k", "ArrowUp"], words: "Previous region" },
      { action: "confirm", keys: ["c"], words: "Confirm the region" },
      { action: "reject", keys: ["r"], words: "Reject the region" },
      { action: "rejectRest", keys: ["Shift+R"], words: "Reject all that have no verdict" },
      { action: "changeClass", keys: ["m"], words: "Change its class (1–9 at once)" },
      { action: "draw", keys: ["d"], words: "Draw a missed region" },
      { action: "remove", keys: ["Delete", "Backspace"], words: "Delete a region you drew" },
      { action: "undo", keys: ["z"], words: "Undo" },
      { action: "redo", keys: ["Shift+Z"], words: "Redo" },
      { action: "hideRegions", keys: ["x"], words: "Hide or show the regions" },
    ],
  },
  {
    group: "Picture",
    bindings: [
      { action: "grey", keys: ["g"], words: "Grey" },
      { action: "inverted", keys: ["i"], words: "Inverted" },
      { action: "colour", keys: ["p"], words: "Pseudo-colour" },
      { action: "log", keys: ["o"], words: "Logarithmic or linear" },
      { action: "penetrate", keys: ["s"], words: "Penetrate more: step towards the dark end" },
      { action: "local", keys: ["a"], words: "Local contrast" },
      { action: "edges", keys: ["w"], words: "Edge enhancement" },
      { action: "energy", keys: ["t"], words: "High or low energy" },
      { action: "strip", keys: ["q"], words: "All, organic only, metal only" },
      { action: "hatch", keys: ["y"], words: "Hatch what the beam did not get through" },
      { action: "safe", keys: ["Shift+P"], words: "Colours for colour-blind eyes" },
      { action: "brighter", keys: ["]"], words: "Brighter" },
      { action: "darker", keys: ["["], words: "Darker" },
      { action: "moreContrast", keys: ["=", "+"], words: "More contrast" },
      { action: "lessContrast", keys: ["-"], words: "Less contrast" },
      { action: "lighter", keys: ["'"], words: "Lighter shadows (gamma)" },
      { action: "heavier", keys: [";"], words: "Heavier shadows (gamma)" },
      { action: "resetWindow", keys: ["0"], words: "Reset the window and gamma" },
      { action: "zoomIn", keys: ["."], words: "Zoom in" },
      { action: "zoomOut", keys: [","], words: "Zoom out" },
      { action: "fit", keys: ["f"], words: "Fit the scan" },
      { action: "nextView", keys: ["v"], words: "Next view" },
    ],
  },
  {
    group: "Tools",
    bindings: [
      { action: "loupe", keys: ["u"], words: "Loupe" },
      { action: "ruler", keys: ["Shift+M"], words: "Ruler" },
      { action: "area", keys: ["Shift+A"], words: "Area" },
      { action: "profile", keys: ["Shift+L"], words: "Line profile" },
      { action: "density", keys: ["Shift+D"], words: "Mean attenuation of a region" },
    ],
  },
  {
    group: "Decision",
    bindings: [
      { action: "release", keys: ["l"], words: "Release" },
      { action: "hold", keys: ["h"], words: "Hold" },
      { action: "inspect", keys: ["e"], words: "Inspect" },
      { action: "send", keys: ["Enter"], words: "Send the decision" },
      { action: "nextScan", keys: ["n"], words: "Next scan" },
      { action: "previousScan", keys: ["b"], words: "Previous scan" },
    ],
  },
  {
    group: "Console",
    bindings: [
      { action: "help", keys: ["?"], words: "Show or hide this list" },
      { action: "escape", keys: ["Escape"], words: "Leave drawing, close, deselect" },
    ],
  },
];

/** What of a keyboard event matters here. */
export interface Pressed {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
}

const ACTIONS = new Map(
  BINDINGS.flatMap(({ bindings }) => bindings.flatMap(({ action, keys }) => keys.map((key) => [key, action] as const))),
);

/** The action of a key, or null. A browser's own shortcuts (with Ctrl, Alt or Meta) are left alone. */
export function actionOf(pressed: Pressed): Action | null {
  if (pressed.ctrlKey || pressed.altKey || pressed.metaKey) return null;
  const letter = pressed.key.length === 1 && /[a-z]/i.test(pressed.key);
  const name = letter ? (pressed.shiftKey ? `Shift+${pressed.key.toUpperCase()}` : pressed.key.toLowerCase()) : pressed.key;
  return ACTIONS.get(name) ?? null;
}

/** 1..9 of a digit key, else null. */
export function digitOf(pressed: Pressed): number | null {
  if (pressed.ctrlKey || pressed.altKey || pressed.metaKey) return null;
  return /^[1-9]$/.test(pressed.key) ? Number(pressed.key) : null;
}

/** Whether keys belong to what has the focus: a field that takes text, or a list of choices. */
export function takesText(tag: string, type: string, editable: boolean): boolean {
  if (editable || tag === "TEXTAREA" || tag === "SELECT") return true;
  return tag === "INPUT" && !["range", "checkbox", "radio", "button"].includes(type);
}

/** How a key is printed. */
export function keyName(key: string): string {
  const names: Record<string, string> = {
    ArrowDown: "↓", ArrowUp: "↑", Delete: "Del", Backspace: "⌫", Escape: "Esc", "-": "−",
  };
  if (key.startsWith("Shift+")) return `⇧${key.slice(6)}`;
  return names[key] ?? (key.length === 1 ? key.toUpperCase() : key);
}
