/** From raw tiles to pixels on a canvas, through the tables of the display that is chosen now. */
import { attenuations, AVERAGED, densityColours, greys, HATCH, materialColours, materials, packed } from "./colour";
import { type Display, PLAIN } from "./display";
import { CODE_DEPTHS, enhanced, type Surroundings, surroundings } from "./local";
import { type Lookup, type MaterialTable, materialTable } from "./lookup";
import { type Beam, beam, depths, luminances, notPenetrated, opaque } from "./lut";
import type { RawTile } from "./tiles";
import type { ViewInfo } from "./wire";

/** Pixels from one line of the hatching to the next (a power of two), and how many of them are painted. */
const HATCH_EVERY = 8;
const HATCH_WIDE = 2;

/** Turns raw tiles of one view into packed pixels. `stamp` changes with every display, so that a tile knows it is stale. */
export class Painter {
  stamp = 0;
  /** Share 0..1 of what stands in the beam that the beam did not get through. */
  readonly lost: number;
  readonly beams: readonly Beam[];
  private readonly attenuations: Float32Array[];
  private readonly depth = new Map<string, Float32Array>();
  private readonly around = new Map<string, Surroundings>();
  private readonly materials = new WeakMap<RawTile, Uint8Array>();
  private readonly tables = new Map<string, MaterialTable>();
  private readonly codes = new WeakMap<RawTile, { key: string; codes: Uint16Array }[]>();
  private lum: Uint8Array = new Uint8Array(65536);
  private table: Uint32Array = new Uint32Array(65536);
  private tints: Uint32Array | null = null;
  private display = PLAIN;

  /** overview: the tile that shows the whole view. lookup: of the scanner's colours, null where it has none. */
  constructor(private readonly view: ViewInfo, readonly overview: RawTile, private readonly lookup: Lookup | null = null) {
    this.beams = view.open_beam.map((open) => beam(open, view.bits));
    this.attenuations = this.beams.map(attenuations);
    this.lost = notPenetrated(overview.planes[0], this.beams[0]);
  }

  /** Whether two energies can tell materials apart. */
  get tellsMaterials(): boolean {
    return this.beams.length > 1 && this.lookup !== null;
  }

  /** Depth of every intensity of one energy, on a scale. */
  depthTable(log: boolean, energy = 0): Float32Array {
    return remembered(this.depth, `${energy} ${log}`, () => depths(this.beams[energy], log));
  }

  /** Makes the tables that a later display would have to wait for. shrink: of the tiles that are in sight. */
  warm(shrink: number): void {
    for (let energy = 0; energy < this.beams.length; energy++) {
      for (const log of [true, false]) this.surroundingsOf(energy, log);
    }
    if (this.tellsMaterials) this.lookFor(shrink);
  }

  setDisplay(display: Display): void {
    this.display = display;
    const { mode, window, energy, strip, safe } = display;
    const depth = this.enhances ? CODE_DEPTHS : this.depthTable(window.log, energy);
    this.lum = luminances(depth, window, mode === "inverted");
    const palette = mode !== "colour" ? GREYS : remembered(DENSITIES, String(safe), () => densityColours(safe));
    this.table = new Uint32Array(this.lum.length);
    for (let i = 0; i < this.table.length; i++) this.table[i] = palette[this.lum[i]];
    const tinted = mode === "colour" && this.tellsMaterials;
    this.tints = tinted ? remembered(TINTS, `${strip} ${safe}`, () => materialColours(strip, safe)) : null;
    this.stamp++;
  }

  /** Packed pixels of a tile into `out`, (width · height). */
  paint(tile: RawTile, out: Uint32Array): void {
    const values = this.enhances ? this.codesOf(tile) : tile.planes[this.display.energy];
    const { tints, table, lum } = this;
    if (tints) {
      const found = this.materialsOf(tile);
      for (let i = 0; i < values.length; i++) out[i] = tints[(found[i] << 8) | lum[values[i]]];
    } else {
      for (let i = 0; i < values.length; i++) out[i] = table[values[i]];
    }
    if (this.display.hatch && this.lost > 0) this.hatch(tile, out);
  }

  private get enhances(): boolean {
    return this.display.local || this.display.edges;
  }

  /** Diagonal lines over what the first energy did not get through; they run on from tile to tile. */
  private hatch(tile: RawTile, out: Uint32Array): void {
    const [plane, dark] = [tile.planes[0], opaque(this.beams[0])];
    for (let y = 0, i = 0; y < tile.height; y++) {
      const shift = tile.left + tile.top + y;
      for (let x = 0; x < tile.width; x++, i++) {
        if (plane[i] <= dark && ((x + shift) & (HATCH_EVERY - 1)) < HATCH_WIDE) out[i] = HATCHED;
      }
    }
  }

  private codesOf(tile: RawTile): Uint16Array {
    const { window, energy, edges, local } = this.display;
    const key = `${energy} ${window.log} ${edges} ${local}`;
    const kept = this.codes.get(tile) ?? [];
    const known = kept.find((each) => each.key === key);
    if (known) return known.codes;
    const depth = this.depthTable(window.log, energy);
    const around = local ? this.surroundingsOf(energy, window.log) : null;
    const viewSize = [this.view.width, this.view.height] as const;
    const codes = enhanced(tile, { depth, energy, edges, around, centre: MIDDLE, viewSize });
    this.codes.set(tile, [{ key, codes }, ...kept.slice(0, KEPT_CODES - 1)]);
    return codes;
  }

  private surroundingsOf(energy: number, log: boolean): Surroundings {
    return remembered(this.around, `${energy} ${log}`, () => surroundings(this.overview, energy, this.depthTable(log, energy)));
  }

  /** Materials by depth and ratio, for tiles whose pixels stand for shrink² of the view's. */
  private lookFor(shrink: number): MaterialTable {
    const { lookup } = this;
    if (!lookup) throw new Error("materials need a look-up");
    return remembered(this.tables, String(shrink), () => materialTable(lookup, AVERAGED * shrink ** 2));
  }

  private materialsOf(tile: RawTile): Uint8Array {
    let codes = this.materials.get(tile);
    if (!codes) {
      const [highTable, lowTable] = this.attenuations;
      codes = materials(tile.planes[0], tile.planes[1], tile.width, [highTable, lowTable], this.lookFor(tile.shrink));
      this.materials.set(tile, codes);
    }
    return codes;
  }
}

/** The depth that local contrast leaves where it is. */
const MIDDLE = 0.5;

/** Enhancements of a tile that are kept: of both energies, so that going to and fro computes nothing anew. */
const KEPT_CODES = 2;

const GREYS = greys();
const DENSITIES = new Map<string, Uint32Array>();
const TINTS = new Map<string, Uint32Array>();
const HATCHED = packed(HATCH);

function remembered<T>(kept: Map<string, T>, key: string, make: () => T): T {
  let value = kept.get(key);
  if (value === undefined) kept.set(key, (value = make()));
  return value;
}
