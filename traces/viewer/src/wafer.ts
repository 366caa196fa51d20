// SPDX-License-Identifier: Apache-2.0
// The wafer with everything around it: which figure is shown, when, of which run, and what is
// pinned.
import {gradient} from './colors';
import {el} from './dom';
import {extent, Grid, Pyramid} from './grid';
import {Shown, View, WaferMap} from './map';
import {inSlice, Metric, metricsOf, wholeRun} from './metrics';
import {Links, linksOf} from './overlay';
import {Run} from './run';
import {Mode, State, Store} from './state';
import {allTiles, tilePanel} from './tile_panel';

export class Wafer {
  readonly metrics: Metric[];
  readonly maps: WaferMap[];
  readonly element: HTMLElement;
  readonly comparable: boolean;
  /// Milliseconds the last frame took.
  frame = 0;
  private readonly panel = el('aside', {class: 'panel', 'aria-live': 'polite'});
  private readonly legend = el('div', {class: 'legend'});
  private readonly shown: (Shown | null)[];
  private readonly pyramids = new Map<string, Pyramid>();
  private readonly ranges = new Map<string, Promise<[number, number]>>();
  private links: (Links | null)[] = [];
  private turn = 0;

  constructor(readonly runs: Run[], readonly store: Store) {
    this.metrics = metricsOf(runs[0]).filter(
        ({key}) => runs.every((run) => metricsOf(run).some((metric) => metric.key === key)));
    const view: View = {x: 0, y: 0, zoom: 1, fitted: true};
    this.comparable = runs.length === 2 && runs[0].width === runs[1].width &&
        runs[0].height === runs[1].height;
    this.maps = runs.map((run, i) => new WaferMap(
        run, i === 0 || this.comparable ? view : {...view}));
    this.shown = runs.map(() => null);
    this.element = el('div', {class: 'wafer-area'},
        el('div', {class: 'maps'}, ...this.maps.map((map) => el('figure', {}, map.canvas,
            runs.length > 1 && el('figcaption')))),
        this.panel);
    store.listen((changed) => this.changed(changed));
    new ResizeObserver(() => this.draw()).observe(this.element);
  }

  metric(): Metric {
    return this.metrics.find(({key}) => key === this.store.state.metric) ?? this.metrics[0];
  }
  get legendElement() {
    return this.legend;
  }
  /// The maps that are seen now, and the run each shows.
  visible(mode: Mode = this.store.state.mode): number[] {
    return mode === 'both' ? [0, 1] : mode === 'second' ? [1] : [0];
  }

  private async grid(run: Run, metric: Metric, state: State): Promise<Grid> {
    if (state.time === null || !run.time || !run.timed(metric.series)) {
      return wholeRun(run, metric);
    }
    const slice = run.time.slice(Math.min(run.cycles - 1, state.time * run.cycles));
    return inSlice(run, metric, slice, state.reduction);
  }

  /// The same colors at every moment: the range is that of all slices.
  private range(run: Run, metric: Metric, timed: boolean, reduction: 'mean' | 'max') {
    const key = `${run.index} ${metric.key} ${timed} ${timed ? reduction : ''}`;
    let range = this.ranges.get(key);
    if (!range) {
      range = timed ? run.series(metric.series!, reduction).then((all) => {
        const [least, most] = extent(all);
        const {zero, full} = run.scale(metric.series!);
        return [zero + least / 255 * (full - zero), zero + most / 255 * (full - zero)];
      }) : metric.values(run).then(extent);
      this.ranges.set(key, range);
    }
    return range;
  }

  private async pyramid(run: Run, metric: Metric, state: State): Promise<Pyramid> {
    const timed = state.time !== null && run.timed(metric.series);
    const slice = timed ? run.time!.slice(Math.min(run.cycles - 1, state.time! * run.cycles)) : -1;
    const key = `${run.index} ${metric.key} ${state.reduction} ${slice}`;
    let pyramid = this.pyramids.get(key);
    if (!pyramid) {
      pyramid = new Pyramid(await this.grid(run, metric, state), state.reduction);
      if (this.pyramids.size > 96) {
        this.pyramids.delete(this.pyramids.keys().next().value!);
      }
      this.pyramids.set(key, pyramid);
    }
    return pyramid;
  }

