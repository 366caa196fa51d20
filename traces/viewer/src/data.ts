// SPDX-License-Identifier: Apache-2.0
// What weft put into the page: facts as JSON, figures as base64 of zlib streams.

import {Throughput} from './throughput';

export type Rectangle = [x: number, y: number, width: number, height: number];

export interface Reason {
  what: string;
  share: number;
  ops: string;
  where: string;
  mend: string;
  fields: string[];
  key: string;
}

export interface PathRow {
  kind: string;
  op: string | null;
  role: string;
  instruction: string;
  pc: number;
  color: number | null;
  cycles: number;
  stretches: number;
  tiles: number;
  tile: [number, number];
}

export interface Floorplan {
  machine: Rectangle;
  outlines: {name: string, tiles: Rectangle}[];
  roles: string[];
  program_numbers: number;
  roofs: {macs: number, read_bytes: number, weight_bytes: number, link_words: number};
}

export interface Timeline {
  scale: number;
  width: number;
  height: number;
  slice: number;
  slices: number;
  cycles: number;
  added: [at: number, iterations: number, period: number][];
  series: string[];
  scales: Record<string, {unit: string, zero: number, full: number}>;  // of those that are no share
}

export interface RunFacts {
  name: string;
  report: any;  // report.json, as docs/outputs.md has it
  limits: {basis: string, of_path: boolean, reasons: Reason[]};
  path: {unknown_because: string | null, stretches: number, messages: number,
         kinds: Record<string, number>, rows: PathRow[]} | null;
  throughput: Throughput | null;
  generated: string;
  floorplan: Floorplan | null;
  planes: {name: string, label: string, unit: string}[];
  ops: {names: string[], count: number};
  timeline: Timeline | null;
}

export function readFacts(): {version: number, runs: RunFacts[]} {
  return JSON.parse(document.getElementById('facts')!.textContent!);
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const native = (Uint8Array as any).fromBase64;
  if (native) {
    return native.call(Uint8Array, text);
  }
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; ++i) {
    bytes[i] = binary.charCodeAt(i);
  }
  return bytes;
}

/// The bytes of a stream; empty where the page has none of that name.
export async function stream(run: number, name: string): Promise<Uint8Array> {
  const element = document.getElementById(`${run}:${name}`);
  const packed = fromBase64(element?.textContent ?? '');
  if (packed.length === 0) {
    return packed;
  }
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Uint8Array(await new Response(unpacked).arrayBuffer());
}

/// Differences, zigzag, as base-128 varints (traces/packed.h).
export function unpack(bytes: Uint8Array, count: number): Float64Array {
  const numbers = new Float64Array(count);
  let at = 0;
  let before = 0;
  for (let i = 0; i < count; ++i) {
    let byte = bytes[at++];
    let value = byte & 127;
    for (let scale = 128; byte > 127; scale *= 128) {
      byte = bytes[at++];
      value += (byte & 127) * scale;
    }
    before += value % 2 === 1 ? -(value + 1) / 2 : value / 2;
    numbers[i] = before;
  }
  return numbers;
}
