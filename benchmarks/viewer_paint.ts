/**
 * CPU time of painting six tiles of 512×512 pixels, dual energy, after a change of the display: what the viewer costs
 * whatever else the machine does. In ui/viewer: `npx esbuild ../../benchmarks/viewer_paint.ts --bundle | node`.
 */
import { type Display, PLAIN } from "../ui/viewer/src/display";
import { Painter } from "../ui/viewer/src/paint";
import type { RawTile } from "../ui/viewer/src/tiles";
import type { ViewInfo } from "../ui/viewer/src/wire";

declare const process: { cpuUsage(): { user: number; system: number } };

const SIDE = 512;
const ROUNDS = 9;
const view: ViewInfo = {
  name: "side", width: 4000, height: 1100, energies: ["6MV", "4MV"], open_beam: [60000, 60000], pitch_mm: null, bits: 16,
  tile_size: SIDE, levels: 13,
};

function tile(width: number, height: number, left: number, top: number, shrink: number): RawTile {
  const plane = (factor: number) =>
    Uint16Array.from({ length: width * height }, (_, i) => 60000 * Math.exp(-2 * factor - 0.3 * Math.sin(i / 40) - 0.02 * Math.sin(i * 12.9)));
  return { width, height, left, top, shrink, planes: [plane(1), plane(1.14)] };
}

const at = (n: number) => ({ ...PLAIN.window, centre: 0.5 + n / 100 });
const CASES: Record<string, (n: number) => Partial<Display>> = {
  "window": (n) => ({ window: at(n) }),
  "window, material colour": (n) => ({ mode: "colour", window: at(n) }),
  "local contrast switched on": (n) => ({ local: true, energy: n % 2 }),
  "window over local contrast": (n) => ({ local: true, window: at(n) }),
  "edges switched on": (n) => ({ edges: true, energy: n % 2 }),
  "both switched on": (n) => ({ local: true, edges: true, energy: n % 2 }),
};

const painter = new Painter(view, tile(500, 138, 0, 0, 8));
const tiles = Array.from({ length: 6 }, (_, i) => tile(SIDE, SIDE, SIDE * (i % 3), SIDE * Math.floor(i / 3), 1));
const out = new Uint32Array(SIDE * SIDE);
for (const [name, change] of Object.entries(CASES)) {
  const spent = Array.from({ length: ROUNDS }, (_, n) => {
    const from = process.cpuUsage();
    painter.setDisplay({ ...PLAIN, ...change(n) });
    for (const each of tiles) painter.paint(each, out);
    const to = process.cpuUsage();
    return (to.user + to.system - from.user - from.system) / 1000;
  });
  const settled = spent.slice(2).sort((a, b) => a - b);
  console.log(`${name.padEnd(28)} ${settled[settled.length >> 1].toFixed(1)} ms of CPU`);
}
