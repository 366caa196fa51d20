// SPDX-License-Identifier: Apache-2.0
// Marks for points. Every shape in every color is drawn once and then copied, pixel by pixel: a
// hundred thousand calls to a canvas take seconds, as many copies some milliseconds.
import {color as named} from '../dom';

/// A disc for the first study, a diamond for the second.
function shape(to: CanvasRenderingContext2D, study: number, x: number, y: number,
                      radius: number) {
  if (study === 0) {
    to.moveTo(x + radius, y);
    to.arc(x, y, radius, 0, 2 * Math.PI);
    return;
  }
  const reach = radius * 1.3;
  to.moveTo(x, y - reach);
  to.lineTo(x + reach, y);
  to.lineTo(x, y + reach);
  to.lineTo(x - reach, y);
  to.closePath();
}

export interface Look {
  fill: string;  // empty: none
  stroke: string;
  alpha: number;  // of the stroke
  width: number;
}

/// Small marks lie close: their outlines would be all one sees.
export const filled = (color: string, radius: number): Look =>
    ({fill: color, stroke: named('--outline'), alpha: radius < 3 ? 0.2 : 0.55, width: 0.7});
export const hollow = (): Look =>
    ({fill: named('--ground'), stroke: named('--faint'), alpha: 1, width: 1});
export const ring = (): Look => ({fill: '', stroke: named('--text'), alpha: 1, width: 1.3});

export class Stamps {
  private readonly size: number;
  private readonly pixels: Uint32Array;
  private readonly width: number;

  /// Columns: the looks. Rows: the studies. `scale` is of the screen.
  constructor(looks: Look[], radius: number, private readonly scale: number) {
    this.size = 2 * Math.ceil((radius * 1.3 + 1) * scale);
    this.width = this.size * looks.length;
    const sheet = document.createElement('canvas');
    sheet.width = this.width;
    sheet.height = this.size * 2;
    const to = sheet.getContext('2d', {willReadFrequently: true})!;
    for (let row = 0; row < 2; ++row) {
      looks.forEach(({fill, stroke, alpha, width}, column) => {
        to.setTransform(scale, 0, 0, scale, (column + 0.5) * this.size, (row + 0.5) * this.size);
        to.beginPath();
        shape(to, row, 0, 0, radius);
        if (fill) {
          to.fillStyle = fill;
          to.fill();
        }
        to.globalAlpha = alpha;
        to.strokeStyle = stroke;
        to.lineWidth = width;
        to.stroke();
        to.globalAlpha = 1;
      });
    }
    this.pixels = new Uint32Array(to.getImageData(0, 0, sheet.width, sheet.height).data.buffer);
  }
  /// Over what is there; `image` has no color where its alpha is 0.
  put(image: {pixels: Uint32Array, width: number, height: number}, column: number, row: number,
      x: number, y: number) {
    const {size} = this;
    const left = Math.round(x * this.scale - size / 2);
    const top = Math.round(y * this.scale - size / 2);
    if (left < 0 || top < 0 || left + size > image.width || top + size > image.height) {
      return;
    }
    for (let line = 0; line < size; ++line) {
      let from = (row * size + line) * this.width + column * size;
      let at = (top + line) * image.width + left;
      for (const end = from + size; from < end; ++from, ++at) {
        const over = this.pixels[from];
        const alpha = over >>> 24;
        if (alpha === 255 || (alpha > 0 && image.pixels[at] >>> 24 === 0)) {
          image.pixels[at] = over;
        } else if (alpha > 0) {
          image.pixels[at] = blend(over, alpha, image.pixels[at]);
        }
      }
    }
  }
}

/// Pixels as ImageData has them, 0xAABBGGRR, alpha not multiplied in.
function blend(over: number, alpha: number, under: number): number {
  const below = (under >>> 24) * (255 - alpha) / 255;
  const sum = alpha + below;
  const mix = (shift: number) => Math.round(
      ((over >>> shift & 255) * alpha + (under >>> shift & 255) * below) / sum);
  return (Math.round(sum) << 24 | mix(16) << 16 | mix(8) << 8 | mix(0)) >>> 0;
}
