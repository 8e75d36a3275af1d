/** What part of a view is in sight, in pixels of the view. */
import OpenSeadragon from "openseadragon";

export interface Sight {
  x: number;
  y: number;
  width: number;
  height: number;
}

export function sightOf(viewer: OpenSeadragon.Viewer): Sight | null {
  if (viewer.world.getItemCount() === 0) return null;
  const { x, y, width, height } = viewer.viewport.viewportToImageRectangle(viewer.viewport.getBounds(true));
  return { x, y, width, height };
}

/** Brings that part into sight at once. */
export function look(viewer: OpenSeadragon.Viewer, { x, y, width, height }: Sight): void {
  if (viewer.world.getItemCount() === 0) return;
  viewer.viewport.fitBounds(viewer.viewport.imageToViewportRectangle(x, y, width, height), true);
}
