// SPDX-License-Identifier: Apache-2.0
// The first screen: which study, how many points, and why some have no figures.
import {el} from '../dom';
import {commas} from '../format';
import {Constraint, StudyFacts} from './facts';
import {figure, words} from './figures';
import {Points} from './points';

const kMostReasons = 3;

function limitText({metric, at_least, at_most}: Constraint, unit: string): string {
  const tail = ['', 'B', 's', 'J', 'Hz'].includes(unit) ? '' : ` ${unit}`;
  const parts = [at_least === null ? '' : ` \u2265 ${figure(at_least, unit)}${tail}`,
                 at_most === null ? '' : ` \u2264 ${figure(at_most, unit)}${tail}`];
  return words(metric) + parts.filter((part) => part !== '').join(' and');
}

export function header(facts: StudyFacts, which: string): HTMLElement {
  const {points, with_figures, feasible} = facts.counts;
  const unit = (metric: string) => facts.metrics.find(({name}) => name === metric)?.unit ?? '';
  const rows: [string, string, string][] = [
    ['points', commas(points), facts.axes.map(({name}) => name).join(' \u00d7 ')],
    ['with figures', commas(with_figures),
     facts.objectives.map(({metric, more}) => `${more ? 'most' : 'least'} ${words(metric)}`).join(', ')],
  ];
  if (facts.constraints.length > 0) {
    rows.push(['keep the constraints', commas(feasible), facts.constraints.map(
        (constraint) => limitText(constraint, unit(constraint.metric))).join(', ')]);
  }
  rows.push(['on the Pareto front', commas(facts.front.length), '']);
  return el('header', {}, which !== '' && el('p', {class: 'which'}, which),
            el('h1', {}, facts.name, facts.description && el('small', {}, facts.description)),
            el('dl', {class: 'figures'}, ...rows.map(([name, value, remark]) => el('div', {},
                el('dt', {}, name), el('dd', {}, value, el('small', {}, remark))))));
}

/// "12 refused, 1 out of time", and the most frequent messages.
export function withoutFigures(points: Points, study: number): HTMLElement | null {
  const exits = new Map<string, number>();
  const reasons = new Map<string, number>();
  const add = (counts: Map<string, number>, key: string) =>
      counts.set(key, (counts.get(key) ?? 0) + 1);
  for (let point = 0; point < points.count; ++point) {
    if (points.study[point] === study && !points.withFigures[point]) {
      add(exits, points.exit[point]);
      if (points.message[point] !== '') {
        add(reasons, points.message[point]);
      }
    }
  }
  if (exits.size === 0) {
    return null;
  }
  const byCount = (counts: Map<string, number>) => [...counts].sort((a, b) => b[1] - a[1]);
  const left = reasons.size - kMostReasons;
  return el('div', {class: 'without'},
      el('p', {}, `Without figures: ${byCount(exits).map(
          ([exit, count]) => `${commas(count)} ${exit}`).join(', ')}`),
      el('ul', {}, ...byCount(reasons).slice(0, kMostReasons).map(
          ([reason, count]) => el('li', {}, el('strong', {}, `${commas(count)}\u00d7 `), reason))),
      left > 0 && el('p', {class: 'note'}, `and ${commas(left)} other reasons: see all points`));
}
