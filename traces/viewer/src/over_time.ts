// SPDX-License-Identifier: Apache-2.0
// Where the time of all tiles goes over the run, slice by slice, and what power they take.
import uPlot from 'uplot';
import {kBinColors, kBinLabels, kBins} from './colors';
import {asTable, color, el, table} from './dom';
import {commas, percent, short} from './format';
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

/// Watts of all tiles together, slice by slice.
export async function watts(run: Run): Promise<number[]> {
  const {zero, full} = run.scale('power');
  return (await shares(run, 'power')).map((share) => run.tiles * (zero + share * (full - zero)));
}

/// Over the cycles of the run, under the ops: what was added looks like the period before it.
function moments(run: Run): number[] {
  return Array.from({length: kSamples + 1}, (_, i) => i / kSamples * run.cycles);
}
function atMoments(run: Run, slices: number[]): number[] {
  return moments(run).map((at) => slices[run.time!.slice(Math.min(at, run.cycles - 1))]);
}

interface Chart {
  label: string;
  height: number;
  range: [number, number];
  format(value: number): string;
  series: {label: string, stroke: string, fill?: string, width: number, slices: number[]}[];
}

function chart(run: Run, store: Store, {label, height, range, format, series}: Chart): HTMLElement {
  const box = el('div', {class: 'chart', role: 'img', 'aria-label': label});
  const plot = new uPlot({
    width: 600, height, legend: {show: false}, cursor: {y: false, drag: {x: false, y: false}},
    padding: [8, 0, 0, 0],
    scales: {x: {time: false, range: [0, run.cycles]}, y: {range}},
    axes: [
      {stroke: color('--faint'), grid: {show: false}, ticks: {stroke: color('--line')},
       space: 90, values: (_, ticks) => ticks.map((tick) => commas(tick)), size: 28},
      {stroke: color('--faint'), grid: {stroke: color('--line')}, ticks: {show: false}, size: kNames,
       values: (_, ticks) => ticks.map(format)},
    ],
    series: [{}, ...series.map(({label, stroke, fill, width}) => ({
      label, stroke, fill, width, points: {show: false}, paths: uPlot.paths.stepped!({align: 1}),
    }))],
  }, [moments(run), ...series.map(({slices}) => atMoments(run, slices))] as uPlot.AlignedData, box);
  new ResizeObserver(() => box.clientWidth > 0 &&
      plot.setSize({width: box.clientWidth, height})).observe(box);
  store.listen((changed) => {
    if (changed.has('time') && store.state.time !== null) {
      plot.setCursor({left: plot.valToPos(store.state.time * run.cycles, 'x'), top: 0}, false);
    }
  });
  return box;
}

/// The power of all tiles as a line, and in words.
function powerChart(run: Run, store: Store, power: number[]): HTMLElement {
  const {slice} = run.facts.timeline!;
  const idle = run.tiles * run.scale('power').zero;
  const most = Math.max(...power);
  const mean = run.facts.report.energy?.watts;
  const text = `Power of all tiles: idle draw ${short(idle, 'W')}, ` +
      `${mean ? `mean ${short(mean, 'W')}, ` : ''}most ${short(most, 'W')} from simulated cycle ` +
      `${commas(power.indexOf(most) * slice)} on.`;
  return el('div', {class: 'power'}, el('p', {class: 'note'}, text),
            chart(run, store, {
              label: `${text} Over the cycles of the run.`, height: 120, range: [0, 1.05 * most],
              format: (tick) => tick === 0 ? '0' : short(tick, 'W'),
              series: [{label: 'power', stroke: color('--accent'), width: 1.5, slices: power}],
            }));
}

export async function overTime(run: Run, store: Store): Promise<HTMLElement | null> {
  const timeline = run.facts.timeline;
  const names = kBins.filter((bin) => timeline?.series.includes(bin));
  if (!timeline || names.length === 0) {
    return null;
  }
  const columns = await Promise.all(names.map((name) => shares(run, name)));
  const sums = stacked(columns);
  // From the top of the stack down, so that lower ones are drawn over it.
  const order = names.map((_, i) => names.length - 1 - i);
  const box = chart(run, store, {
    label: 'Share of the time of all tiles in each bin, over the cycles of the run', height: 190,
    range: [0, 1], format: (tick) => percent(tick, 0),
    series: order.map((i) => ({
      label: kBinLabels[names[i]], stroke: kBinColors[names[i]], fill: kBinColors[names[i]], width: 0,
      slices: sums[i],
    })),
  });
  const power = run.timed('power') ? await watts(run) : null;
  const legend = el('p', {class: 'bins-legend'}, ...names.map((name) => {
    const swatch = el('i', {class: 'swatch'});
    swatch.style.background = kBinColors[name];
    return el('span', {}, swatch, kBinLabels[name]);
  }));
  return el('div', {}, legend, box, power && powerChart(run, store, power),
            asTable('as a table', () => table(
      ['from simulated cycle', ...names.map((name) => kBinLabels[name]),
       ...(power ? ['power of all tiles'] : [])],
      columns[0].map((_, slice) => [commas(slice * timeline.slice),
                                    ...columns.map((column) => percent(column[slice])),
                                    ...(power ? [short(power[slice], 'W')] : [])]))));
}
