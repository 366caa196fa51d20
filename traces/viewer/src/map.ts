// SPDX-License-Identifier: Apache-2.0
// The wafer: a pixel or more for each tile, or for each square of tiles from afar.
import {color, el} from './dom';
import {colorMap} from './colors';
import {Pyramid} from './grid';
import {drawLinks, drawMarks, drawOutlines, drawPath, Links, Marks} from './overlay';
import {Run} from './run';

/// What part of the wafer is looked at; maps side by side share one. Tiles count from the corner of
/// the region.
export interface View {
  x: number;  // in the middle
  y: number;
  zoom: number;  // pixels a tile
  fitted: boolean;
}

export interface Shown {
  pyramid: Pyramid;
  least: number;
  most: number;
  difference: boolean;
}

export interface Tile {
  x: number;
  y: number;
}

const kMostZoom = 64;
const kLinesFrom = 14;  // pixels a tile

export class WaferMap {
  readonly canvas = el('canvas', {tabindex: 0, class: 'wafer', role: 'img'});
  private readonly context = this.canvas.getContext('2d', {alpha: false})!;
  private shown: Shown | null = null;
  private links: Links | null = null;
  private marks: Marks = {pin: null, cursor: null, outlines: true, path: false};
  private image: HTMLCanvasElement | null = null;
  private imageOf: {shown: Shown, level: number} | null = null;

  constructor(readonly run: Run, readonly view: View) {}

  show(shown: Shown, marks: Marks, links: Links | null) {
    this.shown = shown;
    this.marks = marks;
    this.links = links;
    this.draw();
  }

  /// Shows all of the region.
  fit() {
    const {clientWidth, clientHeight} = this.canvas;
    this.view.x = this.run.width / 2;
    this.view.y = this.run.height / 2;
    this.view.zoom = Math.min((clientWidth - 16) / this.run.width,
                              (clientHeight - 16) / this.run.height);
    this.view.fitted = true;
  }

  /// Zooms so that what lies at (left, top) stays there.
  zoom(factor: number, left = this.canvas.clientWidth / 2, top = this.canvas.clientHeight / 2) {
    const least = 0.25 * Math.min(this.canvas.clientWidth / this.run.width,
                                  this.canvas.clientHeight / this.run.height);
    const zoom = Math.min(kMostZoom, Math.max(least, this.view.zoom * factor));
    const x = left - this.canvas.clientWidth / 2;
    const y = top - this.canvas.clientHeight / 2;
    this.view.x += x / this.view.zoom - x / zoom;
    this.view.y += y / this.view.zoom - y / zoom;
    this.view.zoom = zoom;
    this.keepInView();
  }

  pan(right: number, down: number) {
    this.view.x -= right / this.view.zoom;
    this.view.y -= down / this.view.zoom;
    this.keepInView();
  }

  /// The middle of the canvas stays on the region.
  private keepInView() {
    this.view.x = Math.min(Math.max(0, this.view.x), this.run.width);
    this.view.y = Math.min(Math.max(0, this.view.y), this.run.height);
    this.view.fitted = false;
  }

  /// The tile under a place of the canvas.
  tileAt(left: number, top: number): Tile | null {
    const x = Math.floor((left - this.canvas.clientWidth / 2) / this.view.zoom + this.view.x);
    const y = Math.floor((top - this.canvas.clientHeight / 2) / this.view.zoom + this.view.y);
    return x >= 0 && y >= 0 && x < this.run.width && y < this.run.height ? {x, y} : null;
  }

  /// Brings a tile into view, if it is not.
  reveal(tile: Tile) {
    const halfX = this.canvas.clientWidth / 2 / this.view.zoom - 1;
    const halfY = this.canvas.clientHeight / 2 / this.view.zoom - 1;
    this.view.x = Math.min(Math.max(this.view.x, tile.x + 1 - halfX), tile.x + halfX);
    this.view.y = Math.min(Math.max(this.view.y, tile.y + 1 - halfY), tile.y + halfY);
  }

