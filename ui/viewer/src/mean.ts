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
