// SPDX-License-Identifier: Apache-2.0
// The page. What is read in words is there before the figures are unpacked; what lies further down
// is made when the first picture of the wafer stands.
import {comparison} from './compare';
import {attach, kKeys, toolbar} from './controls';
import {readFacts} from './data';
import {asTable, el, section, table} from './dom';
import {extent} from './grid';
import {header, limits} from './limits';
import {metricOf} from './metrics';
import {opsTimeline} from './ops';
import {overTime, watts} from './over_time';
import {criticalPath} from './path';
import {roofline} from './roofline';
import {Run} from './run';
import {runPlayer, scrubber} from './scrubber';
import {stallTable} from './stalls';
import {Store} from './state';
import {throughput} from './throughput';
import {provenance, verdicts} from './verdicts';
import {Wafer} from './wafer';

const runs = readFacts().runs.map((facts, i) => new Run(facts, i));
const store = new Store();
const wafer = new Wafer(runs, store);
const times: Record<string, number> = {};

/// Spread of the figure that is shown, and its mean in 8 x 8 parts of the wafer.
async function mapAsText(): Promise<HTMLElement> {
  const metric = wafer.metric();
  const parts = await Promise.all(runs.map(async (run) => {
    const values = await metric.values(run);
    const sorted = Float64Array.from(values).sort();
    const [least, most] = extent(values);
    const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))];
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const sums = Array.from({length: 64}, () => [0, 0]);
    values.forEach((value, tile) => {
      const x = Math.floor((tile % run.width) * 8 / run.width);
      const y = Math.floor(Math.floor(tile / run.width) * 8 / run.height);
      sums[y * 8 + x][0] += value;
      sums[y * 8 + x][1] += 1;
    });
    const rows = Array.from({length: 8}, (_, y) => [
      `row ${run.y0 + Math.ceil(y * run.height / 8)} on`,
      ...sums.slice(y * 8, y * 8 + 8).map(
          ([sum, count]) => count ? metric.format(sum / count) : '\u2013')]);
    return el('div', {}, el('p', {}, `${run.facts.name}: ${metric.label} of ${run.tiles} tiles: ` +
        `least ${metric.format(least)}, tenth ${metric.format(at(0.1))}, ` +
        `median ${metric.format(at(0.5))}, mean ${metric.format(mean)}, ` +
        `nine tenths ${metric.format(at(0.9))}, most ${metric.format(most)}. Means of its parts:`),
        table(['', ...Array.from({length: 8},
            (_, x) => `column ${run.x0 + Math.ceil(x * run.width / 8)} on`)], rows));
  }));
  return el('div', {}, ...parts);
}

function waferSection(): HTMLElement {
  const text = asTable('this map as a table', mapAsText);
  store.listen((changed) => changed.has('metric') && (text.open = false));
  return section('wafer', 'The wafer', toolbar(wafer, store), wafer.element, wafer.legendElement,
                 scrubber(store, runs[0]), text,
                 el('details', {id: 'keys'}, el('summary', {}, 'keys'), table(['', ''], kKeys)));
}

/// One box a run where there are two.
async function each(make: (run: Run) => HTMLElement | null | Promise<HTMLElement | null>) {
  const boxes = await Promise.all(runs.map(make));
  return boxes.filter((box) => box !== null).map((box, i) => el('div', {class: 'run'},
      runs.length > 1 && el('h3', {}, `${'AB'[i]}: ${runs[i].facts.name}`), box!));
}

async function below(page: HTMLElement) {
  const put = async (id: string, title: string,
                     make: (run: Run) => HTMLElement | null | Promise<HTMLElement | null>) => {
    const boxes = await each(make);
    if (boxes.length > 0) {
      page.append(section(id, title, el('div', {class: boxes.length > 1 ? 'boxes two' : 'boxes'},
                                        ...boxes)));
    }
  };
  await put('stalls', 'Where the time went, by op', stallTable);
  await put('ops', 'Ops over time', (run) => opsTimeline(run, store));
  await put('bins', 'Bins over time', (run) => overTime(run, store));
  await put('path', 'Critical path', (run) => criticalPath(run, store));
  await put('roofline', 'Roofline', roofline);
  await put('throughput', 'Beside other machines', throughput);
  await put('verdicts', 'Is it right', verdicts);
  await put('provenance', 'Where it comes from', provenance);
  times.whole = performance.now();
}

const page = document.getElementById('page')!;
page.replaceChildren(
    el('div', {class: runs.length > 1 ? 'heads two' : 'heads'}, ...runs.map((run) => el('div', {},
        runs.length > 1 && el('p', {class: 'which'}, `${'AB'[run.index]}: ${run.facts.name}`),
        header(run), limits(run, (reason) => {
          store.set({metric: metricOf(reason.key, wafer.metrics), time: null, playing: false, mode: run.index ? 'second' : 'first'});
          document.getElementById('wafer')!.scrollIntoView({block: 'start'});
        })))),
    runs.length > 1 ? section('compare', 'A and B', comparison(runs[0], runs[1])) : '',
    waferSection());
times.words = performance.now();

async function start() {
  attach(wafer, store);
  runPlayer(store);
  wafer.maps[0].fit();
  const first = runs[0].facts.limits.reasons[0]?.key ?? 'compute';
  store.set({metric: metricOf(first, wafer.metrics), mode: wafer.comparable ? 'both' : 'first'});
  await wafer.update();
  times.map = performance.now();
  requestAnimationFrame(() => setTimeout(() => {
    times.painted = performance.now();
    void below(page);
  }));
}

if (document.readyState === 'loading') {
  document.addEventListener('DOMContentLoaded', () => void start());
} else {
  void start();
}
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => void wafer.update());

// For the console of whoever wants to know more, and for tests.
(globalThis as any).weft = {runs, store, wafer, times, wattsOf: watts};
