// SPDX-License-Identifier: Apache-2.0
// A figure for each tile, or for each cell of `scale` x `scale` of them, and the same in coarser
// cells for a look from afar.

export interface Grid {
  width: number;
  height: number;
  scale: number;
  values: Float64Array | Float32Array;
}

export type Reduction = 'mean' | 'max';

function coarser(grid: Grid, reduction: Reduction): Grid {
  const width = Math.ceil(grid.width / 2);
  const height = Math.ceil(grid.height / 2);
  const values = new Float32Array(width * height);
  for (let y = 0; y < height; ++y) {
    const rows = Math.min(2, grid.height - 2 * y);
    for (let x = 0; x < width; ++x) {
      const columns = Math.min(2, grid.width - 2 * x);
      let sum = 0;
      let most = -Infinity;
      for (let dy = 0; dy < rows; ++dy) {
        for (let dx = 0; dx < columns; ++dx) {
          const value = grid.values[(2 * y + dy) * grid.width + 2 * x + dx];
          sum += value;
          most = Math.max(most, value);
        }
      }
      values[y * width + x] = reduction === 'max' ? most : sum / (rows * columns);
    }
  }
  return {width, height, scale: grid.scale * 2, values};
}

/// Level 0 is the figure itself; each further one halves it.
export class Pyramid {
  private readonly levels: Grid[];

  constructor(grid: Grid, readonly reduction: Reduction) {
    this.levels = [grid];
  }
  level(wanted: number): Grid {
    while (this.levels.length <= wanted &&
           Math.max(this.levels.at(-1)!.width, this.levels.at(-1)!.height) > 1) {
      this.levels.push(coarser(this.levels.at(-1)!, this.reduction));
    }
    return this.levels[Math.min(wanted, this.levels.length - 1)];
  }
  /// Of the tile at (x, y), counted from the corner of the region.
  at(x: number, y: number): number {
    const {scale, width, values} = this.levels[0];
    return values[Math.floor(y / scale) * width + Math.floor(x / scale)];
  }
}

export function extent(values: ArrayLike<number>): [number, number] {
  let least = Infinity;
  let most = -Infinity;
  for (let i = 0; i < values.length; ++i) {
    const value = values[i];
    if (value < least) {
      least = value;
    }
    if (value > most) {
      most = value;
    }
  }
  return values.length ? [least, most] : [0, 0];
}
