/** A line profile as a small plot: attenuation along the line, one curve per energy. */
import { t } from "./i18n";

const WIDTH = 300;
const HEIGHT = 96;

/** The scale ends above the highest curve, so that no curve runs through its figure. */
const HEADROOM = 1.25;
const NAMESPACE = "http://www.w3.org/2000/svg";

/** curves: (energies)(places). names: of the energies. span: how long the line is, in words. */
export function profilePlot(curves: readonly Float64Array[], names: readonly string[], span: string): SVGSVGElement {
  const top = HEADROOM * Math.max(0.1, ...curves.map((curve) => Math.max(...curve)));
  const svg = node("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT + 18}`, class: "cs-plot", role: "img" }) as SVGSVGElement;
  svg.setAttribute("aria-label", t("profile.label", { names: names.join(", "), span, top: top.toFixed(2) }));
  svg.append(node("path", { d: `M0 .5H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}M0 ${HEIGHT - 0.5}H${WIDTH}`, class: "grid" }));
  curves.forEach((curve, i) => svg.append(node("polyline", { points: points(curve, top), class: `curve-${i}` })));
  svg.append(words(WIDTH - 2, 11, top.toFixed(2), "end", "top"), words(2, HEIGHT + 14, "0"), words(WIDTH, HEIGHT + 14, span, "end"));
  names.forEach((name, i) => svg.append(words(WIDTH / 2 - 30 + 60 * i, HEIGHT + 14, name, "middle", `name-${i}`)));
  return svg;
}

function points(curve: Float64Array, top: number): string {
  const last = Math.max(1, curve.length - 1);
  return [...curve].map((value, i) => `${((i / last) * WIDTH).toFixed(1)},${(HEIGHT * (1 - value / top)).toFixed(1)}`).join(" ");
}

function words(x: number, y: number, text: string, anchor = "start", name = ""): SVGElement {
  const made = node("text", { x: String(x), y: String(y), "text-anchor": anchor, class: name });
  made.textContent = text;
  return made;
}

export function node(tag: string, attributes: Record<string, string>): SVGElement {
  const made = document.createElementNS(NAMESPACE, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
