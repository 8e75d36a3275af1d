/** From raw tiles to pixels on a canvas, through the tables of the look that is chosen now. */
import { attenuations, densityColours, greys, materialColours, materials } from "./colour";
import { type Beam, DEEPEST, beam, depths, luminances, type Window } from "./lut";
import type { RawTile } from "./tiles";
import type { ViewInfo } from "./wire";

export type Mode = "grey" | "inverted" | "colour";

const GREYS = greys();
const DENSITIES = densityColours();

/** Turns raw tiles of one view into packed pixels. `stamp` changes with every look, so that a tile knows it is stale. */
export class Painter {
  stamp = 0;
  private readonly beams: Beam[];
  private readonly attenuations: Float32Array[];
  private readonly depth: Record<"log" | "linear", Float32Array>;
  private readonly codes = new WeakMap<RawTile, Uint8Array>();
  private readonly table = new Uint32Array(65536);
  private lum: Uint8Array = new Uint8Array(65536);
  private mode: Mode = "grey";

  constructor(view: ViewInfo) {
    this.beams = view.open_beam.map((open) => beam(open, view.bits));
    this.attenuations = this.beams.map(attenuations);
    this.depth = { log: depths(this.beams[0], true), linear: depths(this.beams[0], false) };
  }

  /** Whether two energies can tell materials apart. */
  get tellsMaterials(): boolean {
    return this.beams.length > 1;
  }

  depthTable(log: boolean): Float32Array {
    return this.depth[log ? "log" : "linear"];
  }

  setLook(mode: Mode, window: Window): void {
    this.mode = mode;
    this.lum = luminances(this.depthTable(window.log), window, mode === "inverted");
    const palette = mode === "colour" ? DENSITIES : GREYS;
    for (let value = 0; value < this.table.length; value++) this.table[value] = palette[this.lum[value]];
    this.stamp++;
  }

  /** Packed pixels of a tile into `out`, (width · height). */
  paint(tile: RawTile, out: Uint32Array): void {
    const high = tile.planes[0];
    if (this.mode !== "colour" || !this.tellsMaterials) {
      for (let i = 0; i < high.length; i++) out[i] = this.table[high[i]];
      return;
    }
    const codes = this.materialsOf(tile);
    const { lum } = this;
    for (let i = 0; i < high.length; i++) out[i] = MATERIALS[(codes[i] << 8) | lum[high[i]]];
  }

  private materialsOf(tile: RawTile): Uint8Array {
    let codes = this.codes.get(tile);
    if (!codes) {
      const [highTable, lowTable] = this.attenuations;
      const deepest = Math.min(DEEPEST, Math.log(this.beams[0].open / this.beams[0].floor)) - 1;
      codes = materials(tile.planes[0], tile.planes[1], tile.width, [highTable, lowTable], deepest);
      this.codes.set(tile, codes);
    }
    return codes;
  }
}

const MATERIALS = materialColours();
