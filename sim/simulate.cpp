// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate.h"

#include <fmt/format.h>

#include <optional>

#include "arch/machine.h"
#include "isa/bundle.h"
#include "sim/dataflow/engine.h"
#include "sim/host/systemc_host.h"
#include "sim/trace/window_recorder.h"
#include "sim/vector/engine.h"

namespace weft::sim {
namespace {

Error stopped_error() { return failed_error("stopped before the end of the run"); }

// Nothing when the engine declines on the way: the scalar one starts anew.
Result<std::optional<RunResult>> run_vectors(vector::Engine& engine, const Options& options) {
  bool stopped = false;
  auto progress = vector::Engine::Progress::running;
  const AdvanceUntil advance = [&](std::int64_t until) {
    progress = engine.advance(until);
    if (options.progress && !options.progress(engine.reached(), engine.fraction_done())) {
      stopped = true;
      return false;
    }
    return progress == vector::Engine::Progress::running;
  };
  run_under_systemc(advance, options.quantum);
  if (stopped) {
    return stopped_error();
  }
  if (progress == vector::Engine::Progress::declined) {
    return std::optional<RunResult>{};
  }
  RunResult result = engine.take_result();
  result.vectors = true;
  return std::optional<RunResult>(std::move(result));
}

}  // namespace

Result<RunResult> simulate(const isa::Bundle& bundle, const arch::Machine& machine,
                           const TensorSource& tensors, const Options& options) {
  if (!bundle.machine_hash().empty() && bundle.machine_hash() != arch::machine_hash(machine)) {
    return input_error(fmt::format(
        "the bundle was mapped for another machine ({}, hash {}); map the model again for {}",
        bundle.machine(), bundle.machine_hash(), machine.name()));
  }
  if (options.progress && !options.progress(0, 0)) {
    return failed_error("stopped before the run began");
  }
  std::string declined;
  if (!options.data && !options.scalar && !options.window) {
    if (const auto engine = vector::Engine::create(bundle, machine)) {
      WEFT_ASSIGN(auto ran, run_vectors(*engine, options));
      if (ran) {
        return std::move(*ran);
      }
      declined = engine->declined_because();
    }
  }
  std::optional<WindowRecorder> recorder;
  if (options.window) {
    recorder.emplace(isa::rect_of(bundle.region()), *options.window);
  }
  WEFT_ASSIGN(const auto engine, dataflow::Engine::create(bundle, machine, tensors, options,
                                                          recorder ? &*recorder : nullptr));
  bool stopped = false;
  const AdvanceUntil advance = [&](std::int64_t until) {
    const auto progress = engine->advance(until);
    if (options.progress && !options.progress(engine->reached(), engine->fraction_done())) {
      stopped = true;
      return false;
    }
    return progress == dataflow::Engine::Progress::running && engine->fault().empty();
  };
  run_under_systemc(advance, options.quantum);
  if (stopped) {
    return stopped_error();
  }
  if (!engine->fault().empty()) {
    return input_error(engine->fault());
  }
  RunResult result = engine->take_result();
  result.scalar_because = std::move(declined);
  if (recorder) {
    result.window = recorder->take(result.cycles.count());
  }
  return result;
}

}  // namespace weft::sim
