// SPDX-License-Identifier: Apache-2.0
// Color maps that people with any color vision can read: viridis for amounts, blue to orange for
// differences, and Okabe and Ito's colors for the bins.

export const kBins = ['compute', 'setup', 'moving', 'input', 'output', 'unit', 'memory', 'idle'];
export const kBinLabels: Record<string, string> = {
  compute: 'compute', setup: 'set-up', moving: 'moving', input: 'wait: input',
  output: 'wait: output', unit: 'wait: unit', memory: 'wait: memory', idle: 'idle',
};
export const kBinColors: Record<string, string> = {
  compute: '#009e73', setup: '#56b4e9', moving: '#0072b2', input: '#e69f00',
  output: '#d55e00', unit: '#cc79a7', memory: '#f0e442', idle: '#8b9099',
};

const kViridis = ['440154', '482475', '414487', '355f8d', '2a788e', '21918c', '22a884', '44bf70',
                  '7ad151', 'bddf26', 'fde725'];
const kDifferenceLight = ['08306b', '2171b5', '6baed6', 'c6dbef', 'f4f4f2', 'fdd0a2', 'fd8d3c',
                          'd94801', '7f2704'];
const kDifferenceDark = ['a6d4ff', '57a7ea', '2b74b8', '1b4167', '23262b', '6b3a12', 'b8621b',
                         'f0953f', 'ffd3a1'];

function ramp(stops: string[]): Uint32Array {
  const map = new Uint32Array(256);
  const channel = (stop: number, at: number) => parseInt(stops[stop].slice(2 * at, 2 * at + 2), 16);
  for (let i = 0; i < 256; ++i) {
    const place = (i / 255) * (stops.length - 1);
    const stop = Math.min(Math.floor(place), stops.length - 2);
    const part = place - stop;
    let pixel = 255;
    for (const at of [2, 1, 0]) {
      const value = channel(stop, at) * (1 - part) + channel(stop + 1, at) * part;
      pixel = pixel * 256 + Math.round(value);
    }
    map[i] = pixel;
  }
  return map;
}

export const dark = () => matchMedia('(prefers-color-scheme: dark)').matches;

const amount = ramp(kViridis);
const differences = {light: ramp(kDifferenceLight), dark: ramp(kDifferenceDark)};

/// Pixels as ImageData has them, 0xAABBGGRR, for 0 to 255.
export function colorMap(difference: boolean): Uint32Array {
  return difference ? differences[dark() ? 'dark' : 'light'] : amount;
}

export function gradient(difference: boolean): string {
  const stops = difference ? (dark() ? kDifferenceDark : kDifferenceLight) : kViridis;
  return `linear-gradient(to right, ${stops.map((stop) => '#' + stop).join(', ')})`;
}