  draw() {
    const density = devicePixelRatio || 1;
    const width = Math.round(this.canvas.clientWidth * density);
    const height = Math.round(this.canvas.clientHeight * density);
    if (width === 0 || !this.shown) {
      return;
    }
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
    }
    if (this.view.fitted) {
      this.fit();
    }
    const context = this.context;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = color('--ground');
    context.fillRect(0, 0, width, height);
    const pixels = this.view.zoom * density;
    const left = width / 2 - this.view.x * pixels;
    const top = height / 2 - this.view.y * pixels;
    this.drawTiles(pixels, left, top);
    if (pixels >= kLinesFrom) {
      this.drawLines(pixels, left, top);
    }
    if (this.links) {
      context.save();
      context.beginPath();
      context.rect(left, top, this.run.width * pixels, this.run.height * pixels);
      context.clip();
      drawLinks(context, this.links, pixels, left, top);
      context.restore();
    }
    context.setTransform(1, 0, 0, 1, left, top);
    if (this.marks.outlines) {
      drawOutlines(context, this.run, pixels, density);
    }
    if (this.marks.path) {
      drawPath(context, this.run, pixels, density);
    }
    drawMarks(context, this.marks, pixels, density);
  }

  private drawTiles(pixels: number, left: number, top: number) {
    const shown = this.shown!;
    const level = Math.max(0, Math.ceil(-Math.log2(pixels * shown.pyramid.level(0).scale)));
    if (this.imageOf?.shown !== shown || this.imageOf.level !== level) {
      this.image = paint(shown, level, this.image);
      this.imageOf = {shown, level};
    }
    const image = this.image!;
    const cell = shown.pyramid.level(level).scale * pixels;
    // Only what can be seen, in whole cells.
    const x0 = Math.max(0, Math.floor(-left / cell));
    const y0 = Math.max(0, Math.floor(-top / cell));
    const x1 = Math.min(image.width, Math.ceil((this.canvas.width - left) / cell));
    const y1 = Math.min(image.height, Math.ceil((this.canvas.height - top) / cell));
    if (x1 <= x0 || y1 <= y0) {
      return;
    }
    const context = this.context;
    context.save();
    context.beginPath();  // the last cells may hold fewer tiles
    context.rect(left, top, this.run.width * pixels, this.run.height * pixels);
    context.clip();
    context.imageSmoothingEnabled = false;
    context.drawImage(image, x0, y0, x1 - x0, y1 - y0, left + x0 * cell, top + y0 * cell,
                      (x1 - x0) * cell, (y1 - y0) * cell);
    context.restore();
  }

  private drawLines(pixels: number, left: number, top: number) {
    const context = this.context;
    context.strokeStyle = color('--ground');
    context.lineWidth = 1;
    context.beginPath();
    const right = left + this.run.width * pixels;
    const bottom = top + this.run.height * pixels;
    for (let x = Math.max(0, Math.floor(-left / pixels)); x <= this.run.width; ++x) {
      const at = Math.round(left + x * pixels) + 0.5;
      if (at > this.canvas.width) {
        break;
      }
      context.moveTo(at, Math.max(0, top));
      context.lineTo(at, Math.min(this.canvas.height, bottom));
    }
    for (let y = Math.max(0, Math.floor(-top / pixels)); y <= this.run.height; ++y) {
      const at = Math.round(top + y * pixels) + 0.5;
      if (at > this.canvas.height) {
        break;
      }
      context.moveTo(Math.max(0, left), at);
      context.lineTo(Math.min(this.canvas.width, right), at);
    }
    context.stroke();
  }
}

/// A pixel for each cell.
function paint(shown: Shown, level: number, reuse: HTMLCanvasElement | null): HTMLCanvasElement {
  const {width, height, values} = shown.pyramid.level(level);
  const canvas = reuse ?? document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d')!;
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const colors = colorMap(shown.difference);
  const span = shown.most - shown.least;
  const scale = span > 0 ? 255 / span : 0;
  for (let i = 0; i < values.length; ++i) {
    const place = (values[i] - shown.least) * scale + 0.5;
    pixels[i] = colors[place <= 0 ? 0 : place >= 255 ? 255 : place | 0];
  }
  context.putImageData(image, 0, 0);
  return canvas;
}
