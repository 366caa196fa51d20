// SPDX-License-Identifier: Apache-2.0
// Numbers for people.

export const commas = (value: number) => Math.round(value).toLocaleString('en-US');

export function percent(share: number, digits = 1): string {
  return `${(100 * share).toFixed(digits)} %`.replace('-', '\u2212');
}

/// Four significant digits with a prefix: 1.452 M.
export function short(value: number, unit = ''): string {
  const size = Math.abs(value);
  const tail = unit ? ` ${unit}` : '';
  if (size === 0) {
    return `0${tail}`;
  }
  for (const [scale, prefix] of [[1e12, 'T'], [1e9, 'G'], [1e6, 'M'], [1e3, 'k'], [1, ''],
                                 [1e-3, 'm'], [1e-6, '\u00b5'], [1e-9, 'n'], [1e-12, 'p']] as const) {
    if (size >= scale * 0.99995) {
      const scaled = value / scale;
      const text = Number.isInteger(value) && scale === 1 ? String(value) : scaled.toPrecision(4);
      const gap = unit || prefix ? ' ' : '';
      return `${text}${gap}${prefix}${unit}`;
    }
  }
  return value.toExponential(2) + tail;
}

export const seconds = (value: number | null | undefined) =>
    value === null || value === undefined ? '\u2013' : short(value, 's');

export function bytes(value: number): string {
  let size = value;
  for (const unit of ['B', 'KiB', 'MiB', 'GiB', 'TiB']) {
    if (size < 1024 || unit === 'TiB') {
      return `${unit === 'B' ? size : size.toFixed(1)} ${unit}`;
    }
    size /= 1024;
  }
  return '';
}
