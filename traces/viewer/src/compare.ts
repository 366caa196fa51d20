// SPDX-License-Identifier: Apache-2.0
// Two runs, figure by figure.
import {kBinLabels, kBins} from './colors';
import {el, table} from './dom';
import {bytes, commas, percent, seconds, short} from './format';
import {Run} from './run';

type Row = [name: string, of: (report: any) => number | null, format: (value: number) => string];

const kRows: Row[] = [
  ['cycles', (report) => report.cycles, commas],
  ['time', (report) => report.seconds, seconds],
  ['tokens/s', (report) => report.tokens_per_second, commas],
  ['time to first token', (report) => report.time_to_first_token, seconds],
  ['time per output token', (report) => report.time_per_output_token, seconds],
  ['utilization', (report) => report.utilization, (value) => percent(value, 2)],
  ['words sent', (report) => report.words_sent, commas],
  ['energy', (report) => report.energy?.joules ?? null, (value) => short(value, 'J')],
  ['mean power', (report) => report.energy?.watts ?? null, (value) => short(value, 'W')],
  ['SRAM of the fullest tile', (report) => report.sram.peak_bytes, bytes],
];

function change(a: number | null, b: number | null, share: boolean): string {
  if (a === null || b === null) {
    return '\u2013';
  }
  const by = share ? 100 * (b - a) : 100 * (b / a - 1);
  if (!Number.isFinite(by)) {
    return '\u2013';
  }
  const size = Math.abs(by).toFixed(share ? 1 : 2);
  const sign = Number(size) === 0 ? '' : by > 0 ? '+' : '\u2212';
  return `${sign}${size} ${share ? 'points' : '%'}`;
}

export function comparison(a: Run, b: Run): HTMLElement {
  const left = a.facts.report;
  const right = b.facts.report;
  const show = (value: number | null, format: (value: number) => string) =>
      value === null || value === undefined ? '\u2013' : format(value);
  const rows = kRows.map(([name, of, format]) =>
      [name, show(of(left), format), show(of(right), format), change(of(left), of(right), false)]);
  const bins = kBins.map((bin) => [kBinLabels[bin], percent(left.bins[bin]),
                                   percent(right.bins[bin]),
                                   change(left.bins[bin], right.bins[bin], true)]);
  const cycles = (run: Run) => new Map<string, number>(
      run.facts.report.ops.map((op: any) => [op.name, op.cycles]));
  const first = cycles(a);
  const second = cycles(b);
  const names = [...new Set([...first.keys(), ...second.keys()])];
  const ops = names
      .sort((x, y) => Math.abs((second.get(y) ?? 0) - (first.get(y) ?? 0)) -
                      Math.abs((second.get(x) ?? 0) - (first.get(x) ?? 0)))
      .map((name) => [name, show(first.get(name) ?? null, commas),
                      show(second.get(name) ?? null, commas),
                      commas((second.get(name) ?? 0) - (first.get(name) ?? 0))]);
  return el('div', {class: 'split three'},
      table(['', 'A', 'B', 'B against A'], rows),
      table(['where the time went', 'A', 'B', 'B against A'], bins),
      el('div', {class: 'scroll'}, table(['op, cycles', 'A', 'B', 'B \u2212 A'], ops)));
}
