/** Why a region was proposed, over the picture: what each patch of it was worth to the model's score. */
import OpenSeadragon from "openseadragon";
import { el } from "./dom";
import { t } from "./i18n";
import type { Box, Evidence } from "./wire";

/** A patch that was worth less than this share of the strongest is not coloured. */
const FAINT = 0.12;

/** Logarithms of odds that count as much at least: where no patch was worth more, the map stays pale. */
const MUCH = 0.5;

export class Why {
  private readonly canvas = el("canvas", { class: "cs-why-map", "aria-hidden": "true", hidden: "" });
  private box: Box | null = null;

  constructor(private readonly viewer: OpenSeadragon.Viewer) {
    viewer.canvas.append(this.canvas);
    viewer.addHandler("update-viewport", () => this.put());
  }

  get shown(): boolean {
    return this.box !== null;
  }

  /** Shows the worth of each patch; null hides it. */
  show(evidence: Evidence | null): void {
    this.box = evidence?.box ?? null;
    if (evidence) this.paint(evidence);
    this.put();
  }

  private paint({ worth }: Evidence): void {
    this.canvas.width = worth[0].length;
    this.canvas.height = worth.length;
    const context = this.canvas.getContext("2d");
    if (!context) return;
    const most = Math.max(MUCH, ...worth.flat().map(Math.abs));
    const image = new ImageData(this.canvas.width, this.canvas.height);
    worth.flat().forEach((value, i) => {
      const share = Math.abs(value) / most;
      const [red, green, blue] = value > 0 ? [255, 214 - 120 * share, 40] : [64, 150, 255];
      image.data.set([red, green, blue, share < FAINT ? 0 : 40 + 170 * share], 4 * i);
    });
    context.putImageData(image, 0, 0);
  }

  private put(): void {
    this.canvas.hidden = !this.box || this.viewer.world.getItemCount() === 0;
    if (this.canvas.hidden || !this.box) return;
    const [x1, y1, x2, y2] = this.box;
    const { viewport } = this.viewer;
    const first = viewport.imageToViewerElementCoordinates(new OpenSeadragon.Point(x1, y1));
    const last = viewport.imageToViewerElementCoordinates(new OpenSeadragon.Point(x2, y2));
    const { style } = this.canvas;
    style.transform = `translate(${first.x.toFixed(1)}px, ${first.y.toFixed(1)}px)`;
    style.width = `${(last.x - first.x).toFixed(1)}px`;
    style.height = `${(last.y - first.y).toFixed(1)}px`;
  }
}

/** Asks the service to look again at a region, patch by patch; that takes it a second or a few. */
export async function evidenceOf(scanId: string, finding: number): Promise<Evidence> {
  const answer = await fetch(`/v1/scans/${encodeURIComponent(scanId)}/findings/${finding}/evidence`);
  const said = (await answer.json()) as Evidence & { error?: string };
  if (!answer.ok) throw new Error(said.error ?? String(answer.status));
  return said;
}

/** What the evidence says in figures. */
export function evidenceWords({ score, without }: Evidence): string {
  return t("why.words", { score: score.toFixed(2), without: without.toFixed(2) });
}
