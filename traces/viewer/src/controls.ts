// SPDX-License-Identifier: Apache-2.0
// Pointer, keys and buttons of the wafer.
import {el} from './dom';
import {stepOf, togglePlay} from './scrubber';
import {WaferMap} from './map';
import {Mode, Store} from './state';
import {Wafer} from './wafer';

export const kKeys: [string, string][] = [
  ['arrows', 'walk from tile to tile'], ['shift + arrows', 'pan'], ['enter', 'pin the tile'],
  ['escape', 'let it go'], ['+ and \u2212', 'zoom'], ['0', 'all of the region'],
  ['[ and ]', 'figure before, figure after'], ['m', 'mean or max from afar and over time'],
  ['space', 'play or stop'], [', and .', 'a slice back, a slice on'], ['w', 'the whole run'],
  ['l', 'links'], ['z', 'colors from 0'], ['o', 'outlines'], ['p', 'where the critical path lies'], ['d', 'A, B, side by side, difference'], ['?', 'these keys'],
];

function pointer(wafer: Wafer, map: WaferMap, store: Store) {
  const canvas = map.canvas;
  let from: {x: number, y: number, moved: number} | null = null;
  canvas.addEventListener('pointerdown', (event) => {
    from = {x: event.offsetX, y: event.offsetY, moved: 0};
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (from) {
      const right = event.offsetX - from.x;
      const down = event.offsetY - from.y;
      from = {x: event.offsetX, y: event.offsetY,
              moved: from.moved + Math.abs(right) + Math.abs(down)};
      if (from.moved > 3) {
        map.pan(right, down);
        wafer.draw();
      }
      return;
    }
    const tile = map.tileAt(event.offsetX, event.offsetY);
    const {cursor} = store.state;
    if (tile?.x !== cursor?.x || tile?.y !== cursor?.y) {
      store.set({cursor: tile});
    }
  });
  canvas.addEventListener('pointerup', (event) => {
    if (from && from.moved <= 3) {
      const tile = map.tileAt(event.offsetX, event.offsetY);
      const {pin} = store.state;
      store.set({pin: tile && pin?.x === tile.x && pin.y === tile.y ? null : tile});
    }
    from = null;
  });
  canvas.addEventListener('pointerleave', () => store.set({cursor: null}));
  canvas.addEventListener('wheel', (event) => {
    event.preventDefault();
    map.zoom(Math.exp(-event.deltaY * 0.0015), event.offsetX, event.offsetY);
    wafer.draw();
  }, {passive: false});
  canvas.addEventListener('dblclick', (event) => {
    map.zoom(2, event.offsetX, event.offsetY);
    wafer.draw();
  });
}

const kSteps: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
};

export function modesOf(wafer: Wafer): Mode[] {
  return wafer.runs.length < 2 ? ['first'] :
      wafer.comparable ? ['first', 'second', 'both', 'difference'] : ['first', 'second', 'both'];
}

function press(wafer: Wafer, store: Store, key: string, shift: boolean): boolean {
  const map = wafer.maps[wafer.visible()[0]];
  const {state} = store;
  const move = kSteps[key];
  if (move) {
    const [dx, dy] = move;
    if (shift) {
      map.pan(-dx * 60, -dy * 60);
      wafer.draw();
      return true;
    }
    const from = state.cursor ?? state.pin ??
        {x: Math.floor(map.view.x), y: Math.floor(map.view.y)};
    const clamp = (at: number, size: number) => Math.min(Math.max(0, at), size - 1);
    const cursor = {x: clamp(from.x + dx, map.run.width), y: clamp(from.y + dy, map.run.height)};
    if (!map.view.fitted) {
      map.reveal(cursor);
    }
    store.set({cursor});
    return true;
  }
  const step = (by: number) => {
    const size = stepOf(wafer.runs[0]);
    store.set({time: Math.min(1, Math.max(0, (state.time ?? 0) + by * size)), playing: false});
  };
  const keys: Record<string, () => void> = {
    Enter: () => store.set({pin: state.cursor ?? state.pin}),
    Escape: () => store.set({pin: null, cursor: null}),
    '+': () => (map.zoom(1.5), wafer.draw()),
    '=': () => (map.zoom(1.5), wafer.draw()),
    '-': () => (map.zoom(1 / 1.5), wafer.draw()),
    0: () => (map.fit(), wafer.draw()),
    '[': () => cycle(-1), ']': () => cycle(1),
    m: () => store.set({reduction: state.reduction === 'mean' ? 'max' : 'mean'}),
    ' ': () => wafer.runs[0].time && togglePlay(store),
    ',': () => wafer.runs[0].time && step(-1), '.': () => wafer.runs[0].time && step(1),
    w: () => store.set({time: null, playing: false}),
    z: () => store.set({fromZero: !state.fromZero}),
    l: () => store.set({links: !state.links}), p: () => store.set({path: !state.path}), o: () => store.set({outlines: !state.outlines}),
    d: () => {
      const modes = modesOf(wafer);
      store.set({mode: modes[(modes.indexOf(state.mode) + 1) % modes.length]});
    },
    '?': () => (document.getElementById('keys') as HTMLDetailsElement).toggleAttribute('open'),
  };
  const cycle = (by: number) => {
    const at = wafer.metrics.indexOf(wafer.metric());
    const count = wafer.metrics.length;
    store.set({metric: wafer.metrics[(at + by + count) % count].key});
  };
  if (keys[key]) {
    keys[key]();
    return true;
  }
  return false;
}

