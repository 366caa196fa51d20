// SPDX-License-Identifier: Apache-2.0
// What the page of a study shows now, and who wants to know when that changes.
import {Points} from './points';

export interface Range { from: number; to: number }

export interface State {
  x: string;
  y: string;
  color: string;  // of a column; empty: which study
  logX: boolean;
  logY: boolean;
  onlyKept: boolean;  // points that miss a constraint are left out
  hidden: ReadonlyMap<string, ReadonlySet<number>>;  // places of axes that are not shown
  ranges: ReadonlyMap<string, Range>;                // of axes with many values
  cursor: number | null;
  pin: number | null;
}

export class Store {
  private readonly listeners: ((changed: Set<keyof State>) => void)[] = [];

  constructor(readonly state: State) {}
  listen(listener: (changed: Set<keyof State>) => void) {
    this.listeners.push(listener);
  }
  set(change: Partial<State>) {
    const changed = new Set<keyof State>();
    for (const key of Object.keys(change) as (keyof State)[]) {
      if (this.state[key] !== change[key]) {
        changed.add(key);
      }
    }
    if (changed.size > 0) {
      Object.assign(this.state, change);
      this.listeners.forEach((listener) => listener(changed));
    }
  }
  /// Shows or hides a value of an axis.
  toggle(axis: string, place: number) {
    const hidden = new Set(this.state.hidden.get(axis) ?? []);
    if (!hidden.delete(place)) {
      hidden.add(place);
    }
    this.hide(axis, hidden);
  }
  hide(axis: string, places: ReadonlySet<number>) {
    this.set({hidden: new Map([...this.state.hidden, [axis, places]])});
  }
}

/// Whether somebody asked for other points than were asked for before.
export const filters = (changed: Set<keyof State>) =>
    changed.has('hidden') || changed.has('ranges') || changed.has('onlyKept');

/// Points that the filters leave, with figures or without.
export function shownPoints(points: Points, state: State): Uint8Array {
  const shown = new Uint8Array(points.count).fill(1);
  for (const {key, places, values} of points.axes) {
    const hidden = state.hidden.get(key);
    const range = state.ranges.get(key);
    for (let point = 0; point < points.count && (hidden?.size || range); ++point) {
      if (hidden?.has(places![point]) ||
          (range && !(values[point] >= range.from && values[point] <= range.to))) {
        shown[point] = 0;
      }
    }
  }
  if (state.onlyKept) {
    shown.forEach((_, point) => points.kept[point] || (shown[point] = 0));
  }
  return shown;
}
