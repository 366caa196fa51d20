// SPDX-License-Identifier: Apache-2.0
// Pointer, keys and pickers of the scatter.
import {el} from '../dom';
import {Column, Points, title} from './points';
import {Scatter} from './scatter';
import {Store} from './state';

export const kKeys: [string, string][] = [
  ['\u2190 and \u2192', 'walk along the front'],
  ['shift + arrows, \u2191 and \u2193', 'walk to the nearest point that way'],
  ['enter', 'pin the point'], ['escape', 'let it go'],
  ['[ and ]', 'color before, color after'], ['x and y', 'logarithmic or linear'],
  ['k', 'leave out what misses a constraint'], ['0', 'show every value again'], ['?', 'these keys'],
];

const kSteps: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
};

function pointer(scatter: Scatter, store: Store) {
  const canvas = scatter.canvas;
  canvas.addEventListener('pointermove', (event) =>
      store.set({cursor: scatter.pointAt(event.offsetX, event.offsetY)}));
  canvas.addEventListener('pointerleave', () => store.set({cursor: null}));
  canvas.addEventListener('click', (event) => {
    const point = scatter.pointAt(event.offsetX, event.offsetY);
    store.set({pin: point === store.state.pin ? null : point});
  });
}

/// What colors may stand for, in the order of the picker.
export function colorKeys(scatter: Scatter): string[] {
  return ['', ...scatter.points.axes.map(({key}) => key),
          ...scatter.points.metrics.map(({key}) => key)];
}

export const canBeLog = (column: Column) => !column.named &&
    column.values.every((value) => !(value <= 0));

function walk(scatter: Scatter, store: Store, [dx, dy]: [number, number], all: boolean) {
  const from = store.state.cursor ?? store.state.pin;
  if (dy === 0 && !all && scatter.line.length > 0) {
    const at = from === null ? -1 : scatter.line.indexOf(from);
    const last = scatter.line.length - 1;
    const next = at < 0 ? (dx > 0 ? 0 : last) : Math.min(last, Math.max(0, at + dx));
    store.set({cursor: scatter.line[next]});
  } else {
    store.set({cursor: scatter.beside(from, dx, dy)});
  }
}

export function showAll(store: Store) {
  store.set({hidden: new Map(), ranges: new Map(), onlyKept: false});
}

function press(scatter: Scatter, store: Store, key: string, shift: boolean): boolean {
  const {state} = store;
  if (kSteps[key]) {
    walk(scatter, store, kSteps[key], shift);
    return true;
  }
  const turn = (by: number) => {
    const keys = colorKeys(scatter);
    store.set({color: keys[(keys.indexOf(state.color) + by + keys.length) % keys.length]});
  };
  const [x, y] = scatter.columns();
  const keys: Record<string, () => void> = {
    Enter: () => store.set({pin: state.cursor ?? state.pin}),
    Escape: () => store.set({pin: null, cursor: null}),
    '[': () => turn(-1), ']': () => turn(1),
    x: () => store.set({logX: !state.logX && canBeLog(x)}),
    y: () => store.set({logY: !state.logY && canBeLog(y)}),
    k: () => store.set({onlyKept: !state.onlyKept}),
    0: () => showAll(store),
    '?': () => document.getElementById('keys')!.toggleAttribute('open'),
  };
  keys[key]?.();
  return key in keys;
}

export function attach(scatter: Scatter, store: Store) {
  pointer(scatter, store);
  document.addEventListener('keydown', (event) => {
    const target = event.target as HTMLElement;
    const typing = ['INPUT', 'SELECT', 'TEXTAREA', 'BUTTON', 'SUMMARY', 'A'].includes(target.tagName);
    if (event.ctrlKey || event.metaKey || event.altKey || (typing && event.key !== 'Escape')) {
      return;
    }
    if (target !== scatter.canvas && (kSteps[event.key] || event.key === 'Enter')) {
      return;  // the page scrolls by these
    }
    if (press(scatter, store, event.key, event.shiftKey)) {
      event.preventDefault();
    }
  });
}

function picker(id: string, label: string, points: Points, first: [string, string][],
                change: (key: string) => void) {
  const option = (column: Column) => el('option', {value: column.key}, title(column));
  const select = el('select', {id, change: () => change(select.value)},
      ...first.map(([value, text]) => el('option', {value}, text)),
      el('optgroup', {label: 'figures'}, ...points.metrics.map(option)),
      el('optgroup', {label: 'axes'}, ...points.axes.map(option)));
  return {select, labelled: el('label', {}, `${label} `, select)};
}

/// The row above the scatter.
export function toolbar(scatter: Scatter, store: Store): HTMLElement {
  const {points} = scatter;
  const {state} = store;
  const logical = (key: string, log: boolean) => log && canBeLog(points.column(key));
  const x = picker('x', 'across', points, [], (key) =>
      store.set({x: key, logX: logical(key, state.logX)}));
  const y = picker('y', 'up', points, [], (key) =>
      store.set({y: key, logY: logical(key, state.logY)}));
  const tint = picker('color', 'color', points,
      [['', scatter.studies.length > 1 ? 'study' : 'one for all']], (key) => store.set({color: key}));
  const toggle = (text: string, name: string, change: () => void, on: () => boolean,
                  can: () => boolean = () => true) => {
    const button = el('button', {title: name, click: change}, text);
    const update = () => {
      button.setAttribute('aria-pressed', String(on()));
      button.disabled = !can();
    };
    store.listen(update);
    update();
    return button;
  };
  const update = () => {
    x.select.value = state.x;
    y.select.value = state.y;
    tint.select.value = state.color;
  };
  store.listen(update);
  update();
  return el('div', {class: 'toolbar'},
      x.labelled, toggle('log', 'across: logarithmic (x)', () => store.set({logX: !state.logX}),
                         () => state.logX, () => canBeLog(points.column(state.x))),
      el('span', {class: 'gap'}),
      y.labelled, toggle('log', 'up: logarithmic (y)', () => store.set({logY: !state.logY}),
                         () => state.logY, () => canBeLog(points.column(state.y))),
      el('span', {class: 'gap'}), tint.labelled, el('span', {class: 'gap'}),
      scatter.studies.some(({constraints}) => constraints.length > 0) &&
          toggle('keeps constraints', 'leave out points that miss a constraint (k)',
                 () => store.set({onlyKept: !state.onlyKept}), () => state.onlyKept));
}
