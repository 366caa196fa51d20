// SPDX-License-Identifier: Apache-2.0
// The points of one study or two, one after the other, a column a figure.
import {Facts, floats, json, numbers, StudyFacts} from './facts';
import {figure, headed, words} from './figures';

/// What points set along an axis, or a figure of theirs. Axes of names have places instead of
/// numbers; what a point does not have is NaN.
export interface Column {
  key: string;
  name: string;
  unit: string;
  axis: boolean;
  /// Of a metric: whether more is better, as the objective says or as it is natural.
  more: boolean | null;
  meaning: string;
  values: Float64Array;
  /// Of an axis: its texts in the order of their values, and which a point has; -1: none.
  texts: string[];
  places: Int32Array | null;
  named: boolean;  // an axis whose values are no numbers
}

export type DifferenceRow = [values: string[], before: (number | null)[], after: (number | null)[]];

interface Part {
  facts: StudyFacts;
  index: Float64Array;
  rung: Float64Array;
  exit: Float64Array;
  message: Float64Array;
  messages: string[];
  kept: Float64Array;
  axes: {texts: string[], scale: Float64Array | null, places: Float64Array}[];
  metrics: Map<string, Float64Array>;
}

async function readPart(facts: StudyFacts, study: number): Promise<Part> {
  const count = facts.counts.points;
  const [index, rung, exit, message, kept] = await Promise.all(
      ['index', 'rung', 'exit', 'message', 'kept'].map((name) => numbers(study, name, count)));
  const texts: string[][] = await json(study, 'texts');
  const axes = await Promise.all(facts.axes.map(async ({numeric}, i) => ({
    texts: texts[i], places: await numbers(study, `axis:${i}`, count),
    scale: numeric ? await floats(study, `scale:${i}`, texts[i].length) : null})));
  const done = facts.counts.with_figures;
  const metrics = new Map(await Promise.all(facts.metrics.map(async ({name, whole}) => [
    name, await (whole ? numbers : floats)(study, `metric:${name}`, done)] as const)));
  return {facts, index, rung, exit, message, kept, axes, metrics,
          messages: await json(study, 'messages')};
}

export class Points {
  readonly count: number;
  readonly study: Uint8Array;
  readonly index: Float64Array;
  readonly rung: Uint8Array;
  readonly exit: string[] = [];
  readonly message: string[] = [];
  readonly withFigures: Uint8Array;
  readonly kept: Uint8Array;
  readonly front: Uint8Array;
  readonly axes: Column[] = [];
  readonly metrics: Column[] = [];
  difference: DifferenceRow[] = [];
  /// Where the points of each study begin.
  readonly begin: number[] = [];

  private constructor(private readonly parts: Part[]) {
    let count = 0;
    for (const {index} of parts) {
      this.begin.push(count);
      count += index.length;
    }
    this.count = count;
    this.study = new Uint8Array(this.count);
    this.index = new Float64Array(this.count);
    this.rung = new Uint8Array(this.count);
    this.withFigures = new Uint8Array(this.count);
    this.kept = new Uint8Array(this.count);
    this.front = new Uint8Array(this.count);
    parts.forEach((part, study) => this.take(part, study));
    for (const name of new Set(parts.flatMap(({facts}) => facts.axes.map((axis) => axis.name)))) {
      this.axes.push(this.axisColumn(name));
    }
    for (const name of new Set(parts.flatMap(({metrics}) => [...metrics.keys()]))) {
      this.metrics.push(this.metricColumn(name));
    }
  }
  static async read(facts: Facts): Promise<Points> {
    const points = new Points(await Promise.all(facts.studies.map(readPart)));
    if (facts.difference) {
      points.difference = await json(0, 'difference');
    }
    return points;
  }
  get columns(): Column[] {
    return [...this.metrics, ...this.axes];
  }
  column(key: string): Column {
    return this.columns.find((column) => column.key === key) ?? this.columns[0];
  }
  studyOf(point: number): StudyFacts {
    return this.parts[this.study[point]].facts;
  }
  /// "point 12", of two studies "A: point 12".
  name(point: number): string {
    const which = this.parts.length > 1 ? `${'AB'[this.study[point]]}: ` : '';
    return `${which}point ${this.index[point]}`;
  }
  /// The figure with its unit.
  text(column: Column, point: number): string {
    if (column.places) {
      return column.places[point] < 0 ? '\u2013' : column.texts[column.places[point]];
    }
    return figure(column.values[point], column.unit);
  }
  /// The folder of its report where there is one, from this page.
  report(point: number): string | null {
    const facts = this.studyOf(point);
    const path = `${facts.points}${this.index[point]}/report.html`;
    return facts.reported.includes(this.index[point]) ?
        path.split('/').map(encodeURIComponent).join('/') : null;
  }

  private take(part: Part, study: number) {
    const begin = this.begin[study];
    for (let row = 0; row < part.index.length; ++row) {
      const point = begin + row;
      this.study[point] = study;
      this.index[point] = part.index[row];
      this.rung[point] = part.rung[row];
      this.exit.push(part.facts.exits[part.exit[row]]);
      this.message.push(part.messages[part.message[row]]);
      this.withFigures[point] = this.exit[point] === 'done' ? 1 : 0;
      this.kept[point] = part.kept[row];
    }
    part.facts.front.forEach((row) => {
      this.front[begin + row] = 1;
    });
  }
  private axisColumn(name: string): Column {
    const values = new Float64Array(this.count).fill(NaN);
    const places = new Int32Array(this.count).fill(-1);
    const own = this.parts.map(({facts, axes}) =>
        axes[facts.axes.findIndex((axis) => axis.name === name)]);
    const numeric = own.every((axis) => !axis || axis.scale);
    const known = new Map<string, number>();
    for (const axis of own) {
      axis?.texts.forEach((text, i) => known.has(text) || text === '-' ||
          known.set(text, numeric ? axis.scale![i] : known.size));
    }
    const texts = [...known.keys()];
    if (numeric) {
      texts.sort((a, b) => known.get(a)! - known.get(b)!);
    }
    const place = new Map(texts.map((text, i) => [text, i]));
    own.forEach((axis, study) => {
      if (!axis) {
        return;
      }
      const to = axis.texts.map((text) => place.get(text) ?? -1);
      axis.places.forEach((at, row) => {
        const point = this.begin[study] + row;
        places[point] = to[at];
        values[point] = to[at] < 0 ? NaN : known.get(axis.texts[at])!;
      });
    });
    const unit = this.parts.flatMap(({facts}) => facts.axes).find((axis) => axis.name === name)!.unit;
    return {key: `axis:${name}`, name, unit, axis: true, more: null, meaning: 'an axis of the study',
            values, texts, places, named: !numeric};
  }
  private metricColumn(name: string): Column {
    const values = new Float64Array(this.count).fill(NaN);
    this.parts.forEach(({metrics}, study) => {
      const own = metrics.get(name);
      let at = 0;
      for (let row = 0; own && row < this.parts[study].index.length; ++row) {
        const point = this.begin[study] + row;
        if (this.withFigures[point]) {
          values[point] = own[at++];
        }
      }
    });
    const {unit, more, meaning} =
        this.parts.flatMap(({facts}) => facts.metrics).find((metric) => metric.name === name)!;
    const objective = this.parts[0].facts.objectives.find(({metric}) => metric === name);
    return {key: `metric:${name}`, name: words(name), unit, axis: false,
            more: objective?.more ?? more, meaning, values, texts: [], places: null, named: false};
  }
}

export const title = (column: Column) => headed(column.name, column.unit);
