/** Means over square neighbourhoods, in time that does not depend on their size. */

/**
 * Mean over (2 · reach + 1)² pixels of an image, row by row, of that width; at the border over those that there are.
 */
export function boxMean(values: Float32Array, width: number, reach: number): Float32Array {
  const height = values.length / width;
  const rows = new Float32Array(values.length);
  for (let y = 0; y < height; y++) alongRow(values, y * width, width, reach, rows);
  const out = new Float32Array(values.length);
  const sums = new Float64Array(width);
  const add = (y: number, sign: number) => {
    for (let x = 0, i = y * width; x < width; x++, i++) sums[x] += sign * rows[i];
  };
  let count = 0;
  for (; count < Math.min(reach, height); count++) add(count, 1);
  for (let y = 0; y < height; y++) {
    if (y + reach < height) {
      add(y + reach, 1);
      count++;
    }
    if (y > reach) {
      add(y - reach - 1, -1);
      count--;
    }
    for (let x = 0, i = y * width; x < width; x++, i++) out[i] = sums[x] / count;
  }
  return out;
}

function alongRow(values: Float32Array, start: number, width: number, reach: number, out: Float32Array): void {
  let sum = 0;
  let count = 0;
  for (; count < Math.min(reach, width); count++) sum += values[start + count];
  for (let x = 0; x < width; x++) {
    if (x + reach < width) {
      sum += values[start + x + reach];
      count++;
    }
    if (x > reach) {
      sum -= values[start + x - reach - 1];
      count--;
    }
    out[start + x] = sum / count;
  }
}

/**
 * The same means row by row from the top, of a look-up of intensities, without a picture-sized array: `next` gives the
 * next row's values and means, in arrays that the call after it overwrites.
 */
export class BoxRows {
  readonly row: Float32Array;
  readonly mean: Float32Array;
  private readonly height: number;
  private readonly span: number;
  private readonly rows: Float32Array[];
  private readonly columns: Float64Array;
  private ahead = 0;
  private y = 0;

  constructor(
    private readonly plane: Uint16Array, private readonly table: Float32Array, private readonly width: number, private readonly reach: number,
  ) {
    this.height = plane.length / width;
    this.span = 2 * reach + 1;
    this.rows = Array.from({ length: this.span }, () => new Float32Array(width));
    this.columns = new Float64Array(width);
    this.row = new Float32Array(width);
    this.mean = new Float32Array(width);
  }

  next(): void {
    const { width, height, reach, span, columns, mean, y } = this;
    for (; this.ahead < height && this.ahead <= y + reach; this.ahead++) this.take(this.ahead);
    if (y > reach) this.drop(y - reach - 1);
    this.row.set(this.rows[y % span]);
    const counted = Math.min(height - 1, y + reach) - Math.max(0, y - reach) + 1;
    let sum = 0;
    for (let x = 0; x < Math.min(reach, width); x++) sum += columns[x];
    const whole = 1 / (span * counted);
    for (let x = 0; x < width; x++) {
      if (x + reach < width) sum += columns[x + reach];
      if (x > reach) sum -= columns[x - reach - 1];
      const inside = x >= reach && x + reach < width;
      mean[x] = inside ? sum * whole : sum / ((Math.min(width - 1, x + reach) - Math.max(0, x - reach) + 1) * counted);
    }
    this.y++;
  }

  /** A row joins the sums. It stands in the place of one that left them a row ago. */
  private take(y: number): void {
    const { width, plane, table, columns } = this;
    const place = this.rows[y % this.span];
    if (y >= this.span) for (let x = 0; x < width; x++) columns[x] -= place[x];
    const start = y * width;
    for (let x = 0; x < width; x++) {
      const value = table[plane[start + x]];
      place[x] = value;
      columns[x] += value;
    }
  }

  /** Below the last row none joins any more; what the window has left is taken out. */
  private drop(y: number): void {
    if (y + this.span < this.height) return;
    const { width, columns } = this;
    const place = this.rows[y % this.span];
    for (let x = 0; x < width; x++) columns[x] -= place[x];
  }
}
