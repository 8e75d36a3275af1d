/** What the pointer does over the picture beside moving it: the window by dragging, and where it is. */
import { brighter, sharper, type Window } from "./lut";

/** Drags of this many pixels move the window by its own width. */
const REACH = 300;

/** With the right button held: up and down for brightness, sideways for contrast. */
export function windowByDragging(host: HTMLElement, window: () => Window, change: (window: Window) => void): void {
  host.addEventListener("contextmenu", (event) => event.preventDefault());
  host.addEventListener(
    "pointerdown",
    (event) => {
      if (event.button !== 2) return;
      event.stopPropagation();
      host.setPointerCapture(event.pointerId);
      const move = (moved: PointerEvent) => {
        moved.stopPropagation();
        change(sharper(brighter(window(), -moved.movementY / REACH), moved.movementX / REACH));
      };
      const up = () => {
        host.removeEventListener("pointermove", move, true);
        host.removeEventListener("pointerup", up, true);
      };
      host.addEventListener("pointermove", move, true);
      host.addEventListener("pointerup", up, true);
    },
    true,
  );
}

/** Tells where the pointer is, counted from the corner of an element, and when it leaves. */
export function watchPlaces(host: HTMLElement, over: (x: number, y: number) => void, left: () => void): void {
  host.addEventListener("pointermove", (event) => {
    const corner = host.getBoundingClientRect();
    over(event.clientX - corner.left, event.clientY - corner.top);
  });
  host.addEventListener("pointerleave", left);
}
