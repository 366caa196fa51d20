// SPDX-License-Identifier: Apache-2.0
// What the map can show of a tile.
import {kBinLabels, kBins} from './colors';
import {bytes, commas, percent, short} from './format';
import {Grid} from './grid';
import {Run} from './run';

export interface Metric {
  key: string;
  label: string;
  group: string;
  series: string | null;  // by which it is known over time
  format(value: number): string;
  /// Of every tile over the whole run; rejects nothing: what is not recorded is not offered.
  values(run: Run): Promise<Float64Array>;
}

async function scaled(run: Run, plane: string, factor: number): Promise<Float64Array> {
  return (await run.plane(plane)).map((value) => value * factor);
}

const kSides = ['north', 'east', 'south', 'west'];

function linkMetrics(run: Run): Metric[] {
  const sides = kSides.filter((side) => run.has(`link_${side}`));
  if (sides.length === 0) {
    return [];
  }
  const share = (of: Run, side: string) => scaled(
      of, `link_${side}`, 1 / (of.cycles * (of.facts.floorplan?.roofs.link_words || 1)));
  const busiest: Metric = {
    key: 'link', label: 'busiest link out', group: 'Links', series: 'link', format: percent,
    async values(of) {
      const [most, ...rest] = await Promise.all(sides.map((side) => share(of, side)));
      for (const plane of rest) {
        for (let tile = 0; tile < most.length; ++tile) {
          most[tile] = Math.max(most[tile], plane[tile]);
        }
      }
      return most;
    },
  };
  return [busiest, ...sides.map((side): Metric => ({
    key: `link_${side}`, label: `link ${side}`, group: 'Links', series: null, format: percent,
    values: (of) => share(of, side),
  }))];
}

/// In the order they are offered.
export function metricsOf(run: Run): Metric[] {
  const metrics: Metric[] = kBins.map((key) => ({
    key, label: kBinLabels[key], group: 'Where the time went', series: key, format: percent,
    values: (of) => scaled(of, key, 1 / of.cycles),
  }));
  const roofs = run.facts.floorplan?.roofs;
  if (run.has('macs')) {
    if (roofs?.macs) {
      metrics.push({
        key: 'utilization', label: 'utilization', group: 'Work', series: null, format: percent,
        values: (of) => scaled(of, 'macs', 1 / (of.cycles * of.facts.floorplan!.roofs.macs)),
      });
    }
    metrics.push({key: 'macs', label: 'MACs', group: 'Work', series: null, format: short,
                  values: (of) => of.plane('macs')});
  }
  for (const key of ['words_sent', 'words_received']) {
    if (run.has(key)) {
      metrics.push({key, label: key.replace('_', ' '), group: 'Words', series: null,
                    format: commas, values: (of) => of.plane(key)});
    }
  }
  metrics.push(...linkMetrics(run));
  if (run.has('energy')) {
    metrics.push({key: 'energy', label: 'energy', group: 'Energy', series: null,
                  format: (value) => short(value, 'J'),
                  values: (of) => scaled(of, 'energy', 1e-12)});
    if (run.facts.report.seconds) {
      metrics.push({key: 'power', label: 'power', group: 'Energy', series: 'power',
                    format: (value) => short(value, 'W'),
                    values: (of) => scaled(of, 'energy', 1e-12 / of.facts.report.seconds)});
    }
  }
  if (run.has('sram_bytes')) {
    metrics.push({key: 'sram_bytes', label: 'SRAM in use', group: 'Memory', series: null,
                  format: bytes, values: (of) => of.plane('sram_bytes')});
  }
  return metrics;
}

/// The figure that shows best where a cause lies: on the way and in places, words are waited for.
export function metricOf(cause: string, metrics: Metric[]): string {
  const key = ['link', 'words', 'places'].includes(cause) ? 'input' : cause;
  return metrics.some((metric) => metric.key === key) ? key : 'compute';
}

/// The metric over the whole run.
export async function wholeRun(run: Run, metric: Metric): Promise<Grid> {
  return {width: run.width, height: run.height, scale: 1, values: await metric.values(run)};
}

/// The metric in one slice.
export async function inSlice(run: Run, metric: Metric, slice: number, kind: 'mean' | 'max'):
    Promise<Grid> {
  const {width, height, scale} = run.facts.timeline!;
  const all = await run.series(metric.series!, kind);
  const cells = width * height;
  const {zero, full} = run.scale(metric.series!);
  const values = new Float32Array(cells);
  for (let i = 0; i < cells; ++i) {
    values[i] = zero + all[slice * cells + i] / 255 * (full - zero);
  }
  return {width, height, scale, values};
}
