// SPDX-License-Identifier: Apache-2.0
// Ops over the time of the run: a lane for each op, a box for each time it ran.
import {asTable, color, el, table} from './dom';
import {commas, percent, seconds} from './format';
import {OpSpans, Run} from './run';
import {Store} from './state';

const kLane = 16;
export const kNames = 118;  // what lies over the same time lines up
const kAxis = 18;

interface Lanes {
  spans: OpSpans;
  from: number;  // cycles that are seen
  to: number;
}

/// Cycles from tick to tick: 1, 2 or 5 times a power of ten.
function roundStep(cycles: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(10, cycles / 4)));
  const leading = cycles / 4 / power;
  return Math.max(1, leading >= 5 ? 5 * power : leading >= 2 ? 2 * power : power);
}

function draw(canvas: HTMLCanvasElement, run: Run, lanes: Lanes, time: number | null) {
  const density = devicePixelRatio || 1;
  const {names} = run.facts.ops;
  const width = canvas.clientWidth;
  const height = names.length * kLane + kAxis;
  canvas.style.height = `${height}px`;
  canvas.width = Math.round(width * density);
  canvas.height = Math.round(height * density);
  const context = canvas.getContext('2d')!;
  context.setTransform(density, 0, 0, density, 0, 0);
  context.font = '11px system-ui, sans-serif';
  context.textBaseline = 'middle';
  const {spans, from, to} = lanes;
  const scale = (width - kNames) / (to - from);
  names.forEach((name, lane) => {
    context.fillStyle = color(lane % 2 ? '--ground' : '--lane');
    context.fillRect(kNames, lane * kLane, width - kNames, kLane);
    context.fillStyle = color('--text');
    context.fillText(name, 0, (lane + 0.5) * kLane, kNames - 6);
  });
  context.fillStyle = color('--accent');
  for (let i = 0; i < spans.op.length; ++i) {
    if (spans.end[i] >= from && spans.begin[i] <= to) {
      const left = Math.max(kNames, kNames + (spans.begin[i] - from) * scale);
      const right = Math.min(width, kNames + (spans.end[i] - from) * scale);
      const gap = right - left > 3 ? 0.5 : 0;
      context.fillRect(left, spans.op[i] * kLane + 2, Math.max(0.6, right - left - gap), kLane - 4);
    }
  }
  context.fillStyle = color('--faint');
  const bottom = names.length * kLane + kAxis / 2 + 1;
  const step = roundStep(to - from);
  for (let cycle = Math.ceil(from / step) * step; cycle <= to; cycle += step) {
    const at = kNames + (cycle - from) * scale;
    const half = context.measureText(commas(cycle)).width / 2;
    context.textAlign = at - half < kNames ? 'left' : at + half > width ? 'right' : 'center';
    context.fillText(commas(cycle), at, bottom);
  }
  context.textAlign = 'left';
  if (time !== null) {
    const at = kNames + (time * run.cycles - from) * scale;
    if (at >= kNames) {
      context.fillStyle = color('--pin');
      context.fillRect(at - 0.75, 0, 1.5, names.length * kLane);
    }
  }
}

function spanAt(spans: OpSpans, op: number, cycle: number): number {
  for (let i = 0; i < spans.op.length; ++i) {
    if (spans.op[i] === op && spans.begin[i] <= cycle && cycle < spans.end[i]) {
      return i;
    }
  }
  return -1;
}

function rows(run: Run, spans: OpSpans): HTMLElement {
  const sums = run.facts.ops.names.map(() => ({cycles: 0, times: 0, most: 0}));
  for (let i = 0; i < spans.op.length; ++i) {
    const sum = sums[spans.op[i]];
    const cycles = spans.end[i] - spans.begin[i];
    sum.cycles += cycles;
    sum.times += 1;
    sum.most = Math.max(sum.most, cycles);
  }
  return table(['op', 'times', 'cycles', 'share', 'mean', 'longest'], run.facts.ops.names.map(
      (name, op) => [name, commas(sums[op].times), commas(sums[op].cycles),
                     percent(sums[op].cycles / run.cycles),
                     commas(sums[op].cycles / Math.max(1, sums[op].times)),
                     commas(sums[op].most)]));
}

export async function opsTimeline(run: Run, store: Store): Promise<HTMLElement> {
  const spans = await run.ops();
  const lanes: Lanes = {spans, from: 0, to: Math.max(1, run.cycles)};
  const canvas = el('canvas', {class: 'lanes', role: 'img', 'aria-label':
      `Timeline of ${run.facts.ops.names.length} ops over ${commas(run.cycles)} cycles`});
  const hint = el('p', {class: 'note'}, 'Wheel zooms, drag pans, a click moves the moment shown ' +
      'on the wafer, a double click shows all.');
  const redraw = () => canvas.clientWidth > 0 && draw(canvas, run, lanes, store.state.time);
  const cycleAt = (left: number) => lanes.from +
      ((left - kNames) / (canvas.clientWidth - kNames)) * (lanes.to - lanes.from);
  const look = (from: number, to: number) => {
    const length = Math.min(run.cycles, Math.max(20, to - from));
    lanes.from = Math.min(Math.max(0, from), run.cycles - length);
    lanes.to = lanes.from + length;
    redraw();
  };
  canvas.addEventListener('wheel', (event) => {
    event.preventDefault();
    const at = cycleAt(event.offsetX);
    const factor = Math.exp(event.deltaY * 0.0015);
    look(at - (at - lanes.from) * factor, at + (lanes.to - at) * factor);
  }, {passive: false});
  let from: number | null = null;
  let moved = 0;
  canvas.addEventListener('pointerdown', (event) => {
    from = event.offsetX;
    moved = 0;
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (from !== null) {
      const by = ((from - event.offsetX) / (canvas.clientWidth - kNames)) * (lanes.to - lanes.from);
      moved += Math.abs(from - event.offsetX);
      from = event.offsetX;
      look(lanes.from + by, lanes.to + by);
      return;
    }
    const op = Math.floor(event.offsetY / kLane);
    const i = spanAt(spans, op, cycleAt(event.offsetX));
    hint.textContent = i < 0 ? '\u00a0' :
        `${run.facts.ops.names[op]}, ${spans.layer[i] < 0 ? '' : `layer ${spans.layer[i]}, `}` +
        `step ${spans.step[i]}: cycles ${commas(spans.begin[i])} to ${commas(spans.end[i])}, ` +
        `${commas(spans.end[i] - spans.begin[i])} cycles, ` +
        `${seconds((spans.end[i] - spans.begin[i]) / run.facts.report.frequency)}`;
  });
  canvas.addEventListener('pointerup', (event) => {
    if (moved <= 3 && run.time && event.offsetX >= kNames) {
      store.set({time: Math.min(1, cycleAt(event.offsetX) / run.cycles), playing: false});
    }
    from = null;
  });
  canvas.addEventListener('dblclick', () => look(0, run.cycles));
  store.listen((changed) => changed.has('time') && redraw());
  const box = el('div', {}, canvas, hint, asTable('ops as a table', () => rows(run, spans)));
  new ResizeObserver(redraw).observe(box);
  return box;
}
