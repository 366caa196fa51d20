// SPDX-License-Identifier: Apache-2.0
// What colors and shapes stand for, and which values of the axes are shown.
import {gradient} from '../colors';
import {el} from '../dom';
import {showAll} from './controls';
import {figure} from './figures';
import {Column, title} from './points';
import {Scatter} from './scatter';
import {Store} from './state';

/// Axes of more values are filtered by a range, or not at all where they are names.
const kMostValues = 40;
const kShapes = ['disc', 'diamond'];

/// A value of an axis as a switch; with shift it alone stays.
function valueSwitch(store: Store, column: Column, place: number, color: string | null) {
  const hidden = store.state.hidden.get(column.key);
  const click = (event: MouseEvent) => {
    if (event.shiftKey) {
      store.hide(column.key, new Set(column.texts.map((_, i) => i).filter((i) => i !== place)));
    } else {
      store.toggle(column.key, place);
    }
  };
  const button = el('button', {class: 'value', click, title: 'show or hide; with shift: this alone',
                               'aria-pressed': String(!hidden?.has(place))});
  if (color) {
    const swatch = el('span', {class: 'swatch'});
    swatch.style.background = color;
    button.append(swatch);
  }
  button.append(column.texts[place]);
  return button;
}

/// Puts new children where the old ones were and keeps the focus at its place among them.
function refill(element: HTMLElement, children: (Node | string)[]) {
  const before = [...element.querySelectorAll('button, input')];
  const at = before.indexOf(document.activeElement as Element);
  element.replaceChildren(...children);
  if (at >= 0) {
    ([...element.querySelectorAll('button, input')][at] as HTMLElement | undefined)?.focus();
  }
}

function sign(kind: string, text: string) {
  return el('span', {class: 'sign'}, el('span', {class: kind}), text);
}

export function legend(scatter: Scatter, store: Store): HTMLElement {
  const element = el('div', {class: 'legend'});
  const {studies, points} = scatter;
  scatter.whenDrawn(() => {
    const {column, colors, swatches, least, most, log} = scatter.coloring;
    const parts: (Node | string)[] = [];
    if (column && swatches) {
      parts.push(el('span', {class: 'name'}, column.name),
                 ...column.texts.map((_, i) => valueSwitch(store, column, i, colors[i])));
    } else if (column) {
      const ramp = el('span', {class: 'ramp'});
      ramp.style.background = gradient(false);
      parts.push(el('span', {class: 'name'}, title(column) + (log ? ', log' : '')),
                 figure(least, column.unit), ramp, figure(most, column.unit));
    } else if (studies.length > 1) {
      parts.push(...studies.map(({folder}, i) => {
        const one = sign(kShapes[i], `${'AB'[i]}: ${folder}`);
        (one.firstChild as HTMLElement).style.background = colors[i];
        return one;
      }));
    }
    if (column && studies.length > 1) {
      parts.push(...studies.map((_, i) => sign(kShapes[i], 'AB'[i])));
    }
    parts.push(el('span', {class: 'gap'}), sign('ring', 'on the Pareto front of the study'));
    if (scatter.line.length > 0) {
      parts.push(sign('line', 'front of the points shown'));
    }
    if (scatter.drawn.some((point) => !points.kept[point])) {
      parts.push(sign('hollow', 'misses a constraint'));
    }
    refill(element, parts);
  });
  return element;
}

function range(store: Store, column: Column): HTMLElement {
  const known = column.values.filter((value) => !Number.isNaN(value));
  const least = known.reduce((a, b) => Math.min(a, b), Infinity);
  const most = known.reduce((a, b) => Math.max(a, b), -Infinity);
  const now = store.state.ranges.get(column.key);
  const field = (what: string, value: number | undefined, none: number) => el('input', {
    type: 'number', step: 'any', placeholder: String(none), value: value ?? '',
    'aria-label': `${column.name} ${what}`, change: () => {
      const [from, to] = fields.map((one) => one.value === '' ? null : Number(one.value));
      const ranges = new Map(store.state.ranges);
      ranges.delete(column.key);
      if (from !== null || to !== null) {
        ranges.set(column.key, {from: from ?? least, to: to ?? most});
      }
      store.set({ranges});
    }});
  const fields = [field('from', now?.from === least ? undefined : now?.from, least),
                  field('to', now?.to === most ? undefined : now?.to, most)];
  return el('span', {}, fields[0], ' to ', fields[1], column.unit ? ` ${column.unit}` : '');
}

export function filterPanel(scatter: Scatter, store: Store): HTMLElement {
  const body = el('div', {class: 'filters'});
  const said = el('p', {class: 'note', role: 'status'});
  const {points} = scatter;
  scatter.whenDrawn(() => {
    const rows: Node[] = [];
    for (const column of points.axes) {
      if (column.texts.length > 1 && column.texts.length <= kMostValues) {
        rows.push(el('span', {}, column.name), el('div', {class: 'values'},
            ...column.texts.map((_, place) => valueSwitch(store, column, place, null))));
      } else if (!column.named && column.texts.length > 1) {
        rows.push(el('span', {}, column.name), range(store, column));
      }
    }
    refill(body, rows);
    const figures = points.withFigures.reduce((sum, one) => sum + one, 0);
    const left = figures - scatter.drawn.length;
    said.replaceChildren(`${scatter.drawn.length.toLocaleString('en-US')} of ` +
        `${figures.toLocaleString('en-US')} points with figures are drawn`,
        left > 0 ? '; ' : '.', ...(left > 0 ?
            [el('button', {class: 'link', click: () => showAll(store)}, 'show all')] : []));
  });
  return el('div', {}, said, el('details', {id: 'filters'},
      el('summary', {}, 'show only some values of the axes'), body));
}
