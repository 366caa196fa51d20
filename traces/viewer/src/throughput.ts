// SPDX-License-Identifier: Apache-2.0
// Machines at the task of the run: simulated, measured, published and at best, never ranked.
import {el, table} from './dom';
import {commas, seconds, short} from './format';
import {Run} from './run';

interface Row {
  origin: string;
  device: string;
  devices: number;
  tokens_per_second_per_user: number | null;
  tokens_per_second: number | null;
  watts: number | null;
  tokens_per_second_per_watt: number | null;
  time_to_first_token: number | null;
  conditions: string;
  sources: string[];
  assumed: string[];
}

/// As `weft compare --json` says it; docs/throughput.md lists the keys.
export interface Throughput {
  model: string;
  phase: string;
  sequence: number;
  batch: number;
  rows: Row[];
  notes: {origin: string, text: string, missing: boolean}[];
}

const kOrigins: [string, string][] = [
  ['simulated', 'wafer, this run'], ['measured', 'GPU, measured'],
  ['published', 'published by others'], ['roofline', 'roofline, an upper bound'],
];

const rate = (value: number | null) => value === null ? '\u2013' :
    value >= 100 ? commas(value) : value.toPrecision(3);

/// Sources by number, each once.
class Footnotes {
  readonly texts: string[] = [];
  mark(source: string): Node {
    let at = this.texts.indexOf(source);
    if (at < 0) {
      at = this.texts.push(source) - 1;
    }
    return el('sup', {title: source}, `[${at + 1}]`);
  }
}

function rowOf(row: Row, footnotes: Footnotes) {
  const how = el('span', {}, row.conditions,
                 ...[...new Set(row.sources)].map((source) => footnotes.mark(source)),
                 row.assumed.length > 0 &&
                     el('sup', {title: `assumed: ${row.assumed.join('; ')}`}, '*'));
  return [`${row.devices > 1 ? `${row.devices} \u00d7 ` : ''}${row.device}`,
          rate(row.tokens_per_second_per_user), rate(row.tokens_per_second),
          row.watts === null ? '\u2013' : short(row.watts, 'W'),
          rate(row.tokens_per_second_per_watt), seconds(row.time_to_first_token), how];
}

export function throughput(run: Run): HTMLElement | null {
  const comparison = run.facts.throughput;
  if (!comparison) {
    return null;
  }
  const footnotes = new Footnotes();
  const heads = ['', 'tokens/s per user', 'tokens/s in all', 'power', 'tokens/s per W',
                 'to first token', 'how'];
  const result = table(heads, [], 'throughput');
  result.tBodies[0].remove();
  for (const [origin, title] of kOrigins) {
    const rows = comparison.rows.filter((row) => row.origin === origin);
    const notes = comparison.notes.filter((note) => note.origin === origin);
    const body = table([], rows.map((row) => rowOf(row, footnotes))).tBodies[0];
    body.className = origin;
    body.prepend(el('tr', {}, el('th', {colspan: heads.length, scope: 'rowgroup'}, title)));
    body.append(...notes.map(({text}) =>
        el('tr', {}, el('td', {colspan: heads.length, class: 'note'}, text))));
    result.append(body);
  }
  const assumed = [...new Set(comparison.rows.flatMap((row) => row.assumed))];
  const task = comparison.phase === 'decode' ?
      `a decode step behind ${commas(comparison.sequence)} tokens in the cache` :
      `a prompt of ${commas(comparison.sequence)} tokens`;
  return el('div', {},
      el('p', {class: 'note'}, `${comparison.model}, ${task}, batch ${comparison.batch}. ` +
         'Figures of different origin are not to be ranked: each group has conditions of its own.'),
      el('div', {class: 'scroll'}, result),
      el('details', {}, el('summary', {}, 'sources'),
         el('ol', {class: 'sources'}, ...footnotes.texts.map((text) => el('li', {}, text))),
         assumed.length > 0 && el('p', {class: 'note'}, `* assumed: ${assumed.join('; ')}`)));
}
