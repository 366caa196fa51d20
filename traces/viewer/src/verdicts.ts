// SPDX-License-Identifier: Apache-2.0
// Whether the run is right, and where it comes from.
import {el, table} from './dom';
import {bytes, commas, seconds} from './format';
import {Run} from './run';

export function verdicts(run: Run): HTMLElement {
  const {check, audits, deadlock} = run.facts.report;
  const rows: [string, string][] = [
    ['verdict', check.verdict], ['against', check.against],
    ['results compared', `${commas(check.ops_checked)} ops, ${commas(check.elements_checked)} elements`],
  ];
  if (check.worst) {
    rows.push(['nearest to its bound', `${check.worst.op}, ${check.worst.error_over_bound.toFixed(3)} of it`]);
  }
  if (check.tokens_compared) {
    rows.push(['tokens', `${commas(check.tokens_compared)} compared`]);
  }
  if (check.first_bad) {
    rows.push(['first out of bound', check.first_bad]);
  }
  const mark = (ok: boolean) => el('b', {class: ok ? 'good' : 'bad'}, ok ? 'holds' : 'FAILS');
  return el('div', {class: 'split'},
      table(['check', ''], rows),
      table(['self-audit', '', ''], audits.map(
          (audit: any) => [audit.name, mark(audit.ok), el('span', {class: 'left'}, audit.detail)])),
      deadlock?.length > 0 && el('div', {}, el('h3', {}, 'deadlock'), el('pre', {}, deadlock.join('\n'))));
}

export function provenance(run: Run): HTMLElement {
  const report = run.facts.report;
  const from = report.provenance;
  const command = Array.isArray(from.command) ? from.command : [];
  const quoted = command.map((word: string) => /[^\w@%+=:,./-]/.test(word) ? `'${word}'` : word);
  const rows: [string, Node | string][] = [
    ['command', el('code', {}, `weft ${quoted.join(' ')}`)],
  ];
  for (const [key, value] of Object.entries(from)) {
    if (typeof value === 'string' && value && value.length < 200) {
      rows.push([key.replaceAll('_', ' '), el('code', {}, value)]);
    }
  }
  rows.push(['host', `${seconds(report.host.wall_seconds)}, ${report.host.threads} threads, ` +
             bytes(report.host.peak_bytes)]);
  const machine = Object.entries(from).find(([, value]) => typeof value === 'string' &&
                                                           value.includes('\n'));
  return el('div', {}, table(['', ''], rows, 'provenance'),
            machine && el('details', {}, el('summary', {}, 'the resolved machine'),
                          el('pre', {}, machine[1] as string)),
            run.facts.generated && el('details', {}, el('summary', {}, 'the text'),
                                      el('p', {class: 'generated'}, run.facts.generated)));
}
