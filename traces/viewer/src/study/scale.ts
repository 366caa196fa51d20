// SPDX-License-Identifier: Apache-2.0
// From a figure to a place on the screen.
import {tick} from './figures';
import {Column} from './points';

export interface Tick { value: number; text: string }

/// 1, 2 or 5 times a power of ten; of bytes a power of two.
function niceStep(least: number, unit: string): number {
  if (unit === 'B') {
    return 2 ** Math.ceil(Math.log2(Math.max(least, 1)));
  }
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((digit) => digit * power).find((step) => step >= least * 0.999)!;
}

function linearTicks(from: number, to: number, most: number, unit: string): number[] {
  const step = niceStep((to - from) / Math.max(1, most), unit);
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({length: Math.max(0, last - first + 1)}, (_, i) => (first + i) * step);
}

function logTicks(from: number, to: number, most: number, unit: string): number[] {
  const base = unit === 'B' ? 2 : 10;
  const log = (value: number) => Math.log(value) / Math.log(base);
  const span = log(to) - log(from);
  const digits = base === 2 || span > most ? [1] : span > most / 3 ? [1, 3] : [1, 2, 5];
  const every = Math.max(1, Math.ceil(span / most));
  const ticks: number[] = [];
  for (let power = Math.floor(log(from)); power <= Math.ceil(log(to)); ++power) {
    if (power % every === 0) {
      ticks.push(...digits.map((digit) => digit * base ** power));
    }
  }
  const inside = ticks.filter((value) => value >= from * 0.9999 && value <= to * 1.0001);
  return inside.length > 2 ? inside : linearTicks(from, to, most, unit);
}

export class Scale {
  private readonly a: number;
  private readonly b: number;

  /// `begin` and `end` are pixels; the figures keep a distance from them.
  constructor(readonly column: Column, private readonly least: number,
              private readonly most: number, readonly log: boolean,
              readonly begin: number, readonly end: number) {
    const low = this.bent(least);
    const high = this.bent(most);
    const gap = Math.sign(end - begin) * 14;
    const span = high - low;
    this.a = span > 0 ? (end - begin - 2 * gap) / span : 0;
    this.b = span > 0 ? begin + gap - low * this.a : (begin + end) / 2;
  }
  at(value: number): number {
    return this.a * this.bent(value) + this.b;
  }
  ticks(apart: number): Tick[] {
    const {column} = this;
    const room = Math.abs(this.end - this.begin) / apart;
    if (column.axis && column.texts.length <= room) {
      const first = new Map<number, string>();
      column.places!.forEach((place, point) => place >= 0 && first.size < column.texts.length &&
          first.set(column.values[point], column.texts[place]));
      return this.spread([...first].map(([value, text]) => ({value, text})), apart);
    }
    if (column.named) {
      return [];
    }
    if (this.least === this.most) {
      return [{value: this.least, text: tick(this.least, column.unit)}];
    }
    const [from, to] = [this.value(this.begin), this.value(this.end)].sort((a, b) => a - b);
    const values = (this.log ? logTicks : linearTicks)(from, to, room, column.unit);
    return this.spread(values.map((value) => ({value, text: tick(value, column.unit)})), apart);
  }

  private bent(value: number): number {
    return this.log ? Math.log(value) : value;
  }
  private value(pixel: number): number {
    const bent = (pixel - this.b) / this.a;
    return this.log ? Math.exp(bent) : bent;
  }
  /// Those that are not too near to one before.
  private spread(ticks: Tick[], apart: number): Tick[] {
    const kept: Tick[] = [];
    for (const one of ticks.sort((a, b) => a.value - b.value)) {
      const near = kept.length > 0 &&
          Math.abs(this.at(kept.at(-1)!.value) - this.at(one.value)) < apart * 0.6;
      if (!near) {
        kept.push(one);
      }
    }
    return kept;
  }
}
