// SPDX-License-Identifier: Apache-2.0
// Points on a plane of two figures, in three canvases: the plane; on it the points, drawn when
// somebody asks for other ones; above them what follows the pointer.
import {color, el} from '../dom';
import {Coloring, coloring} from './coloring';
import {StudyFacts} from './facts';
import {Near, planeFront} from './plane';
import {Column, Points, title} from './points';
import {Scale} from './scale';
import {filled, hollow, ring, Stamps} from './stamps';
import {shownPoints, State, Store} from './state';

const kLeft = 74;
const kBottom = 46;
const kTop = 8;
const kRight = 12;
const kReach = 16;
const kDrawnBy: (keyof State)[] =
    ['x', 'y', 'color', 'logX', 'logY', 'onlyKept', 'hidden', 'ranges'];

function radiusFor(count: number): number {
  return count < 300 ? 5 : count < 3_000 ? 4 : count < 30_000 ? 3 : 2.2;
}

export class Scatter {
  readonly plane = el('canvas', {'aria-hidden': 'true'});
  readonly dots = el('canvas', {'aria-hidden': 'true'});
  readonly canvas = el('canvas', {class: 'over', tabindex: 0, role: 'application'});
  readonly element = el('div', {class: 'scatter'}, this.plane, this.dots, this.canvas);
  /// Points that are drawn, in the order of drawing.
  drawn = new Int32Array(0);
  /// Of these, those of the front of x and y, from left to right.
  line: number[] = [];
  coloring!: Coloring;
  x!: Scale;
  y!: Scale;
  readonly px: Float32Array;
  readonly py: Float32Array;
  private near!: Near;
  private radius = 4;
  private asked = false;
  private readonly drawnListeners: (() => void)[] = [];

  constructor(readonly points: Points, readonly studies: StudyFacts[], readonly store: Store) {
    this.px = new Float32Array(points.count);
    this.py = new Float32Array(points.count);
    store.listen((changed) => kDrawnBy.some((key) => changed.has(key)) ? this.draw() : this.ask());
    new ResizeObserver(() => this.draw()).observe(this.element);
  }
  /// Calls after each drawing.
  whenDrawn(listener: () => void) {
    this.drawnListeners.push(listener);
  }
  columns(): [Column, Column] {
    return [this.points.column(this.store.state.x), this.points.column(this.store.state.y)];
  }
  draw() {
    const {clientWidth: width, clientHeight: height} = this.element;
    if (width === 0) {
      return;
    }
    const scale = devicePixelRatio || 1;
    for (const canvas of [this.plane, this.dots, this.canvas]) {
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
    }
    this.choose();
    this.place(width, height);
    const plane = this.plane.getContext('2d')!;
    plane.setTransform(scale, 0, 0, scale, 0, 0);
    this.axes(plane, width, height);
    this.limits(plane, width, height);
    const dots = this.dots.getContext('2d')!;
    this.drawPoints(dots, scale);
    dots.setTransform(scale, 0, 0, scale, 0, 0);
    this.drawFront(dots);
    this.over();
    this.drawnListeners.forEach((listener) => listener());
  }
  pointAt(x: number, y: number): number | null {
    return this.near.nearest(x, y, kReach);
  }
  /// How many points are drawn where this one is.
  alike(point: number): number {
    return this.near.alike(point);
  }
  /// The nearest point that lies rather in this direction than in another.
  beside(point: number | null, dx: number, dy: number): number | null {
    if (point === null) {
      return this.line[0] ?? this.drawn[0] ?? null;
    }
    let found: number | null = null;
    let least = Infinity;
    for (const other of this.drawn) {
      const right = this.px[other] - this.px[point];
      const down = this.py[other] - this.py[point];
      const along = right * dx + down * dy;
      const across = Math.abs(right * dy) + Math.abs(down * dx);
      if (along > 0.5 && across <= 2 * along && along + 2 * across < least) {
        least = along + 2 * across;
        found = other;
      }
    }
    return found ?? point;
  }

