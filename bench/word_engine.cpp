// SPDX-License-Identifier: Apache-2.0
// Word-hops a second of CPU time of the word engine with more and fewer words under way. Words
// leave the sources every den/num cycles; a cycle moves about 512 * 512 * 4 * num/den words.
#include "bench/google.h"

namespace weft::bench {
namespace {

void hops(benchmark::State& state, int num, int den, sim::DenseMoves dense) {
  run(state, word_hops(512, num, den, 64, dense), {"word_hops/s"});
}

using sim::DenseMoves;

BENCHMARK_CAPTURE(hops, dense_5_percent, 1, 10, DenseMoves::automatic)->UseManualTime();
BENCHMARK_CAPTURE(hops, dense_20_percent, 2, 5, DenseMoves::automatic)->UseManualTime();
BENCHMARK_CAPTURE(hops, dense_50_percent, 1, 1, DenseMoves::automatic)->UseManualTime();
BENCHMARK_CAPTURE(hops, list_5_percent, 1, 10, DenseMoves::never)->UseManualTime();

}  // namespace
}  // namespace weft::bench

BENCHMARK_MAIN();
