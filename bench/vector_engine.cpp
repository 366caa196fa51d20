// SPDX-License-Identifier: Apache-2.0
// Tile-steps and instructions a second of CPU time of the dataflow engine on the inner loop of a
// Cannon product: over vectors of tiles, and tile by tile.
#include "bench/google.h"
#include "bench/shift_loop.h"
#include "bench/wse2_part.h"
#include "sim/vector/engine.h"

namespace weft::bench {
namespace {

constexpr int kSteps = 40;

void vectors(benchmark::State& state) {
  run(state, vector_dataflow(static_cast<int>(state.range(0)), kSteps),
      {"tile_steps/s", "instructions/s"});
}

void tile_by_tile(benchmark::State& state) {
  run(state, scalar_dataflow(static_cast<int>(state.range(0)), kSteps), {"instructions/s"});
}

// From a bundle in memory to an engine that can run: routes, groups, planes.
void elaborate(benchmark::State& state) {
  const auto side = static_cast<int>(state.range(0));
  const auto machine = wse2_part(side);
  const isa::Bundle bundle = shift_loop(side, 1);
  for ([[maybe_unused]] auto _ : state) {
    const double begin = cpu_seconds();
    benchmark::DoNotOptimize(sim::vector::Engine::create(bundle, *machine));
    state.SetIterationTime(cpu_seconds() - begin);
  }
}

BENCHMARK(vectors)->Arg(64)->Arg(256)->Arg(900)->UseManualTime();
BENCHMARK(tile_by_tile)->Arg(16)->Arg(32)->Arg(64)->Arg(256)->UseManualTime();
BENCHMARK(elaborate)->Arg(900)->UseManualTime();

}  // namespace
}  // namespace weft::bench

BENCHMARK_MAIN();
