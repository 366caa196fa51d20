// SPDX-License-Identifier: Apache-2.0
// What lies over the wafer: outlines, the words on links, the tile that is pinned.
import {color} from './dom';
import {Pyramid} from './grid';
import {Tile} from './map';
import {Run} from './run';

export interface Marks {
  pin: Tile | null;
  cursor: Tile | null;
  outlines: boolean;
  path: boolean;
}

/// Words on the links out of each tile, as a share of the most on any link.
export interface Links {
  sides: Record<'north' | 'east' | 'south' | 'west', Pyramid>;
  most: number;
}

const kLinkFrom = 16;  // pixels a cell must have for its links to be told apart

export async function linksOf(run: Run): Promise<Links | null> {
  const sides: Partial<Links['sides']> = {};
  let most = 0;
  for (const side of ['north', 'east', 'south', 'west'] as const) {
    if (!run.has(`link_${side}`)) {
      return null;
    }
    const values = await run.plane(`link_${side}`);
    for (const value of values) {
      most = Math.max(most, value);
    }
    sides[side] = new Pyramid({width: run.width, height: run.height, scale: 1, values}, 'max');
  }
  return {sides: sides as Links['sides'], most: Math.max(1, most)};
}

/// Each link out as a bar from the middle of its tile towards the neighbor, as wide as it is busy;
/// squares of tiles are drawn as one where tiles are too small, by the busiest of theirs.
export function drawLinks(context: CanvasRenderingContext2D, links: Links, pixels: number,
                          left: number, top: number) {
  const level = Math.max(0, Math.ceil(Math.log2(kLinkFrom / pixels)));
  const {width, height, scale} = links.sides.north.level(level);
  const cell = scale * pixels;
  const directions = [['north', 0, -1], ['east', 1, 0], ['south', 0, 1], ['west', -1, 0]] as const;
  context.setTransform(1, 0, 0, 1, left, top);
  context.strokeStyle = color('--link');
  context.lineCap = 'butt';
  const x1 = Math.min(width, Math.ceil((context.canvas.width - left) / cell));
  const y1 = Math.min(height, Math.ceil((context.canvas.height - top) / cell));
  for (const [side, dx, dy] of directions) {
    const values = links.sides[side].level(level).values;
    for (let y = Math.max(0, Math.floor(-top / cell)); y < y1; ++y) {
      for (let x = Math.max(0, Math.floor(-left / cell)); x < x1; ++x) {
        const share = values[y * width + x] / links.most;
        if (share > 0) {
          // Traffic keeps to the right of the way, so that both directions can be seen.
          const aside = cell * 0.12;
          const cx = (x + 0.5) * cell - dy * aside;
          const cy = (y + 0.5) * cell + dx * aside;
          context.lineWidth = Math.max(0.75, share * cell * 0.22);
          context.beginPath();
          context.moveTo(cx + dx * cell * 0.12, cy + dy * cell * 0.12);
          context.lineTo(cx + dx * cell * 0.5, cy + dy * cell * 0.5);
          context.stroke();
        }
      }
    }
  }
}

export function drawOutlines(context: CanvasRenderingContext2D, run: Run, pixels: number,
                             density: number) {
  context.lineWidth = 1.5 * density;
  context.font = `${11 * density}px system-ui, sans-serif`;
  context.textBaseline = 'top';
  for (const {name, tiles} of run.facts.floorplan?.outlines ?? []) {
    const [x, y, width, height] = tiles;
    const left = (x - run.x0) * pixels;
    const top = (y - run.y0) * pixels;
    context.strokeStyle = color('--outline');
    context.strokeRect(left, top, width * pixels, height * pixels);
    const text = context.measureText(name).width;
    if (text + 8 * density < width * pixels && height * pixels > 18 * density) {
      context.fillStyle = color('--label-ground');
      context.fillRect(left, top, text + 8 * density, 15 * density);
      context.fillStyle = color('--label');
      context.fillText(name, left + 4 * density, top + 2 * density);
    }
  }
}

/// Where most of the critical path lies: a ring on each tile, as wide as its share of the run.
export function drawPath(context: CanvasRenderingContext2D, run: Run, pixels: number,
                         density: number) {
  const shares = new Map<string, number>();
  for (const {tile, cycles} of run.facts.path?.rows ?? []) {
    const key = tile.join(' ');
    shares.set(key, (shares.get(key) ?? 0) + cycles / run.cycles);
  }
  for (const [key, share] of shares) {
    const [x, y] = key.split(' ').map(Number);
    const width = density * (1 + 6 * Math.sqrt(share));
    const radius = Math.max(4 * density, pixels / 2) + width / 2;
    for (const [line, wide] of [['--label-ground', width + 2 * density], ['--pin', width]] as const) {
      context.beginPath();
      context.arc((x - run.x0 + 0.5) * pixels, (y - run.y0 + 0.5) * pixels, radius, 0, 2 * Math.PI);
      context.lineWidth = wide;
      context.strokeStyle = color(line);
      context.stroke();
    }
  }
}

export function drawMarks(context: CanvasRenderingContext2D, marks: Marks, pixels: number,
                          density: number) {
  const box = (tile: Tile, least: number, inner: string, outer: string) => {
    const size = Math.max(pixels, least * density);
    const left = (tile.x + 0.5) * pixels - size / 2;
    const top = (tile.y + 0.5) * pixels - size / 2;
    context.lineWidth = 4 * density;
    context.strokeStyle = outer;
    context.strokeRect(left, top, size, size);
    context.lineWidth = 2 * density;
    context.strokeStyle = inner;
    context.strokeRect(left, top, size, size);
  };
  if (marks.cursor) {
    box(marks.cursor, 6, color('--label'), color('--label-ground'));
  }
  if (marks.pin) {
    box(marks.pin, 9, color('--pin'), color('--label-ground'));
  }
}
