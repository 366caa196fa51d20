// SPDX-License-Identifier: Apache-2.0
// Figures of studies for people: five digits, as weft sweep pareto prints them.
import {short} from '../format';

const kNothing = '\u2013';

function scaled(value: number, unit: string, base: number, prefixes: string[]): string {
  let at = 0;
  let size = value;
  while (Math.abs(size) >= base && at + 1 < prefixes.length) {
    size /= base;
    at += 1;
  }
  return `${Number(size.toPrecision(5))} ${prefixes[at]}${unit}`;
}

/// With its prefix where the unit takes one: "48 KiB", "1.452 ms", "850 MHz"; else the number alone.
export function figure(value: number, unit: string): string {
  if (!Number.isFinite(value)) {
    return kNothing;
  }
  switch (unit) {
    case 'B':
      return scaled(value, 'B', 1024, ['', 'Ki', 'Mi', 'Gi', 'Ti']);
    case 'Hz':
      return scaled(value, 'Hz', 1000, ['', 'k', 'M', 'G']);
    case 's':
    case 'J':
      return short(value, unit);
    default:
      break;
  }
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e15) {
    return value.toLocaleString('en-US');
  }
  return size < 1e-3 || size >= 1e7 ? value.toExponential(3) :
      Number(value.toPrecision(5)).toLocaleString('en-US', {maximumSignificantDigits: 5});
}

/// Units that `figure` leaves to the heading.
export const headed = (label: string, unit: string) =>
    ['', 'B', 'Hz', 's', 'J', label].includes(unit) ? label : `${label} [${unit}]`;

/// As short as a tick may be.
export function tick(value: number, unit: string): string {
  if (['B', 'Hz', 's', 'J'].includes(unit)) {
    return figure(value, unit).replace(/(\.\d*?)0+ /, '$1 ').replace('. ', ' ');
  }
  const size = Math.abs(value);
  if (size !== 0 && size < 1e-3) {
    return String(Number(value.toPrecision(3)));
  }
  for (const [scale, prefix] of [[1e12, 'T'], [1e9, 'G'], [1e6, 'M'], [1e4, 'k']] as const) {
    if (size >= scale) {
      const unscaled = prefix === 'k' ? 1e3 : scale;
      return `${Number((value / unscaled).toPrecision(4))}${prefix}`;
    }
  }
  return String(Number(value.toPrecision(6)));
}

/// "+4.2 %".
export function change(before: number | null, after: number | null): string {
  if (before === null || after === null) {
    return kNothing;
  }
  const by = 100 * (after / before - 1);
  const sign = by > 0 ? '+' : by < 0 ? '\u2212' : '';
  return Number.isFinite(by) ? `${sign}${Math.abs(by).toFixed(1)} %` : kNothing;
}

export const words = (name: string) => name.replaceAll('_', ' ');
