// SPDX-License-Identifier: Apache-2.0
// Where the time went: ops by bins.
import {kBinColors, kBinLabels, kBins} from './colors';
import {el, table} from './dom';
import {percent, short} from './format';
import {Run} from './run';

export function stallTable(run: Run): HTMLElement {
  const report = run.facts.report;
  const ops = report.op_totals as {name: string, bins: Record<string, number>, joules: number}[];
  const whole = ops.reduce((sum, op) => sum + kBins.reduce((s, bin) => s + op.bins[bin], 0), 0) || 1;
  const largest = Math.max(...ops.flatMap((op) => kBins.map((bin) => op.bins[bin]))) || 1;
  const cell = (bin: string, cycles: number) => {
    const box = el('span', {class: 'heat'}, cycles === 0 ? '\u00b7' : percent(cycles / whole));
    const strength = Math.round(70 * Math.sqrt(cycles / largest));
    box.style.background = `color-mix(in srgb, ${kBinColors[bin]} ${strength}%, transparent)`;
    return box;
  };
  const sumOf = (op: {bins: Record<string, number>}) =>
      kBins.reduce((sum, bin) => sum + op.bins[bin], 0);
  const rows = ops.map((op) => [
    op.name || '(no op)', ...kBins.map((bin) => cell(bin, op.bins[bin])),
    percent(sumOf(op) / whole), report.energy ? short(op.joules, 'J') : '\u2013',
  ]);
  const totals = ['all', ...kBins.map((bin) => percent(report.bins[bin])), '100.0 %',
                  report.energy ? short(report.energy.joules, 'J') : '\u2013'];
  const result = table(['op', ...kBins.map((bin) => kBinLabels[bin]), 'all', 'energy'],
                       [...rows, totals], 'stalls');
  result.tBodies[0].lastElementChild!.className = 'sum';
  return el('div', {class: 'scroll'}, result);
}
