/** A thin upright line over a picture: the place along the way that the pointer is over in the picture beside it. */
import OpenSeadragon from "openseadragon";
import { el } from "./dom";

export class Guide {
  private readonly line = el("i", { class: "cs-guide", "aria-hidden": "true", hidden: "" });
  private x: number | null = null;

  constructor(private readonly viewer: OpenSeadragon.Viewer) {
    viewer.canvas.append(this.line);
  }

  /** x: pixel of the view, null for no line. */
  show(x: number | null): void {
    this.x = x;
    this.put();
  }

  /** Keeps the line where it belongs while the picture moves. */
  put(): void {
    this.line.hidden = this.x === null || this.viewer.world.getItemCount() === 0;
    if (this.line.hidden || this.x === null) return;
    const { x } = this.viewer.viewport.imageToViewerElementCoordinates(new OpenSeadragon.Point(this.x, 0));
    this.line.dataset.x = this.x.toFixed(1);
    this.line.style.transform = `translateX(${x.toFixed(1)}px)`;
  }
}
