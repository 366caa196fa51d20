// SPDX-License-Identifier: Apache-2.0
// The front, the best points and the difference of two studies, as tables.
import {el, table} from '../dom';
import {commas} from '../format';
import {DifferenceFacts, StudyFacts} from './facts';
import {change, figure, headed, words} from './figures';
import {PagedTable, pointColumn, TableColumn} from './paged_table';
import {Column, Points, title} from './points';
import {Store} from './state';

const kFrontRows = 20;
const kDifferenceRows = 30;

export const axisColumn = (points: Points, column: Column): TableColumn => ({
  head: column.name, text: (point) => points.text(column, point),
  by: (point) => column.values[point], words: column.named});

export const metricColumn = (points: Points, column: Column): TableColumn => ({
  head: title(column), text: (point) => points.text(column, point),
  by: (point) => column.values[point]});

const metricsNamed = (points: Points, names: string[]) =>
    names.map((name) => points.metrics.find(({key}) => key === `metric:${name}`))
        .filter((column) => column !== undefined);

/// What objectives and constraints ask for, each once.
export function askedMetrics(points: Points, studies: StudyFacts[]): Column[] {
  const names = studies.flatMap(({objectives, constraints}) =>
      [...objectives, ...constraints].map(({metric}) => metric));
  return metricsNamed(points, [...new Set(names)]);
}

export function frontTable(points: Points, facts: StudyFacts, study: number, store: Store) {
  const paged = new PagedTable(store, [
    pointColumn(points, 1), ...points.axes.map((column) => axisColumn(points, column)),
    ...askedMetrics(points, [facts]).map((column) => metricColumn(points, column)),
  ], kFrontRows);
  paged.show(facts.front.map((row) => points.begin[study] + row));
  return paged.element;
}

/// For each objective the best point, and what it would be without one of the constraints.
export function bestTable(points: Points, facts: StudyFacts, study: number, store: Store) {
  const columns = new Map(points.metrics.map((column) => [column.key, column]));
  const rows = facts.best.map(({metric, without, row}) => {
    const column = columns.get(`metric:${metric}`);
    const what = without === '' ? (facts.constraints.length ? 'with all constraints' : '') :
        `without the limit on ${words(without)}`;
    const name = column ? title(column) : words(metric);
    if (row === null || !column) {
      return [name, what, 'none', '', ...points.axes.map(() => '')];
    }
    const point = points.begin[study] + row;
    return [name, what, points.text(column, point),
            el('button', {class: 'link', title: 'pin it',
                          click: () => store.set({pin: point, cursor: null})},
               `${points.index[point]}`),
            ...points.axes.map((axis) => points.text(axis, point))];
  });
  return el('div', {class: 'scroll'},
            table(['best', '', '', 'point', ...points.axes.map(({name}) => name)], rows, 'best'));
}

export function differenceTable(points: Points, difference: DifferenceFacts): HTMLElement {
  const element = el('div', {class: 'scroll'});
  const units = difference.metrics.map((metric) =>
      points.metrics.find(({key}) => key === `metric:${metric}`)?.unit ?? '');
  const head = [...difference.axes, ...difference.metrics.flatMap(
      (metric, i) => [headed(words(metric), units[i]) + ', A', 'B', 'change'])];
  const text = (value: number | null, i: number) => figure(value ?? NaN, units[i]);
  const draw = (count: number) => {
    const rows = points.difference.slice(0, count).map(([values, before, after]) => [
      ...values, ...before.flatMap((value, i) =>
          [text(value, i), text(after[i], i), change(value, after[i])])]);
    const left = points.difference.length - rows.length;
    element.replaceChildren(table(head, rows, 'difference'), ...(left > 0 ? [
      el('p', {}, el('button', {click: () => draw(count + 1_000)}, `${commas(left)} more`))] : []));
  };
  draw(kDifferenceRows);
  return el('div', {}, el('p', {class: 'note'},
      `${commas(points.difference.length)} points in both, ${commas(difference.only_before)} ` +
      `only in A, ${commas(difference.only_after)} only in B`), element);
}
