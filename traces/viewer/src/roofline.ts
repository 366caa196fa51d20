// SPDX-License-Identifier: Apache-2.0
// Tiles against what one can do: MACs a cycle over MACs a word it sends or receives.
import {asTable, el, svg, table} from './dom';
import {percent, short} from './format';
import {Run} from './run';

const kWidth = 640;
const kHeight = 260;
const kLeft = 54;
const kBottom = 34;

/// Tiles that agree in both figures to a tenth of a power of two are one point.
async function points(run: Run): Promise<{x: number, y: number, tiles: number}[]> {
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
  return [...found.values()].sort((a, b) => b.tiles - a.tiles);
}

export async function roofline(run: Run): Promise<HTMLElement | null> {
  const roofs = run.facts.floorplan?.roofs;
  if (!roofs?.macs || !run.has('macs')) {
    return null;
  }
  const all = await points(run);
  if (all.length === 0) {
    return null;
  }
  const read = Math.min(roofs.macs, roofs.read_bytes / roofs.weight_bytes);
  const xs = [...all.map(({x}) => x), roofs.macs / roofs.link_words];
  const x0 = Math.floor(Math.log2(Math.min(...xs)) - 0.5);
  const x1 = Math.ceil(Math.log2(Math.max(...xs)) + 1);
  const y0 = Math.floor(Math.log2(Math.min(...all.map(({y}) => y))) - 0.5);
  const y1 = Math.ceil(Math.log2(roofs.macs) + 0.5);
  const px = (x: number) => kLeft + (Math.log2(x) - x0) / (x1 - x0) * (kWidth - kLeft - 8);
  const py = (y: number) => (1 - (Math.log2(y) - y0) / (y1 - y0)) * (kHeight - kBottom - 8) + 8;
  const line = (ax: number, ay: number, bx: number, by: number, kind: string) =>
      svg('line', {x1: px(ax), y1: py(ay), x2: px(bx), y2: py(by), class: kind});
  const knee = roofs.macs / roofs.link_words;
  const end = 2 ** x1;
  const begin = Math.max(2 ** x0, 2 ** y0 / roofs.link_words);
  const tick = (text: string, x: number, y: number, anchor: string) =>
      svg('text', {x, y, 'text-anchor': anchor, class: 'tick'}, text);
  const power = (p: number) => p >= 0 ? short(2 ** p) : String(Number((2 ** p).toPrecision(2)));
  const ticks: SVGElement[] = [];
  for (let p = Math.ceil(x0); p <= x1; p += Math.ceil((x1 - x0) / 8)) {
    ticks.push(tick(power(p), px(2 ** p), kHeight - kBottom + 14, 'middle'));
  }
  for (let p = Math.ceil(y0); p <= y1; p += Math.ceil((y1 - y0) / 6)) {
    ticks.push(tick(power(p), kLeft - 6, py(2 ** p) + 4, 'end'),
               line(2 ** x0, 2 ** p, end, 2 ** p, 'grid'));
  }
  const most = Math.max(...all.map(({tiles}) => tiles));
  const dots = all.map(({x, y, tiles}) => svg('circle', {
    cx: px(x), cy: py(y), r: 1.5 + 5 * Math.sqrt(tiles / most), class: 'dot'},
    svg('title', {}, `${tiles} tiles: ${y.toPrecision(3)} MACs a cycle, ${x.toPrecision(3)} MACs a word`)));
  const drawing = svg('svg', {
    viewBox: `0 0 ${kWidth} ${kHeight}`, class: 'roofline', role: 'img',
    'aria-label': `Roofline: a tile does at most ${short(roofs.macs)} MACs a cycle`,
  }, ...ticks, line(begin, begin * roofs.link_words, knee, roofs.macs, 'roof'),
     line(knee, roofs.macs, end, roofs.macs, 'roof'),
     read < roofs.macs ? line(2 ** x0, read, end, read, 'roof second') : null,
     ...dots,
     svg('text', {x: kWidth - 10, y: py(roofs.macs) - 5, 'text-anchor': 'end', class: 'name'},
         `tensor unit: ${short(roofs.macs)} MACs a cycle`),
     read < roofs.macs ? svg('text', {x: kWidth - 10, y: py(read) - 5, 'text-anchor': 'end',
                                      class: 'name'},
         `each weight read once: ${short(read)} MACs a cycle`) : null,
     svg('text', {x: px(begin) + 10, y: py(begin * roofs.link_words) + 16, class: 'name'},
         `a ramp: ${short(roofs.link_words)} words a cycle`),
     svg('text', {x: (kLeft + kWidth) / 2, y: kHeight - 4, 'text-anchor': 'middle', class: 'name'},
         'MACs for each word a tile sends or receives, whichever is more'));
  return el('div', {}, drawing,
      el('p', {class: 'note'}, 'A point is tiles that agree; its area is how many. ' +
         'Height is MACs a cycle over the whole run.'),
      asTable('as a table', () => table(
          ['tiles', 'MACs a word', 'MACs a cycle', 'of the tensor unit'], all.slice(0, 60).map(
              ({x, y, tiles}) => [tiles, x.toPrecision(3), y.toPrecision(3), percent(y / roofs.macs, 2)]))));
}
