// SPDX-License-Identifier: Apache-2.0
// Colors of points: viridis for amounts and for steps of a number, those of Okabe and Ito for names.
import {colorMap} from '../colors';
import {color as named} from '../dom';
import {Column, Points} from './points';

/// An axis of more values has a ramp, not a swatch for each.
export const kMostSwatches = 12;
const kNames = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#d55e00', '#56b4e9', '#f0e442'];
const kShades = 64;

export interface Coloring {
  column: Column | null;
  colors: string[];
  of: (point: number) => number;  // a place in colors
  swatches: boolean;              // a color stands for a value, not for a range
  least: number;
  most: number;
  log: boolean;
}

export function viridis(share: number): string {
  const pixel = colorMap(false)[Math.round(255 * Math.min(1, Math.max(0, share)))];
  return `rgb(${pixel & 255}, ${pixel >> 8 & 255}, ${pixel >> 16 & 255})`;
}

const steps = (count: number) =>
    Array.from({length: count}, (_, i) => viridis(count > 1 ? i / (count - 1) : 0.5));

export function coloring(points: Points, key: string, studies: number,
                         among: Int32Array): Coloring {
  const plain = {least: 0, most: 0, log: false, swatches: true};
  if (key === '') {
    return {...plain, column: null, colors: studies > 1 ? kNames.slice(0, 2) : [named('--accent')],
            of: (point) => points.study[point]};
  }
  const column = points.column(key);
  const {places, texts, values} = column;
  if (places && texts.length <= kMostSwatches) {
    const byName = column.named && texts.length <= kNames.length;
    return {...plain, column, colors: byName ? kNames : steps(texts.length),
            of: (point) => Math.max(0, places[point])};
  }
  let least = Infinity;
  let most = -Infinity;
  for (const point of among) {
    if (Number.isFinite(values[point])) {
      least = Math.min(least, values[point]);
      most = Math.max(most, values[point]);
    }
  }
  const log = least > 0 && most / least > 100;
  const bent = (value: number) => log ? Math.log(value) : value;
  const span = bent(most) - bent(least);
  return {column, colors: steps(kShades), swatches: false, least, most, log,
          of: (point) => span > 0 && Number.isFinite(values[point]) ?
              Math.round((kShades - 1) * (bent(values[point]) - bent(least)) / span) : 0};
}
