// SPDX-License-Identifier: Apache-2.0
// Cycles of the run, and simulated cycles: iterations that recurred were added, not simulated, and
// what they looked like is what the period before them looked like.
import {Timeline} from './data';

export class SimulatedTime {
  constructor(readonly timeline: Timeline) {}

  /// The simulated cycle that shows cycle `at` of the run.
  of(at: number): number {
    let skipped = 0;
    for (const [simulated, iterations, period] of this.timeline.added) {
      const begin = simulated + skipped;
      if (at < begin) {
        break;
      }
      const length = iterations * period;
      if (at < begin + length) {
        return simulated - period + ((at - begin) % period);
      }
      skipped += length;
    }
    return at - skipped;
  }

  /// Whether cycle `at` of the run was added.
  added(at: number): boolean {
    let skipped = 0;
    for (const [simulated, iterations, period] of this.timeline.added) {
      const begin = simulated + skipped;
      if (at >= begin && at < begin + iterations * period) {
        return true;
      }
      skipped += iterations * period;
    }
    return false;
  }

  slice(at: number): number {
    const slice = Math.floor(this.of(at) / this.timeline.slice);
    return Math.min(Math.max(0, slice), this.timeline.slices - 1);
  }
}
