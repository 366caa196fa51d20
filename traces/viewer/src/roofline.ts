// SPDX-License-Identifier: Apache-2.0
// Tiles and ops against what a tile can do: MACs a cycle over MACs a word it sends or receives.
import {kBins} from './colors';
import {asTable, el, svg, table} from './dom';
import {percent, short} from './format';
import {Run} from './run';

const kWidth = 640;
const kHeight = 260;
const kLeft = 54;
const kBottom = 34;

/// `size` is what its area stands for, of the largest; a point with a name is an op.
interface Point {
  x: number;
  y: number;
  size: number;
  name: string;
  said: string;
}
interface Points {
  what: string;
  note: string;
  all: Point[];
  rows(): HTMLTableElement;
}

/// Tiles that agree in both figures to a tenth of a power of two are one point.
async function tiles(run: Run, most: number): Promise<Points> {
  const macs = await run.plane('macs');
  const sent = run.has('words_sent') ? await run.plane('words_sent') : null;
  const received = run.has('words_received') ? await run.plane('words_received') : null;
  const found = new Map<string, {x: number, y: number, tiles: number}>();
  for (let tile = 0; tile < macs.length; ++tile) {
    const words = Math.max(sent?.[tile] ?? 0, received?.[tile] ?? 0);
    if (macs[tile] > 0 && words > 0) {
      const x = Math.round(10 * Math.log2(macs[tile] / words)) / 10;
      const y = Math.round(10 * Math.log2(macs[tile] / run.cycles)) / 10;
      const key = `${x} ${y}`;
      const point = found.get(key) ?? {x: 2 ** x, y: 2 ** y, tiles: 0};
      point.tiles += 1;
      found.set(key, point);
    }
  }
  const sorted = [...found.values()].sort((a, b) => b.tiles - a.tiles);
  return {
    what: 'tiles',
    note: 'A point is tiles that agree; its area is how many. Height is MACs a cycle over the ' +
        'whole run.',
    all: sorted.map(({x, y, tiles}) => ({x, y, size: tiles / sorted[0].tiles, name: '',
      said: `${tiles} tiles: ${y.toPrecision(3)} MACs a cycle, ${x.toPrecision(3)} MACs a word`})),
    rows: () => table(
        ['tiles', 'MACs a word', 'MACs a cycle', 'of the tensor unit'], sorted.slice(0, 60).map(
            ({x, y, tiles}) => [tiles, x.toPrecision(3), y.toPrecision(3), percent(y / most, 2)])),
  };
}

/// Ops that multiply and move words; an op is as high as it is busy while tiles are in it.
function ops(run: Run, most: number): Points {
  const sum = (bins: Record<string, number>) => kBins.reduce((all, bin) => all + bins[bin], 0);
  const totals: any[] = run.facts.report.op_totals;
  const whole = totals.reduce((all, op) => all + sum(op.bins), 0) || 1;
  const sorted = totals.map((op) => {
    const words = Math.max(op.words_sent ?? 0, op.words_received ?? 0);
    const cycles = sum(op.bins);
    return {name: op.name, x: op.macs / words, y: op.macs / cycles, share: cycles / whole};
  }).filter(({name, x, y}) => name && x > 0 && y > 0 && Number.isFinite(x) && Number.isFinite(y))
      .sort((a, b) => b.share - a.share);
  return {
    what: 'ops',
    note: 'A point is an op; its area is its share of the time of all tiles. Height is MACs a ' +
        'cycle of a tile while it is in the op, waiting included.',
    all: sorted.map(({name, x, y, share}) => ({x, y, size: share / sorted[0].share, name,
      said: `${name}, ${percent(share)} of the time: ${y.toPrecision(3)} MACs a cycle, ` +
          `${x.toPrecision(3)} MACs a word`})),
    rows: () => table(
        ['op', 'of the time of all tiles', 'MACs a word', 'MACs a cycle', 'of the tensor unit'],
        sorted.map(({name, x, y, share}) => [name, percent(share), x.toPrecision(3),
                                             y.toPrecision(3), percent(y / most, 2)])),
  };
}

type Box = [x0: number, y0: number, x1: number, y1: number];

/// Names beside points, each where nothing else is; one without room is left out.
function labels(points: {left: number, top: number, r: number, name: string}[]): SVGElement[] {
  const taken: Box[] = points.map(({left, top, r}) => [left - r, top - r, left + r, top + r]);
  const meets = (a: Box, b: Box) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
  return points.flatMap(({left, top, r, name}) => {
    const wide = 6.2 * name.length;
    const right = left + r + 3;
    for (const [x, y] of [[right, top + 4], [left - r - 3 - wide, top + 4],
                          [left - wide / 2, top - r - 4], [left - wide / 2, top + r + 11],
                          [right, top - 8], [right, top + 16]]) {
      const box: Box = [x, y - 9, x + wide, y + 2];
      if (name && x > kLeft && x + wide < kWidth && !taken.some((other) => meets(box, other))) {
        taken.push(box);
        return [svg('text', {x, y, class: 'name op'}, name)];
      }
    }
    return [];
  });
}

