// SPDX-License-Identifier: Apache-2.0
// What the page shows now, and who wants to know when that changes.
import {Reduction} from './grid';
import {Tile} from './map';

export type Mode = 'first' | 'second' | 'both' | 'difference';

export interface State {
  metric: string;
  reduction: Reduction;
  time: number | null;  // share of the run that has passed; null: the whole run
  playing: boolean;
  mode: Mode;
  outlines: boolean;
  links: boolean;
  path: boolean;
  fromZero: boolean;  // colors begin at 0, whatever the least is
  pin: Tile | null;
  cursor: Tile | null;
}

export class Store {
  readonly state: State = {
    metric: 'compute', reduction: 'mean', time: null, playing: false, mode: 'first',
    outlines: true, links: false, path: false, fromZero: false, pin: null, cursor: null,
  };
  private readonly listeners: ((changed: Set<keyof State>) => void)[] = [];

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
}
