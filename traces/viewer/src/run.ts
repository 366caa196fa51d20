// SPDX-License-Identifier: Apache-2.0
// One run: its facts, and its figures, unpacked when somebody looks at them.
import {RunFacts, stream, unpack} from './data';
import {SimulatedTime} from './time';

export interface OpSpans {
  op: Float64Array;
  layer: Float64Array;
  step: Float64Array;
  begin: Float64Array;
  end: Float64Array;
}

export class Run {
  readonly x0: number;
  readonly y0: number;
  readonly width: number;
  readonly height: number;
  readonly cycles: number;
  readonly time: SimulatedTime | null;
  private readonly planes = new Map<string, Promise<Float64Array>>();
  private readonly slices = new Map<string, Promise<Uint8Array>>();
  private spans: Promise<OpSpans> | null = null;
  private roles: Promise<Float64Array> | null = null;
  private code: Promise<string[][]> | null = null;

  constructor(readonly facts: RunFacts, readonly index: number) {
    const region = facts.report.region;
    this.x0 = region.x;
    this.y0 = region.y;
    this.width = region.width;
    this.height = region.height;
    this.cycles = facts.report.cycles;
    this.time = facts.timeline ? new SimulatedTime(facts.timeline) : null;
  }

  get tiles() {
    return this.width * this.height;
  }
  get title() {
    const report = this.facts.report;
    return `${report.model} on ${report.machine}`;
  }
  has(plane: string) {
    return this.facts.planes.some((row) => row.name === plane);
  }

  /// A whole number for each tile, row by row.
  plane(name: string): Promise<Float64Array> {
    let plane = this.planes.get(name);
    if (!plane) {
      plane = stream(this.index, `tiles:${name}`).then((bytes) => unpack(bytes, this.tiles));
      this.planes.set(name, plane);
    }
    return plane;
  }

  /// Whether a series is known over time.
  timed(name: string | null): boolean {
    return name !== null && (this.facts.timeline?.series.includes(name) ?? false);
  }

  /// What the bytes of a series stand for: 0 and 255.
  scale(name: string): {unit: string, zero: number, full: number} {
    return this.facts.timeline!.scales[name] ?? {unit: '', zero: 0, full: 1};
  }

  /// A byte for each cell and slice. Where cells are tiles there is no max of them but the mean.
  series(name: string, kind: 'mean' | 'max'): Promise<Uint8Array> {
    const key = `${kind}:${name}`;
    let series = this.slices.get(key);
    if (!series) {
      series = stream(this.index, key).then(
          (bytes) => bytes.length === 0 && kind === 'max' ? this.series(name, 'mean') : bytes);
      this.slices.set(key, series);
    }
    return series;
  }

  ops(): Promise<OpSpans> {
    const column = async (name: string) =>
        unpack(await stream(this.index, `ops:${name}`), this.facts.ops.count);
    this.spans ??= (async () => ({
      op: await column('op'),
      layer: await column('layer'),
      step: await column('step'),
      begin: await column('begin'),
      end: await column('end'),
    }))();
    return this.spans;
  }

  /// The program of each role: how many instructions, then which lines they are.
  private async programs(): Promise<string[][]> {
    const {program_numbers: count, roles} = this.facts.floorplan!;
    const lines = JSON.parse(new TextDecoder().decode(await stream(this.index, 'lines')));
    const numbers = unpack(await stream(this.index, 'programs'), count);
    let at = 0;
    return roles.map(() => {
      const length = at < count ? numbers[at++] : 0;
      at += length;
      return Array.from(numbers.subarray(at - length, at), (line) => lines[line]);
    });
  }

  /// The role of a tile and its program, if the recording says so; the tile counts from the corner
  /// of the region.
  async roleAt(x: number, y: number): Promise<{name: string, code: string[]} | null> {
    if (!this.facts.floorplan?.roles.length) {
      return null;
    }
    this.roles ??= stream(this.index, 'roles').then((bytes) => unpack(bytes, this.tiles));
    this.code ??= this.programs();
    const role = (await this.roles)[y * this.width + x] - 1;
    const name = this.facts.floorplan.roles[role];
    return name === undefined ? null : {name, code: (await this.code)[role] ?? []};
  }
}
