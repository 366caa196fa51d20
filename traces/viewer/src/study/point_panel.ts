// SPDX-License-Identifier: Apache-2.0
// Beside the scatter: the point under the pointer and the pinned one, what they set, all figures,
// and the report of the pinned one.
import {el} from '../dom';
import {change} from './figures';
import {Column, Points, title} from './points';
import {Scatter} from './scatter';
import {Store} from './state';

type Child = Node | string | null | false;

/// A shell takes it as one word.
const quoted = (text: string) =>
    /^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

export function rerunCommand(points: Points, point: number): string {
  return `weft sweep rerun ${quoted(points.studyOf(point).folder)} --point ${points.index[point]}`;
}

function reportOf(points: Points, point: number): HTMLElement {
  const path = points.report(point);
  if (path) {
    return el('p', {class: 'report'}, `${points.name(point)}: `,
              el('a', {href: path}, 'the report of its run'));
  }
  const command = el('code', {class: 'command'}, rerunCommand(points, point));
  const select = () => getSelection()?.selectAllChildren(command);
  const copy = el('button', {click: async () => {
    select();
    try {
      await navigator.clipboard.writeText(command.textContent!);
      copy.textContent = 'copied';
    } catch {
      copy.textContent = 'selected';  // where the browser forbids more
    }
  }}, 'copy');
  return el('div', {class: 'report'},
            el('p', {}, `${points.name(point)} has a report once it is run again:`),
            el('p', {}, command, ' ', copy),
            el('p', {class: 'note'}, 'Then load this page again.'));
}

function state(points: Points, point: number): Child {
  const {constraints} = points.studyOf(point);
  if (!points.withFigures[point]) {
    return el('p', {class: 'bad'}, `${points.exit[point]}: ${points.message[point]}`);
  }
  const parts = [points.front[point] ? 'on the Pareto front' : '',
                 constraints.length === 0 ? '' :
                     points.kept[point] ? 'keeps the constraints' : 'misses a constraint',
                 points.rung[point] > 0 ? `rung ${points.rung[point]}` : ''];
  const said = parts.filter((part) => part !== '').join(' \u00b7 ');
  return said !== '' && el('p', {class: 'note'}, said);
}

/// The figures of a point, beside those of the pinned one where both are there.
function figures(points: Points, point: number, against: number | null, columns: Column[]) {
  const rows = columns.filter((column) => [point, against].some(
      (one) => one !== null && (column.places ? column.places[one] >= 0 :
                                                Number.isFinite(column.values[one]))));
  return rows.map((column) => {
    const cells = [el('td', {title: column.meaning}, column.axis ? column.name : title(column)),
                   el('td', {class: 'number'}, points.text(column, point))];
    if (against !== null) {
      cells.push(el('td', {class: 'number'}, points.text(column, against)),
                 el('td', {class: 'number change'}, column.places ? '' :
                     change(column.values[against], column.values[point])));
    }
    return el('tr', {}, ...cells);
  });
}

function panel(points: Points, point: number, pin: number | null): HTMLElement {
  const against = pin !== null && pin !== point ? pin : null;
  const head = el('tr', {}, el('th', {}, ''), el('th', {class: 'number'}, `${points.index[point]}`),
                  against !== null && el('th', {class: 'number'}, `${points.index[against]}, pinned`),
                  against !== null && el('th', {class: 'number'}, 'change'));
  const gap = el('tr', {class: 'gap'}, el('td', {colspan: against === null ? 2 : 4}));
  return el('div', {class: 'point'},
      el('h3', {}, points.name(point), el('small', {}, point === pin ? 'pinned' : '')),
      state(points, point),
      el('table', {}, against !== null && el('thead', {}, head), el('tbody', {},
          ...figures(points, point, against, points.axes), gap,
          ...figures(points, point, against, points.metrics))));
}

function nothing(scatter: Scatter): HTMLElement {
  return el('div', {class: 'point'}, el('h3', {}, 'No point yet'),
      el('p', {class: 'note'}, scatter.drawn.length === 0 ?
          'Nothing is drawn: no point has both figures, or none of those values is shown.' :
          'Point at one, or walk there by the arrow keys, and it says what it sets and all its ' +
          'figures. A click or enter pins it: others are then set against it.'));
}

/// Also says the point to those who do not see the canvas.
export function pointPanel(scatter: Scatter, store: Store): HTMLElement {
  const {points} = scatter;
  const element = el('aside', {class: 'panel', 'aria-label': 'the point'});
  const said = el('p', {class: 'said', role: 'status'});
  let before: [number | null, number | null] | null = null;
  const update = () => {
    const {pin, cursor} = store.state;
    const point = cursor ?? pin;
    if (before && before[0] === point && before[1] === pin && point !== null) {
      return;
    }
    before = [point, pin];
    element.replaceChildren(...[
      ...(pin !== null && points.withFigures[pin] ? [reportOf(points, pin)] : []),
      point === null ? nothing(scatter) : panel(points, point, pin)]);
    const [x, y] = scatter.columns();
    said.textContent = point === null ? '' :
        `${points.name(point)}: ${x.name} ${points.text(x, point)}, ` +
        `${y.name} ${points.text(y, point)}, ` +
        points.axes.map((axis) => `${axis.name} ${points.text(axis, point)}`).join(', ');
  };
  store.listen((changed) => (changed.has('pin') || changed.has('cursor')) && update());
  scatter.whenDrawn(update);
  return el('div', {}, element, said);
}