export function attach(wafer: Wafer, store: Store) {
  wafer.maps.forEach((map) => pointer(wafer, map, store));
  document.addEventListener('keydown', (event) => {
    const target = event.target as HTMLElement;
    const typing = ['INPUT', 'SELECT', 'TEXTAREA', 'BUTTON', 'SUMMARY'].includes(target.tagName);
    if (typing || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const onMap = target.tagName === 'CANVAS';
    if (!onMap && (kSteps[event.key] || event.key === 'Enter')) {
      return;  // the page scrolls by these
    }
    if (press(wafer, store, event.key, event.shiftKey)) {
      event.preventDefault();
    }
  });
}

const kModeNames: Record<Mode, string> = {
  first: 'A', second: 'B', both: 'A and B', difference: 'B \u2212 A',
};

/// The row above the map.
export function toolbar(wafer: Wafer, store: Store): HTMLElement {
  const groups = new Map<string, HTMLOptGroupElement>();
  const picker = el('select', {'aria-label': 'figure', id: 'metric',
                               change: () => store.set({metric: picker.value})});
  for (const {key, label, group} of wafer.metrics) {
    if (!groups.has(group)) {
      groups.set(group, el('optgroup', {label: group}));
      picker.append(groups.get(group)!);
    }
    groups.get(group)!.append(el('option', {value: key}, label));
  }
  const toggle = (text: string, title: string, click: () => void, on: () => boolean) => {
    const button = el('button', {title, click}, text);
    const update = () => button.setAttribute('aria-pressed', String(on()));
    store.listen(update);
    update();
    return button;
  };
  store.listen(() => {
    picker.value = store.state.metric;
  });
  const draw = (change: (map: WaferMap) => void) => () => {
    change(wafer.maps[wafer.visible()[0]]);
    wafer.draw();
  };
  return el('div', {class: 'toolbar'}, picker,
      toggle('max', 'the largest, not the mean, from afar and over time (m)',
             () => store.set({reduction: store.state.reduction === 'max' ? 'mean' : 'max'}),
             () => store.state.reduction === 'max'),
      toggle('from 0', 'colors from 0, also where all tiles are much alike (z)',
             () => store.set({fromZero: !store.state.fromZero}), () => store.state.fromZero),
      wafer.runs[0].has('link_north') && toggle('links', 'words on links (l)',
             () => store.set({links: !store.state.links}), () => store.state.links),
      (wafer.runs[0].facts.path?.rows.length ?? 0) > 0 && toggle('path',
             'where most of the critical path lies (p)',
             () => store.set({path: !store.state.path}), () => store.state.path),
      (wafer.runs[0].facts.floorplan?.outlines.length ?? 0) > 0 && toggle('outlines',
             'regions (o)', () => store.set({outlines: !store.state.outlines}),
             () => store.state.outlines),
      el('span', {class: 'gap'}),
      ...(wafer.runs.length > 1 ? modesOf(wafer).map((mode) => toggle(kModeNames[mode],
             'which run (d)', () => store.set({mode}), () => store.state.mode === mode)) : []),
      el('span', {class: 'gap'}),
      el('button', {title: 'nearer (+)', click: draw((map) => map.zoom(1.5))}, '+'),
      el('button', {title: 'farther (-)', click: draw((map) => map.zoom(1 / 1.5))}, '\u2212'),
      el('button', {title: 'all of the region (0)', click: draw((map) => map.fit())}, 'fit'));
}