  private choose() {
    const {points, store: {state}} = this;
    const shown = shownPoints(points, state);
    const [x, y] = this.columns();
    const there = (column: Column, log: boolean, point: number) =>
        Number.isFinite(column.values[point]) && (!log || column.values[point] > 0);
    const groups: number[][] = [[], [], []];
    for (let point = 0; point < points.count; ++point) {
      if (shown[point] && points.withFigures[point] && there(x, state.logX, point) &&
          there(y, state.logY, point)) {
        groups[points.front[point] ? 2 : points.kept[point] ? 1 : 0].push(point);
      }
    }
    this.drawn = Int32Array.from(groups.flat());
    this.line = planeFront(points, this.drawn, x, y);
    this.coloring = coloring(points, state.color, this.studies.length, this.drawn);
    this.radius = radiusFor(this.drawn.length);
  }
  private place(width: number, height: number) {
    const {state} = this.store;
    const [x, y] = this.columns();
    const range = (column: Column): [number, number] => {
      let least = Infinity;
      let most = -Infinity;
      for (const point of this.drawn) {
        least = Math.min(least, column.values[point]);
        most = Math.max(most, column.values[point]);
      }
      return least <= most ? [least, most] : [1, 2];
    };
    this.x = new Scale(x, ...range(x), state.logX, kLeft, width - kRight);
    this.y = new Scale(y, ...range(y), state.logY, height - kBottom, kTop);
    for (const point of this.drawn) {
      this.px[point] = this.x.at(x.values[point]);
      this.py[point] = this.y.at(y.values[point]);
    }
    this.near = new Near(this.px, this.py, this.drawn, width, height);
  }
  private axes(to: CanvasRenderingContext2D, width: number, height: number) {
    const [x, y] = this.columns();
    const bottom = height - kBottom;
    to.fillStyle = color('--ground');
    to.fillRect(kLeft, kTop, width - kLeft - kRight, bottom - kTop);
    to.font = '11px system-ui, "DejaVu Sans", sans-serif';
    to.strokeStyle = color('--line');
    to.lineWidth = 1;
    to.fillStyle = color('--faint');
    to.beginPath();
    to.textAlign = 'center';
    for (const {value, text} of this.x.ticks(76)) {
      const at = Math.round(this.x.at(value)) + 0.5;
      to.moveTo(at, kTop);
      to.lineTo(at, bottom);
      to.fillText(text, at, bottom + 15);
    }
    to.textAlign = 'right';
    for (const {value, text} of this.y.ticks(34)) {
      const at = Math.round(this.y.at(value)) + 0.5;
      to.moveTo(kLeft, at);
      to.lineTo(width - kRight, at);
      to.fillText(text, kLeft - 7, at + 4, kLeft - 22);
    }
    to.stroke();
    to.fillStyle = color('--text');
    to.textAlign = 'center';
    const arrow = (column: Column, up: string, down: string) =>
        column.more === null ? '' : column.more ? ` ${up} better` : ` ${down} better`;
    to.fillText(title(x) + arrow(x, '\u2192', '\u2190') + (this.x.log ? ', log' : ''),
                (kLeft + width - kRight) / 2, height - 8);
    to.save();
    to.translate(12, (kTop + bottom) / 2);
    to.rotate(-Math.PI / 2);
    to.fillText(title(y) + arrow(y, '\u2192', '\u2190') + (this.y.log ? ', log' : ''), 0, 0);
    to.restore();
  }
  /// What constraints allow, as dashed lines.
  private limits(to: CanvasRenderingContext2D, width: number, height: number) {
    to.strokeStyle = color('--link');
    to.setLineDash([5, 4]);
    to.beginPath();
    for (const {metric, at_least, at_most} of this.studies[0].constraints) {
      for (const bound of [at_least, at_most]) {
        const key = `metric:${metric}`;
        const x = bound === null || key !== this.x.column.key ? -1 : this.x.at(bound);
        const y = bound === null || key !== this.y.column.key ? -1 : this.y.at(bound);
        if (x > kLeft && x < width - kRight) {
          to.moveTo(x, kTop);
          to.lineTo(x, height - kBottom);
        }
        if (y > kTop && y < height - kBottom) {
          to.moveTo(kLeft, y);
          to.lineTo(width - kRight, y);
        }
      }
    }
    to.stroke();
    to.setLineDash([]);
  }
  private drawPoints(to: CanvasRenderingContext2D, scale: number) {
    const {points, coloring: {colors, of}} = this;
    const {width, height} = this.dots;
    const looks = [...colors.map((one) => filled(one, this.radius)), hollow()];
    const stamps = new Stamps(looks, this.radius, scale);
    const rings = new Stamps([ring()], this.radius + 2.5, scale);
    const data = to.createImageData(width, height);
    const image = {pixels: new Uint32Array(data.data.buffer), width, height};
    for (const point of this.drawn) {
      const [study, x, y] = [points.study[point], this.px[point], this.py[point]];
      stamps.put(image, points.kept[point] ? of(point) : colors.length, study, x, y);
      if (points.front[point]) {
        rings.put(image, 0, study, x, y);
      }
    }
    to.putImageData(data, 0, 0);
  }
  private drawFront(to: CanvasRenderingContext2D) {
    const more = this.x.column.more;
    to.strokeStyle = color('--pin');
    to.lineWidth = 1.5;
    to.beginPath();
    let before: [number, number] | null = null;
    for (const point of this.line) {
      const [x, y] = [this.px[point], this.py[point]];
      if (before === null) {
        to.moveTo(x, y);
      } else if (Math.abs(x - before[0]) + Math.abs(y - before[1]) < 0.5) {
        continue;
      } else {
        to.lineTo(more ? before[0] : x, more ? y : before[1]);
        to.lineTo(x, y);
      }
      before = [x, y];
    }
    to.stroke();
  }
  private ask() {
    if (!this.asked) {
      this.asked = true;
      requestAnimationFrame(() => {
        this.asked = false;
        this.over();
      });
    }
  }
  /// The pinned point, and the one under the pointer with its places on both axes.
  over() {
    const to = this.canvas.getContext('2d')!;
    const scale = devicePixelRatio || 1;
    const {pin, cursor} = this.store.state;
    const [width, height] = [this.canvas.width / scale, this.canvas.height / scale];
    to.setTransform(scale, 0, 0, scale, 0, 0);
    to.clearRect(0, 0, width, height);
    for (const [point, name] of [[pin, '--pin'], [cursor, '--accent']] as const) {
      if (point === null || !this.drawn.includes(point)) {
        continue;
      }
      const [x, y] = [this.px[point], this.py[point]];
      to.strokeStyle = color(name);
      to.lineWidth = 1;
      to.setLineDash([2, 3]);
      to.beginPath();
      to.moveTo(x, y);
      to.lineTo(x, height - kBottom);
      to.moveTo(x, y);
      to.lineTo(kLeft, y);
      to.stroke();
      to.setLineDash([]);
      to.lineWidth = 2.5;
      to.beginPath();
      to.arc(x, y, this.radius + 4, 0, 2 * Math.PI);
      to.stroke();
      this.label(to, point, x, y, width);
    }
  }
  private label(to: CanvasRenderingContext2D, point: number, x: number, y: number, width: number) {
    const [first, second] = this.columns();
    const others = this.alike(point) - 1;
    const text = `${this.points.name(point)}: ${this.points.text(first, point)}, ` +
        this.points.text(second, point) + (others > 0 ? ` and ${others} more here` : '');
    to.font = '11px system-ui, "DejaVu Sans", sans-serif';
    const wide = to.measureText(text).width + 12;
    const left = x + 12 + wide > width - kRight ? x - 12 - wide : x + 12;
    const top = Math.max(kTop, y - 26);
    to.fillStyle = color('--label-ground');
    to.fillRect(left, top, wide, 19);
    to.fillStyle = color('--label');
    to.textAlign = 'left';
    to.fillText(text, left + 6, top + 13);
  }
}
