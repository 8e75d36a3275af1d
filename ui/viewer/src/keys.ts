/** Every tool under one key: the table that is both obeyed and shown on `?`. */

export type Action =
  | "nextRegion" | "previousRegion" | "confirm" | "reject" | "rejectRest" | "changeClass" | "draw" | "undo" | "redo" | "remove"
  | "grey" | "inverted" | "colour" | "log" | "penetrate" | "local" | "edges" | "energy" | "strip" | "safe" | "hatch"
  | "lighter" | "heavier" | "loupe" | "ruler" | "area" | "profile" | "density" | "brighter" | "darker" | "moreContrast" | "lessContrast" | "resetWindow" | "preset"
  | "fit" | "zoomIn" | "zoomOut" | "panLeft" | "panRight" | "panUp" | "panDown" | "nextView" | "hideRegions" | "twoViews" | "compare" | "difference" | "why" | "reveal" | "blind"
  | "release" | "hold" | "inspect" | "send" | "nextScan" | "previousScan" | "filters" | "help" | "escape";

export type Group = "regions" | "picture" | "views" | "tools" | "decision" | "console";

export interface Binding {
  action: Action;
  /** As `KeyboardEvent.key` says it, with "Shift+" before letters and arrows that need it. */
  keys: string[];
}

export const BINDINGS: readonly { group: Group; bindings: readonly Binding[] }[] = [
  {
    group: "regions",
    bindings: [
      { action: "nextRegion", keys: ["j", "ArrowDown"] },
      { action: "previousRegion", keys: ["k", "ArrowUp"] },
      { action: "confirm", keys: ["c"] },
      { action: "reject", keys: ["r"] },
      { action: "rejectRest", keys: ["Shift+R"] },
      { action: "changeClass", keys: ["m"] },
      { action: "draw", keys: ["d"] },
      { action: "remove", keys: ["Delete", "Backspace"] },
      { action: "undo", keys: ["z"] },
      { action: "redo", keys: ["Shift+Z"] },
      { action: "hideRegions", keys: ["x"] },
      { action: "why", keys: ["Shift+W"] },
      { action: "reveal", keys: ["Shift+B"] },
      { action: "blind", keys: ["Shift+F"] },
    ],
  },
  {
    group: "picture",
    bindings: [
      { action: "grey", keys: ["g"] },
      { action: "inverted", keys: ["i"] },
      { action: "colour", keys: ["p"] },
      { action: "log", keys: ["o"] },
      { action: "penetrate", keys: ["s"] },
      { action: "local", keys: ["a"] },
      { action: "edges", keys: ["w"] },
      { action: "energy", keys: ["t"] },
      { action: "strip", keys: ["q"] },
      { action: "hatch", keys: ["y"] },
      { action: "safe", keys: ["Shift+P"] },
      { action: "brighter", keys: ["]"] },
      { action: "darker", keys: ["["] },
      { action: "moreContrast", keys: ["=", "+"] },
      { action: "lessContrast", keys: ["-"] },
      { action: "lighter", keys: ["'"] },
      { action: "heavier", keys: [";"] },
      { action: "preset", keys: ["Shift+K"] },
      { action: "resetWindow", keys: ["0"] },
    ],
  },
  {
    group: "views",
    bindings: [
      { action: "zoomIn", keys: ["."] },
      { action: "zoomOut", keys: [","] },
      { action: "fit", keys: ["f"] },
      { action: "panLeft", keys: ["ArrowLeft"] },
      { action: "panRight", keys: ["ArrowRight"] },
      { action: "panUp", keys: ["Shift+ArrowUp"] },
      { action: "panDown", keys: ["Shift+ArrowDown"] },
      { action: "nextView", keys: ["v"] },
      { action: "twoViews", keys: ["Shift+V"] },
      { action: "compare", keys: ["Shift+C"] },
      { action: "difference", keys: ["Shift+X"] },
    ],
  },
  {
    group: "tools",
    bindings: [
      { action: "loupe", keys: ["u"] },
      { action: "ruler", keys: ["Shift+M"] },
      { action: "area", keys: ["Shift+A"] },
      { action: "profile", keys: ["Shift+L"] },
      { action: "density", keys: ["Shift+D"] },
    ],
  },
  {
    group: "decision",
    bindings: [
      { action: "release", keys: ["l"] },
      { action: "hold", keys: ["h"] },
      { action: "inspect", keys: ["e"] },
      { action: "send", keys: ["Enter"] },
      { action: "nextScan", keys: ["n"] },
      { action: "previousScan", keys: ["b"] },
    ],
  },
  {
    group: "console",
    bindings: [
      { action: "filters", keys: ["/"] },
      { action: "help", keys: ["?"] },
      { action: "escape", keys: ["Escape"] },
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

/** Keys that an officer has chosen instead of the standard ones. */
export type Overrides = Readonly<Partial<Record<Action, readonly string[]>>>;

let chosen: Overrides = {};
let actions = actionsOf(chosen);

/** From here on these keys act. */
export function useKeys(overrides: Overrides): void {
  chosen = overrides;
  actions = actionsOf(overrides);
}

export function overridden(): Overrides {
  return chosen;
}

export function keysOf(action: Action): readonly string[] {
  const standard = BINDINGS.flatMap(({ bindings }) => bindings).find((binding) => binding.action === action);
  return chosen[action] ?? standard?.keys ?? [];
}

/** What a key does now, or null. */
export function ownerOf(key: string): Action | null {
  return actions.get(key) ?? null;
}

/** The name of a key as it is bound, or null: a browser's own shortcuts (with Ctrl, Alt or Meta) are left alone. */
export function nameOf(pressed: Pressed): string | null {
  if (pressed.ctrlKey || pressed.altKey || pressed.metaKey) return null;
  if (pressed.key.startsWith("Arrow")) return pressed.shiftKey ? `Shift+${pressed.key}` : pressed.key;
  const letter = pressed.key.length === 1 && /[a-z]/i.test(pressed.key);
  if (!letter) return pressed.key;
  return pressed.shiftKey ? `Shift+${pressed.key.toUpperCase()}` : pressed.key.toLowerCase();
}

/** The action of a key, or null. */
export function actionOf(pressed: Pressed): Action | null {
  const name = nameOf(pressed);
  return name === null ? null : ownerOf(name);
}

/** A key that an officer has chosen stays theirs, whatever standard key an update brings. */
function actionsOf(overrides: Overrides): Map<string, Action> {
  const all = BINDINGS.flatMap(({ bindings }) => bindings);
  const bound = [...all.filter(({ action }) => !overrides[action]), ...all.filter(({ action }) => overrides[action])];
  return new Map(bound.flatMap(({ action, keys }) => (overrides[action] ?? keys).map((key) => [key, action] as const)));
}

/** What a held key goes on doing. Anything else it does once, so that no region is judged by a finger that rests. */
const HELD: ReadonlySet<Action> = new Set([
  "brighter", "darker", "moreContrast", "lessContrast", "lighter", "heavier", "zoomIn", "zoomOut",
  "panLeft", "panRight", "panUp", "panDown",
]);

/** Whether an action is done again by the key that is still down. */
export function goesOn(action: Action): boolean {
  return HELD.has(action);
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
    ArrowDown: "↓", ArrowUp: "↑", ArrowLeft: "←", ArrowRight: "→", Delete: "Del", Backspace: "⌫", Escape: "Esc", "-": "−",
  };
  if (key.startsWith("Shift+")) return `⇧${keyName(key.slice(6))}`;
  return names[key] ?? (key.length === 1 ? key.toUpperCase() : key);
}
