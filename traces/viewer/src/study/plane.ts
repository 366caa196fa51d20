// SPDX-License-Identifier: Apache-2.0
// Points in the plane of two figures: who is near, and which of them none is better than in both.
import {Column, Points} from './points';

/// Of `among`, those on the front of x and y, from left to right. Empty where an axis of the plane
/// has no better end.
export function planeFront(points: Points, among: Int32Array, x: Column, y: Column): number[] {
  if (x.more === null || y.more === null || x === y) {
    return [];
  }
  const signX = x.more ? -1 : 1;
  const signY = y.more ? -1 : 1;
  const kept = among.filter((point) => points.kept[point]);
  const sorted = kept.sort((a, b) => signX * (x.values[a] - x.values[b]) ||
                                     signY * (y.values[a] - y.values[b]));
  const front: number[] = [];
  let best = Infinity;
  for (const point of sorted) {
    const value = signY * y.values[point];
    const last = front.at(-1);
    const alike = last !== undefined && x.values[last] === x.values[point] && value === best;
    if (value < best || alike) {
      front.push(point);
      best = value;
    }
  }
  return front.sort((a, b) => x.values[a] - x.values[b] || a - b);
}

/// Cells of the screen with the points in them, so that a pointer asks few.
export class Near {
  private readonly cell = 12;
  private readonly columns: number;
  private readonly rows: number;
  private readonly begin: Int32Array;
  private readonly members: Int32Array;

  /// `px` and `py` are places on the screen, by point; `among` is in the order of drawing.
  constructor(private readonly px: Float32Array, private readonly py: Float32Array,
              private readonly among: Int32Array, width: number, height: number) {
    this.columns = Math.ceil(width / this.cell) + 1;
    this.rows = Math.ceil(height / this.cell) + 1;
    this.begin = new Int32Array(this.columns * this.rows + 1);
    this.members = new Int32Array(among.length);
    const cells = new Int32Array(among.length);
    among.forEach((point, i) => {
      cells[i] = this.cellOf(px[point], py[point]);
      this.begin[cells[i] + 1] += 1;
    });
    for (let cell = 1; cell < this.begin.length; ++cell) {
      this.begin[cell] += this.begin[cell - 1];
    }
    const next = this.begin.slice();
    among.forEach((_, i) => {
      this.members[next[cells[i]]++] = i;
    });
  }
  /// The nearest within `reach`; of those at one place the last, which is drawn on top.
  nearest(x: number, y: number, reach: number): number | null {
    let found = -1;
    let least = reach * reach;
    this.each(x, y, reach, (i) => {
      const point = this.among[i];
      const distance = (this.px[point] - x) ** 2 + (this.py[point] - y) ** 2;
      if (distance < least || (distance === least && i > found)) {
        least = distance;
        found = i;
      }
    });
    return found < 0 ? null : this.among[found];
  }
  /// How many lie within half a pixel of a point, itself included.
  alike(point: number): number {
    let count = 0;
    this.each(this.px[point], this.py[point], 1, (i) => {
      const other = this.among[i];
      count += Math.abs(this.px[other] - this.px[point]) < 0.5 &&
          Math.abs(this.py[other] - this.py[point]) < 0.5 ? 1 : 0;
    });
    return count;
  }

  private cellOf(x: number, y: number): number {
    const clamp = (at: number, size: number) => Math.min(Math.max(0, Math.floor(at / this.cell)), size - 1);
    return clamp(y, this.rows) * this.columns + clamp(x, this.columns);
  }
  private each(x: number, y: number, reach: number, visit: (i: number) => void) {
    const first = this.cellOf(x - reach, y - reach);
    const last = this.cellOf(x + reach, y + reach);
    const left = first % this.columns;
    const right = last % this.columns;
    for (let row = first - left; row <= last - right; row += this.columns) {
      for (let i = this.begin[row + left]; i < this.begin[row + right + 1]; ++i) {
        visit(this.members[i]);
      }
    }
  }
}
