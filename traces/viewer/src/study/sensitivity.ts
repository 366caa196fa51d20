// SPDX-License-Identifier: Apache-2.0
// How much each objective hangs on each axis, and its mean for each value of it.
import {el} from '../dom';
import {percent} from '../format';
import {Objective, StudyFacts} from './facts';
import {figure, headed} from './figures';
import {Column, Points} from './points';

/// Of axes with more values, so many parts of equal size.
const kMostBars = 12;
const kParts = 8;

interface Group { name: string; count: number; mean: number; best: number }

function groupsOf(points: Points, study: number, axis: Column, metric: Column,
                  more: boolean): Group[] {
  const members: number[] = [];
  for (let point = 0; point < points.count; ++point) {
    if (points.study[point] === study && Number.isFinite(metric.values[point])) {
      members.push(point);
    }
  }
  const lists = new Map<number, number[]>();
  const add = (key: number, point: number) => {
    const list = lists.get(key);
    if (list) {
      list.push(point);
    } else {
      lists.set(key, [point]);
    }
  };
  const parted = !axis.named && axis.texts.length > kMostBars;
  if (parted) {
    const sorted = members.filter((point) => axis.places![point] >= 0)
        .sort((a, b) => axis.values[a] - axis.values[b]);
    sorted.forEach((point, i) => add(Math.floor(i * kParts / sorted.length), point));
  } else {
    members.forEach((point) => add(axis.places![point], point));
  }
  const name = (key: number, list: number[]) => !parted ?
      (key < 0 ? '\u2013' : axis.texts[key]) :
      `${points.text(axis, list[0])} to ${points.text(axis, list.at(-1)!)}`;
  return [...lists].sort(([a], [b]) => a - b).map(([key, list]) => {
    const values = list.map((point) => metric.values[point]);
    return {name: name(key, list), count: list.length,
            mean: values.reduce((sum, value) => sum + value, 0) / values.length,
            best: values.reduce((a, b) => (more ? a > b : a < b) ? a : b)};
  });
}

function meter(share: number): HTMLElement {
  const fill = el('span');
  fill.style.width = `${100 * Math.min(1, Math.max(0, share))}%`;
  return el('div', {class: 'meter'}, fill);
}

function means(groups: Group[], metric: Column): HTMLElement {
  const most = Math.max(...groups.map(({mean}) => Math.abs(mean)));
  const shown = groups.length > kMostBars ? groups.slice(0, kMostBars) : groups;
  const left = groups.length - shown.length;
  return el('table', {class: 'means'},
      el('thead', {}, el('tr', {}, ...['', 'mean', '', 'best', 'points'].map(
          (head, i) => el('th', i > 0 ? {class: 'number'} : {}, head)))),
      el('tbody', {}, ...shown.map(({name, count, mean, best}) => el('tr', {},
          el('td', {}, name), el('td', {class: 'number'}, figure(mean, metric.unit)),
          el('td', {class: 'bar-cell'}, meter(most > 0 ? Math.abs(mean) / most : 0)),
          el('td', {class: 'number'}, figure(best, metric.unit)),
          el('td', {class: 'number'}, count.toLocaleString('en-US')))),
          left > 0 && el('tr', {}, el('td', {colspan: 5}, `and ${left} other values`))));
}

function ofObjective(points: Points, facts: StudyFacts, study: number,
                     {metric: name, more}: Objective): HTMLElement | null {
  const metric = points.metrics.find(({key}) => key === `metric:${name}`);
  if (!metric) {
    return null;
  }
  const rows = facts.sensitivity.filter((one) => one.metric === name)
      .sort((a, b) => b.share - a.share);
  return el('div', {class: 'objective'}, el('h3', {}, headed(metric.name, metric.unit)),
      ...rows.map(({axis, share}, i) => {
        const column = points.axes.find(({key}) => key === `axis:${axis}`)!;
        const body = el('div', {class: 'scroll'});
        const details = el('details', {}, el('summary', {}, el('span', {class: 'axis'}, axis),
            meter(share), el('span', {class: 'share'}, percent(share, 0))), body);
        const fill = () => details.open && body.childElementCount === 0 &&
            body.append(means(groupsOf(points, study, column, metric, more), metric));
        details.addEventListener('toggle', fill);
        details.open = i === 0;
        fill();
        return details;
      }));
}

export function sensitivity(points: Points, facts: StudyFacts, study: number): HTMLElement {
  return el('div', {},
      el('p', {class: 'note'}, 'The share of the variance of all points with figures that the axis ' +
         'explains alone; a click shows the means of its values. Axes that act together only have ' +
         'small shares each.'),
      el('div', {class: 'objectives'}, ...facts.objectives.map(
          (objective) => ofObjective(points, facts, study, objective)).filter((box) => box !== null)));
}
