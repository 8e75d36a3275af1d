/**
 * CPU time of painting six tiles of 512×512 pixels, dual energy, after a change of the display: what the viewer costs
 * whatever else the machine does. In ui/viewer: `npx esbuild ../../benchmarks/viewer_paint.ts --bundle | node`.
 */
import { type Display, PLAIN } from "../ui/viewer/src/display";
import type { Lookup } from "../ui/viewer/src/lookup";
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
/** The borders of a 6/4 MV linac, about. */
const lookup: Lookup = {
  scanner: "bench", photons: 4e5, electronic: 5e-5, quanta: [1.5, 1.4], depths: [0.01, 12], borders: [[0.85, 0.847], [0.868, 0.884]],
};
/** fresh: with nothing kept from an earlier display, as the first time in a scan. */
const CASES: Record<string, { fresh: boolean; change: (n: number) => Partial<Display> }> = {
  "window": { fresh: false, change: (n) => ({ window: at(n) }) },
  "window, material colour": { fresh: false, change: (n) => ({ mode: "colour", window: at(n) }) },
  "material colour switched on": { fresh: true, change: () => ({ mode: "colour" }) },
  "local contrast switched on": { fresh: true, change: () => ({ local: true }) },
  "window over local contrast": { fresh: false, change: (n) => ({ local: true, window: at(n) }) },
  "edges switched on": { fresh: true, change: () => ({ edges: true }) },
  "both switched on": { fresh: true, change: () => ({ local: true, edges: true }) },
  "both, other energy, first time": { fresh: true, change: () => ({ local: true, edges: true, energy: 1 }) },
  "both, other energy, to and fro": { fresh: false, change: (n) => ({ local: true, edges: true, energy: n % 2 }) },
};

const overview = tile(500, 138, 0, 0, 8);
const kept = new Painter(view, overview, lookup);
const tiles = Array.from({ length: 6 }, (_, i) => tile(SIDE, SIDE, SIDE * (i % 3), SIDE * Math.floor(i / 3), 1));
const out = new Uint32Array(SIDE * SIDE);
for (const [name, { fresh, change }] of Object.entries(CASES)) {
  const spent = Array.from({ length: ROUNDS }, (_, n) => {
    const painter = fresh ? new Painter(view, overview, lookup) : kept;
    painter.warm(1);
    const from = process.cpuUsage();
    painter.setDisplay({ ...PLAIN, ...change(n) });
    for (const each of tiles) painter.paint(each, out);
    const to = process.cpuUsage();
    return (to.user + to.system - from.user - from.system) / 1000;
  });
  const settled = spent.slice(2).sort((a, b) => a - b);
  console.log(`${name.padEnd(32)} ${settled[settled.length >> 1].toFixed(1)} ms of CPU`);
}