  /// Brings the maps up to what the state says.
  async update() {
    const turn = ++this.turn;
    const state = {...this.store.state};
    const metric = this.metric();
    const timed = (run: Run) => state.time !== null && run.timed(metric.series);
    const least: number[] = [];
    const most: number[] = [];
    const wanted = state.mode === 'difference' ? [0, 1] : this.visible();
    const pyramids = await Promise.all(wanted.map(
        (i) => this.pyramid(this.runs[i], metric, state)));
    for (const i of wanted) {
      const [low, high] = await this.range(this.runs[i], metric, timed(this.runs[i]), state.reduction);
      least.push(low);
      most.push(high);
    }
    if (state.links && this.links.length === 0) {
      this.links = await Promise.all(this.runs.map(linksOf));
    }
    if (turn !== this.turn) {
      return;  // something newer is on its way
    }
    const range = spread(Math.min(...least), Math.max(...most), state.fromZero);
    this.shown.fill(null);
    if (state.mode === 'difference') {
      this.shown[0] = difference(pyramids[0], pyramids[1], state.reduction);
    } else {
      wanted.forEach((run, i) => {
        this.shown[run] = {pyramid: pyramids[i], ...range, difference: false};
      });
    }
    this.maps.forEach((map, i) => {
      const figure = map.canvas.parentElement!;
      figure.hidden = !this.visible().includes(i);
      const caption = figure.querySelector('figcaption');
      if (caption) {
        caption.textContent = state.mode === 'difference' ?
            `B less A: ${this.runs[1].facts.name} less ${this.runs[0].facts.name}` :
            `${'AB'[i]}: ${this.runs[i].facts.name}`;
      }
    });
    this.draw();
    this.describe(metric, wanted.every((i) => timed(this.runs[i])));
    if (this.store.state.pin === null || turn === this.turn) {
      await this.showTile();
    }
  }

  draw() {
    const begin = performance.now();
    const {pin, cursor, outlines, links, path} = this.store.state;
    for (const i of this.visible()) {
      const shown = this.shown[i];
      if (shown) {
        this.maps[i].show(shown, {pin, cursor, outlines, path}, links ? this.links[i] ?? null : null);
      }
    }
    this.frame = performance.now() - begin;
  }

  /// What the map shows of a tile, as text.
  valueAt(run: number, x: number, y: number): number | null {
    const shown = this.shown[run];
    return shown ? shown.pyramid.at(x, y) : null;
  }

  private describe(metric: Metric, timed: boolean) {
    const shown = this.shown.find((one) => one !== null)!;
    const bar = el('span', {class: 'ramp'});
    bar.style.background = gradient(shown.difference);
    const scale = this.store.state.reduction;
    const note = shown.difference ? 'B less A' :
        this.store.state.time !== null && !timed ? 'known over the whole run only' :
        timed ? `${scale} of ${this.runs[0].facts.timeline!.scale}\u00d7` +
                `${this.runs[0].facts.timeline!.scale} tiles` : 'whole run, every tile';
    this.legend.replaceChildren(el('span', {class: 'name'}, metric.label), bar,
        el('span', {}, `${metric.format(shown.least)} to ${metric.format(shown.most)}`),
        el('span', {class: 'note'}, note));
    for (const i of this.visible()) {
      this.maps[i].canvas.setAttribute('aria-label',
          `Wafer map of ${this.runs[i].title}: ${metric.label}, from ${
              metric.format(shown.least)} to ${metric.format(shown.most)}. ` +
          'Arrow keys move over tiles, Enter pins one.');
    }
  }

  private async showTile() {
    const {pin, cursor, mode} = this.store.state;
    const tile = cursor ?? pin;
    if (!tile) {
      this.panel.replaceChildren(...allTiles(
          this.store.state.mode === 'difference' ? this.runs : this.visible().map((i) => this.runs[i])),
          el('p', {class: 'note'},
          'Point at a tile to see what it did; click to pin it. ',
          'Arrow keys walk, Enter pins, ? lists all keys.'));
      return;
    }
    const metric = this.metric();
    const values = this.visible().map((i) => this.valueAt(i, tile.x, tile.y));
    const text = `${metric.label} ${values.map(
        (value) => value === null ? '' : metric.format(value)).join(' and ')}`;
    const runs = mode === 'difference' ? this.runs : this.visible().map((i) => this.runs[i]);
    const pinned = pin !== null && pin.x === tile.x && pin.y === tile.y;
    const parts = await tilePanel(runs, tile, pinned, text);
    const now = this.store.state.cursor ?? this.store.state.pin;
    if (now?.x === tile.x && now.y === tile.y) {
      this.panel.replaceChildren(...parts);
    }
  }

  private changed(changed: Set<keyof State>) {
    if (['metric', 'reduction', 'time', 'mode', 'links', 'fromZero'].some(
            (key) => changed.has(key as keyof State))) {
      void this.update();
    } else if (changed.has('pin') || changed.has('cursor') || changed.has('outlines') ||
               changed.has('path')) {
      this.draw();
      void this.showTile();
    }
  }
}

/// Colors begin at 0, but where all tiles are much alike, at the least, or nothing could be seen.
function spread(least: number, most: number, fromZero: boolean) {
  const alike = least > 0 && most - least < most / 2;
  return {least: alike && !fromZero && most > least ? least : Math.min(0, least), most};
}

function difference(a: Pyramid, b: Pyramid, reduction: 'mean' | 'max'): Shown {
  const first = a.level(0);
  const second = b.level(0);
  const scale = Math.max(first.scale, second.scale);
  const grid = first.scale === scale ? first : second;
  const values = new Float32Array(grid.width * grid.height);
  let most = 0;
  for (let y = 0; y < grid.height; ++y) {
    for (let x = 0; x < grid.width; ++x) {
      const value = b.at(x * scale, y * scale) - a.at(x * scale, y * scale);
      values[y * grid.width + x] = value;
      most = Math.max(most, Math.abs(value));
    }
  }
  return {pyramid: new Pyramid({...grid, values}, reduction), least: -most, most, difference: true};
}