function drawing(run: Run, points: Points): HTMLElement {
  const roofs = run.facts.floorplan!.roofs;
  const {all} = points;
  const read = Math.min(roofs.macs, roofs.read_bytes / roofs.weight_bytes);
  const knee = roofs.macs / roofs.link_words;
  const xs = [...all.map(({x}) => x), knee];
  const x0 = Math.floor(Math.log2(Math.min(...xs)) - 0.5);
  const x1 = Math.ceil(Math.log2(Math.max(...xs)) + 1);
  const y0 = Math.floor(Math.log2(Math.min(...all.map(({y}) => y))) - 0.5);
  const y1 = Math.ceil(Math.log2(roofs.macs) + 0.5);
  const px = (x: number) => kLeft + (Math.log2(x) - x0) / (x1 - x0) * (kWidth - kLeft - 8);
  const py = (y: number) => (1 - (Math.log2(y) - y0) / (y1 - y0)) * (kHeight - kBottom - 8) + 8;
  const line = (ax: number, ay: number, bx: number, by: number, kind: string) =>
      svg('line', {x1: px(ax), y1: py(ay), x2: px(bx), y2: py(by), class: kind});
  const end = 2 ** x1;
  const begin = Math.max(2 ** x0, 2 ** y0 / roofs.link_words);
  const text = (said: string, x: number, y: number, anchor: string, kind: string) =>
      svg('text', {x, y, 'text-anchor': anchor, class: kind}, said);
  const power = (p: number) => p >= 0 ? short(2 ** p) : `1/${short(2 ** -p)}`;
  const ticks: SVGElement[] = [];
  for (let p = Math.ceil(x0); p <= x1; p += Math.ceil((x1 - x0) / 8)) {
    ticks.push(text(power(p), px(2 ** p), kHeight - kBottom + 14, 'middle', 'tick'));
  }
  for (let p = Math.ceil(y0); p <= y1; p += Math.ceil((y1 - y0) / 6)) {
    ticks.push(text(power(p), kLeft - 6, py(2 ** p) + 4, 'end', 'tick'),
               line(2 ** x0, 2 ** p, end, 2 ** p, 'grid'));
  }
  const placed = all.map(({x, y, size, name, said}) =>
      ({left: px(x), top: py(y), r: 1.5 + 5 * Math.sqrt(size), name, said}));
  const dots = placed.map(({left, top, r, said}) =>
      svg('circle', {cx: left, cy: top, r, class: 'dot'}, svg('title', {}, said)));
  const picture = svg('svg', {
    viewBox: `0 0 ${kWidth} ${kHeight}`, class: 'roofline', role: 'img',
    'aria-label': `Roofline of ${points.what}: a tile does at most ${short(roofs.macs)} MACs a cycle`,
  }, ...ticks, line(begin, begin * roofs.link_words, knee, roofs.macs, 'roof'),
     line(knee, roofs.macs, end, roofs.macs, 'roof'),
     read < roofs.macs ? line(2 ** x0, read, end, read, 'roof second') : null,
     ...dots, ...labels(placed),
     text(`tensor unit: ${short(roofs.macs)} MACs a cycle`, kWidth - 10, py(roofs.macs) - 5, 'end',
          'name'),
     read < roofs.macs ? text(`each weight read once: ${short(read)} MACs a cycle`, kWidth - 10,
                              py(read) - 5, 'end', 'name') : null,
     text(`a ramp: ${short(roofs.link_words)} word${roofs.link_words === 1 ? '' : 's'} a cycle`, px(begin) + 10,
          py(begin * roofs.link_words) + 16, 'start', 'name'),
     text('MACs a cycle', kLeft + 6, 18, 'start', 'name'),
     text('MACs for each word that is sent or received, whichever is more', (kLeft + kWidth) / 2,
          kHeight - 4, 'middle', 'name'));
  return el('div', {}, picture, el('p', {class: 'note'}, points.note),
            asTable('as a table', () => points.rows()));
}

export async function roofline(run: Run): Promise<HTMLElement | null> {
  const roofs = run.facts.floorplan?.roofs;
  if (!roofs?.macs || !roofs.link_words || !run.has('macs')) {
    return null;
  }
  const kinds = [ops(run, roofs.macs), await tiles(run, roofs.macs)].filter(
      ({all}) => all.length > 0);
  if (kinds.length === 0) {
    return null;
  }
  const body = el('div');
  const buttons = kinds.map((points) => el('button', {click: () => show(points)}, points.what));
  const show = (points: Points) => {
    buttons.forEach((button, i) => button.setAttribute('aria-pressed', String(kinds[i] === points)));
    body.replaceChildren(drawing(run, points));
  };
  show(kinds[0]);
  return el('div', {}, kinds.length > 1 && el('div', {class: 'toolbar'}, ...buttons), body);
}
