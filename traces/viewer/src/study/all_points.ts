// SPDX-License-Identifier: Apache-2.0
// Every point, those without figures too, with why.
import {el} from '../dom';
import {askedMetrics, axisColumn, metricColumn} from './answers';
import {StudyFacts} from './facts';
import {PagedTable, pointColumn, TableColumn} from './paged_table';
import {Points} from './points';
import {Scatter} from './scatter';
import {filters, shownPoints, Store} from './state';

const kRows = 25;
type Which = 'all' | 'done' | 'kept' | 'front' | 'without';
const kWhich: [Which, string][] = [
  ['all', 'all points'], ['done', 'with figures'], ['kept', 'that keep the constraints'],
  ['front', 'on the Pareto front'], ['without', 'without figures'],
];

function wanted(points: Points, which: Which, point: number): boolean {
  switch (which) {
    case 'done': return points.withFigures[point] === 1;
    case 'kept': return points.kept[point] === 1;
    case 'front': return points.front[point] === 1;
    case 'without': return points.withFigures[point] === 0;
    default: return true;
  }
}

export function allPoints(points: Points, studies: StudyFacts[], store: Store): HTMLElement {
  const anyWithout = points.withFigures.some((one) => one === 0);
  const rungs = points.rung.some((rung) => rung > 0);
  const columns = (all: boolean): TableColumn[] => [
    pointColumn(points, studies.length),
    ...points.axes.map((column) => axisColumn(points, column)),
    ...(rungs ? [{head: 'rung', text: (point: number) => `${points.rung[point]}`,
                  by: (point: number) => points.rung[point]}] : []),
    ...(all ? points.metrics : askedMetrics(points, studies)).map(
        (column) => metricColumn(points, column)),
    {head: 'front', text: (point) => points.front[point] ? 'yes' : '',
     by: (point) => 1 - points.front[point], words: true},
    ...(anyWithout ? [{head: 'came to', words: true, by: (point: number) => points.exit[point],
        text: (point: number) => points.exit[point] +
            (points.message[point] ? `: ${points.message[point]}` : '')}] : []),
  ];
  const paged = new PagedTable(store, columns(false), kRows);
  const which = el('select', {'aria-label': 'which points', change: () => update()},
      ...kWhich.map(([value, text]) => el('option', {value}, text)));
  const every = el('button', {'aria-pressed': 'false', click: () => {
    every.setAttribute('aria-pressed', String(every.getAttribute('aria-pressed') !== 'true'));
    update();
  }}, 'every figure');
  const update = () => {
    const shown = shownPoints(points, store.state);
    const members: number[] = [];
    for (let point = 0; point < points.count; ++point) {
      if (shown[point] && wanted(points, which.value as Which, point)) {
        members.push(point);
      }
    }
    paged.show(members, columns(every.getAttribute('aria-pressed') === 'true'));
  };
  store.listen((changed) => filters(changed) && update());
  update();
  return el('div', {}, el('div', {class: 'toolbar'}, which, every,
      el('span', {class: 'note'}, 'Values that are not shown above are left out here too.')),
      paged.element);
}

/// What the scatter draws, as text.
export function scatterTable(scatter: Scatter, store: Store): HTMLElement {
  const {points, studies} = scatter;
  const paged = new PagedTable(store, [], kRows);
  const details = el('details', {class: 'as-table'}, el('summary', {}, 'this scatter as a table'),
                     paged.element);
  const update = () => {
    if (!details.open) {
      return;
    }
    const {column} = scatter.coloring;
    const shown = [...new Set([...scatter.columns(), ...(column ? [column] : [])])];
    paged.show([...scatter.drawn].sort((a, b) => a - b), [
      pointColumn(points, studies.length), ...shown.map((one) =>
          one.axis ? axisColumn(points, one) : metricColumn(points, one)),
      {head: 'Pareto front', words: true, by: (point) => 1 - points.front[point],
       text: (point) => points.front[point] ? 'yes' : ''},
      {head: 'keeps the constraints', words: true, by: (point) => 1 - points.kept[point],
       text: (point) => points.kept[point] ? 'yes' : 'no'},
      {head: 'front of these', words: true, by: (point) => scatter.line.includes(point) ? 0 : 1,
       text: (point) => scatter.line.includes(point) ? 'yes' : ''}]);
  };
  details.addEventListener('toggle', update);
  scatter.whenDrawn(update);
  return details;
}
