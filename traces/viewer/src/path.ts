// SPDX-License-Identifier: Apache-2.0
// The chain of causes the run hangs on.
import {el, table} from './dom';
import {commas, percent} from './format';
import {Run} from './run';
import {Store} from './state';

const kMostRows = 24;
const kKinds: [string, string][] = [
  ['compute', 'a tile computes'], ['setup', 'a tile steps through its program, sets up'],
  ['words', 'words of a train follow each other'], ['link', 'from core to core: ramps, hops, turns'],
  ['places', 'a train before it still fills the places'],
];

export function criticalPath(run: Run, store: Store): HTMLElement {
  const pin = ([x, y]: [number, number]) => el('button', {
    class: 'link', title: 'pin it on the wafer', click: () => {
      store.set({pin: {x: x - run.x0, y: y - run.y0}, path: true});
      document.getElementById('wafer')!.scrollIntoView({block: 'start'});
    }}, `(${x},${y})`);
  const path = run.facts.path;
  if (!path) {
    return el('p', {class: 'note'}, 'Not in this recording: ', el('code', {}, 'weft report RUN'),
              ' simulates once more and adds it, ', el('code', {}, 'weft explain RUN'), ' prints it.');
  }
  if (path.unknown_because) {
    return el('p', {class: 'note'}, `Not known: ${path.unknown_because}`);
  }
  const whole = run.cycles;
  const kinds = kKinds.map(([kind, meaning]) =>
      [meaning, percent((path.kinds[kind] ?? 0) / whole), commas(path.kinds[kind] ?? 0)]);
  const rows = path.rows.slice(0, kMostRows).map((row) => [
    el('span', {}, row.op ?? '(no op)'), row.kind, percent(row.cycles / whole), commas(row.cycles),
    commas(row.stretches), commas(row.tiles), pin(row.tile),
    el('code', {}, row.instruction ? `${row.instruction} \u2013 ${row.role} ${row.pc}` : ''),
  ]);
  return el('div', {class: 'split'},
      el('div', {}, el('p', {class: 'note'}, `${commas(path.stretches)} stretches, ` +
          `${commas(path.messages)} of them from one tile to another; every cycle lies in one.`),
         table(['what it consists of', 'share', 'cycles'], kinds)),
      el('div', {class: 'scroll'}, table(['op', 'kind', 'share', 'cycles', 'stretches', 'tiles',
                                          'most on', 'instruction'], rows, 'path')));
}
