// SPDX-License-Identifier: Apache-2.0
// What weft put into the page of a study (cli/study_facts.h).
import {stream, unpack} from '../data';

export interface AxisFacts { name: string; numeric: boolean; unit: string }
export interface MetricFacts {
  name: string; unit: string; more: boolean; meaning: string; whole: boolean;
}
export interface Objective { metric: string; more: boolean }
export interface Constraint { metric: string; at_least: number | null; at_most: number | null }

export interface StudyFacts {
  name: string;
  description: string;
  folder: string;
  points: string;      // where reports of points lie, from this page
  reported: number[];  // points that have one
  axes: AxisFacts[];
  metrics: MetricFacts[];
  exits: string[];
  objectives: Objective[];
  constraints: Constraint[];
  counts: {points: number, with_figures: number, feasible: number};
  front: number[];  // rows, by the first objective, best first
  best: {metric: string, without: string, row: number | null}[];
  sensitivity: {axis: string, metric: string, share: number}[];
}

export interface DifferenceFacts {
  axes: string[]; metrics: string[]; only_before: number; only_after: number;
}

export interface Facts {
  version: number;
  studies: StudyFacts[];
  difference?: DifferenceFacts;
}

export const readFacts = (): Facts =>
    JSON.parse(document.getElementById('facts')!.textContent!);

export const numbers = async (study: number, name: string, count: number) =>
    unpack(await stream(study, name), count);

/// 32-bit floats, first the low bytes of all, then the next, … (traces/packed.h).
export async function floats(study: number, name: string, count: number): Promise<Float64Array> {
  const planes = await stream(study, name);
  const bits = new Uint32Array(count);
  for (let i = 0; i < count; ++i) {
    bits[i] = planes[i] | planes[count + i] << 8 | planes[2 * count + i] << 16 |
        planes[3 * count + i] << 24;
  }
  return Float64Array.from(new Float32Array(bits.buffer));
}

export const json = async (study: number, name: string) =>
    JSON.parse(new TextDecoder().decode(await stream(study, name)));
