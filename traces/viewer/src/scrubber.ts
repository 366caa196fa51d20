// SPDX-License-Identifier: Apache-2.0
// Time: the whole run at full resolution, or one moment of it; play walks through the run.
import {el} from './dom';
import {commas, seconds} from './format';
import {Run} from './run';
import {Store} from './state';

const kSteps = 1000;
const kPlaySeconds = 12;  // for the whole run

/// The step from one slice to the next, as a share of the run.
export function stepOf(run: Run): number {
  return Math.max(1 / kSteps, (run.facts.timeline?.slice ?? 0) / Math.max(1, run.cycles));
}

export function scrubber(store: Store, run: Run): HTMLElement {
  if (!run.time) {
    return el('div', {class: 'scrubber'}, el('span', {class: 'note'},
              'The recording holds totals only, no slices of time.'));
  }
  const whole = el('button', {title: 'totals of the whole run (w)',
                              click: () => store.set({time: null, playing: false})}, 'whole run');
  const play = el('button', {title: 'play (space)', 'aria-label': 'play', class: 'play',
                             click: () => togglePlay(store)}, '\u25b6');
  const slider = el('input', {
    type: 'range', min: 0, max: kSteps, value: 0, 'aria-label': 'moment of the run',
    input: () => store.set({time: Number(slider.value) / kSteps, playing: false}),
  });
  const label = el('output', {});
  const update = () => {
    const {time, playing} = store.state;
    slider.value = String(Math.round((time ?? 0) * kSteps));
    slider.classList.toggle('off', time === null);
    whole.setAttribute('aria-pressed', String(time === null));
    play.textContent = playing ? '\u23f8' : '\u25b6';
    if (time === null) {
      label.textContent = `all ${commas(run.cycles)} cycles`;
      return;
    }
    const cycle = Math.min(run.cycles - 1, time * run.cycles);
    const added = run.time!.added(cycle) ? ', an iteration that recurred' : '';
    label.textContent = `cycle ${commas(cycle)} \u00b7 ` +
        `${seconds(cycle / run.facts.report.frequency)} \u00b7 ` +
        `slice ${run.time!.slice(cycle) + 1} of ${run.facts.timeline!.slices}${added}`;
  };
  store.listen(update);
  update();
  return el('div', {class: 'scrubber'}, whole, play, slider, label);
}

export function togglePlay(store: Store) {
  const {playing, time} = store.state;
  store.set({playing: !playing, time: time === null || time >= 1 ? 0 : time});
}

/// Calls back for each frame while playing.
export function runPlayer(store: Store) {
  let before = 0;
  const frame = (now: number) => {
    if (!store.state.playing) {
      return;
    }
    const time = (store.state.time ?? 0) + (before ? (now - before) / 1000 / kPlaySeconds : 0);
    before = now;
    store.set(time >= 1 ? {time: 1, playing: false} : {time});
    requestAnimationFrame(frame);
  };
  store.listen((changed) => {
    if (changed.has('playing') && store.state.playing) {
      before = 0;
      requestAnimationFrame(frame);
    }
  });
}
