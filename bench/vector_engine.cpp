// SPDX-License-Identifier: Apache-2.0
// Tile-steps and instructions a second of CPU time of the dataflow engine on the inner loop of a
// Cannon product: over vectors of tiles, and tile by tile.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <ctime>

#include "arch/machine.h"
#include "bench/shift_loop.h"
#include "sim/dataflow/engine.h"
#include "sim/vector/engine.h"

namespace weft {
namespace {

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

Result<arch::Machine> machine_of(int side) {
  return arch::load_machine(
      "wse2", {fmt::format("grid.width={}", side), fmt::format("grid.height={}", side)});
}

void count(benchmark::State& state, int side, int steps) {
  const double done = static_cast<double>(state.iterations()) * side * side * steps;
  state.counters["tile_steps/s"] = benchmark::Counter(done, benchmark::Counter::kIsRate);
  state.counters["instructions/s"] =
      benchmark::Counter(done * bench::kShiftLoopInstructions, benchmark::Counter::kIsRate);
}

template <class Engine>
void run(benchmark::State& state, Engine& engine) {
  const double begin = cpu_seconds();
  engine.advance(INT64_MAX);
  state.SetIterationTime(cpu_seconds() - begin);
}

void vectors(benchmark::State& state) {
  const auto side = static_cast<int>(state.range(0));
  constexpr int kSteps = 40;
  const auto machine = machine_of(side);
  const isa::Bundle bundle = bench::shift_loop(side, kSteps);
  for ([[maybe_unused]] auto _ : state) {
    const auto engine = sim::vector::Engine::create(bundle, *machine, false);
    run(state, *engine);
    if (!engine->declined_because().empty()) {
      return state.SkipWithError(engine->declined_because().c_str());
    }
  }
  count(state, side, kSteps);
}

void tile_by_tile(benchmark::State& state) {
  const auto side = static_cast<int>(state.range(0));
  constexpr int kSteps = 40;
  const auto machine = machine_of(side);
  const isa::Bundle bundle = bench::shift_loop(side, kSteps);
  sim::Options options;
  options.data = false;
  for ([[maybe_unused]] auto _ : state) {
    const auto engine = sim::dataflow::Engine::create(bundle, *machine, {}, options);
    run(state, **engine);
  }
  count(state, side, kSteps);
}

// From a bundle in memory to an engine that can run: routes, groups, planes.
void elaborate(benchmark::State& state) {
  const auto side = static_cast<int>(state.range(0));
  const auto machine = machine_of(side);
  const isa::Bundle bundle = bench::shift_loop(side, 1);
  for ([[maybe_unused]] auto _ : state) {
    const double begin = cpu_seconds();
    benchmark::DoNotOptimize(sim::vector::Engine::create(bundle, *machine));
    state.SetIterationTime(cpu_seconds() - begin);
  }
}

BENCHMARK(vectors)->Arg(64)->Arg(256)->Arg(900)->UseManualTime();
BENCHMARK(tile_by_tile)->Arg(64)->Arg(256)->UseManualTime();
BENCHMARK(elaborate)->Arg(900)->UseManualTime();

}  // namespace
}  // namespace weft

BENCHMARK_MAIN();
