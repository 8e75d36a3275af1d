/** What the officer has in hand over the picture: a measuring tool, the loupe, or the pen that draws a region. */
import { part } from "./dom";
import { t } from "./i18n";
import type { Pane } from "./pane";
import { type Tool, TOOLS } from "./tools";
import type { Box } from "./wire";

export interface HandHooks {
  /** The box of the chosen region where the open view shows it. */
  place: () => Box | null;
  mayDraw: () => boolean;
  isOpen: () => boolean;
  onDraw: (box: Box) => void;
}

export class Hand {
  private drawing = false;

  constructor(private readonly root: HTMLElement, private readonly pane: Pane, private readonly hooks: HandHooks) {
    for (const name of TOOLS) part(root, name).addEventListener("click", () => this.takeTool(name));
    part(root, "loupe").addEventListener("click", () => this.toggleLoupe());
    part(root, "draw").addEventListener("click", () => this.toggleDrawing());
  }

  toggleDrawing(): void {
    if (!this.hooks.mayDraw()) return;
    this.pane.tools.choose(null);
    this.setDrawing(!this.drawing);
  }

  /** Takes a measuring tool in hand, on the chosen region where there is one; or puts it away. */
  takeTool(tool: Tool): void {
    this.setDrawing(false);
    this.pane.tools.choose(tool);
  }

  toggleLoupe(): void {
    const on = this.hooks.isOpen() && this.pane.toggleLoupe(this.hooks.place());
    part(this.root, "loupe").setAttribute("aria-pressed", String(on));
  }

  /**
   * Lays what is in hand on the picture: a tool on the chosen region, else in the middle; a drawn box in the middle.
   * False where nothing is in hand.
   */
  lay(): boolean {
    const place = this.hooks.place() ?? this.pane.middleBox();
    if (place && this.pane.tools.place(place)) return true;
    const box = this.drawing ? this.pane.middleBox() : null;
    if (box) this.hooks.onDraw(box);
    return box !== null;
  }

  /** Puts away the pen or the tool; false where neither is in hand. */
  putAway(): boolean {
    if (this.drawing) this.setDrawing(false);
    else if (this.pane.tools.tool) this.pane.tools.choose(null);
    else return false;
    return true;
  }

  setDrawing(on: boolean): void {
    this.drawing = on;
    this.pane.setDrawing(on);
    part(this.root, "draw").setAttribute("aria-pressed", String(on));
    const hint = part(this.root, "hint");
    hint.hidden = !on;
    hint.textContent = t("draw.hint");
  }
}
