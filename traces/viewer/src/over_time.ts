// SPDX-License-Identifier: Apache-2.0
// Where the time of all tiles goes over the run, slice by slice.
import uPlot from 'uplot';
import {kBinColors, kBinLabels, kBins} from './colors';
import {asTable, color, el, table} from './dom';
import {commas, percent} from './format';
import {kNames} from './ops';
import {Run} from './run';
import {Store} from './state';

const kSamples = 1200;

/// For each slice the mean over all tiles; cells at the edges count by the tiles they hold.
export async function shares(run: Run, name: string): Promise<number[]> {
  const {width, height, scale, slices} = run.facts.timeline!;
  const all = await run.series(name, 'mean');
  const weights = new Float64Array(width * height);
  for (let y = 0; y < height; ++y) {
    for (let x = 0; x < width; ++x) {
      weights[y * width + x] = Math.min(scale, run.width - x * scale) *
          Math.min(scale, run.height - y * scale) / (255 * run.tiles);
    }
  }
  return Array.from({length: slices}, (_, slice) => {
    let sum = 0;
    for (let cell = 0; cell < weights.length; ++cell) {
      sum += all[slice * weights.length + cell] * weights[cell];
    }
    return sum;
  });
}

/// Sums from below, so that each bin lies on those before it.
function stacked(columns: number[][]): number[][] {
  const sums = columns[0].map(() => 0);
  return columns.map((column) => column.map((value, i) => (sums[i] += value)));
}

export async function overTime(run: Run, store: Store): Promise<HTMLElement | null> {
  const timeline = run.facts.timeline;
  const names = kBins.filter((bin) => timeline?.series.includes(bin));
  if (!timeline || names.length === 0) {
    return null;
  }
  const columns = await Promise.all(names.map((name) => shares(run, name)));
  const sums = stacked(columns);
  // Over the cycles of the run, under the ops: what was added looks like the period before it.
  const times = Array.from({length: kSamples + 1}, (_, i) => i / kSamples * run.cycles);
  const tops = sums.map((column) => times.map((at) => column[run.time!.slice(
      Math.min(at, run.cycles - 1))]));
  const box = el('div', {class: 'chart', role: 'img', 'aria-label':
      'Share of the time of all tiles in each bin, over the cycles of the run'});
  // From the top of the stack down, so that lower ones are drawn over it.
  const order = names.map((_, i) => names.length - 1 - i);
  const plot = new uPlot({
    width: 600, height: 190, legend: {show: false}, cursor: {y: false, drag: {x: false, y: false}},
    padding: [8, 0, 0, 0],
    scales: {x: {time: false, range: [0, run.cycles]}, y: {range: [0, 1]}},
    axes: [
      {stroke: color('--faint'), grid: {show: false}, ticks: {stroke: color('--line')},
       space: 90, values: (_, ticks) => ticks.map((tick) => commas(tick)), size: 28},
      {stroke: color('--faint'), grid: {stroke: color('--line')}, ticks: {show: false}, size: kNames,
       values: (_, ticks) => ticks.map((tick) => percent(tick, 0))},
    ],
    series: [{}, ...order.map((i) => ({
      label: kBinLabels[names[i]], stroke: kBinColors[names[i]], fill: kBinColors[names[i]], width: 0,
      points: {show: false}, paths: uPlot.paths.stepped!({align: 1}),
    }))],
  }, [times, ...order.map((i) => tops[i])] as uPlot.AlignedData, box);
  new ResizeObserver(() => box.clientWidth > 0 &&
      plot.setSize({width: box.clientWidth, height: 190})).observe(box);
  store.listen((changed) => {
    if (changed.has('time') && store.state.time !== null) {
      plot.setCursor({left: plot.valToPos(store.state.time * run.cycles, 'x'), top: 0}, false);
    }
  });
  const legend = el('p', {class: 'bins-legend'}, ...names.map((name) => {
    const swatch = el('i', {class: 'swatch'});
    swatch.style.background = kBinColors[name];
    return el('span', {}, swatch, kBinLabels[name]);
  }));
  return el('div', {}, legend, box, asTable('as a table', () => table(
      ['from simulated cycle', ...names.map((name) => kBinLabels[name])],
      columns[0].map((_, slice) => [commas(slice * timeline.slice),
                                    ...columns.map((column) => percent(column[slice]))]))));
}
