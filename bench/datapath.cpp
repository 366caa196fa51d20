// SPDX-License-Identifier: Apache-2.0
// Floating-point operations a second of products of one tile, small ones to large ones.
#include "bench/google.h"

namespace weft::bench {
namespace {

void gemm(benchmark::State& state) {
  run(state, tile_gemm(static_cast<int>(state.range(0)), 1000), {"FLOP/s"});
}

BENCHMARK(gemm)->Arg(8)->Arg(12)->Arg(16)->Arg(32)->Arg(64)->UseManualTime();

}  // namespace
}  // namespace weft::bench

BENCHMARK_MAIN();
