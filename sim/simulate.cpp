// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate.h"

#include <fmt/format.h>

#include <optional>

#include "arch/machine.h"
#include "isa/bundle.h"
#include "sim/dataflow/engine.h"
#include "sim/host/systemc_host.h"
#include "sim/scalar/engine.h"
#include "sim/trace/window_recorder.h"
#include "sim/vector/engine.h"
#include "sim/word/engine.h"

namespace weft::sim {
namespace {

// Under the SystemC host until the engine has no more to do. Errors: failed (stopped).
template <class Engine>
Result<typename Engine::Progress> advance_to_end(Engine& engine, const Options& options) {
  bool stopped = false;
  auto progress = Engine::Progress::running;
  const AdvanceUntil advance = [&](std::int64_t until) {
    progress = engine.advance(until);
    if (options.progress && !options.progress(engine.reached(), engine.fraction_done())) {
      stopped = true;
      return false;
    }
    return progress == Engine::Progress::running && engine.fault().empty();
  };
  run_under_systemc(advance, options.quantum);
  if (stopped) {
    return failed_error("stopped before the end of the run");
  }
  return progress;
}

template <class Engine>
Result<RunResult> finish(Engine& engine, const Options& options) {
  WEFT_ASSIGN([[maybe_unused]] const auto progress, advance_to_end(engine, options));
  if (!engine.fault().empty()) {
    return input_error(engine.fault());
  }
  return engine.take_result();
}

Result<RunResult> run_word(const isa::Bundle& bundle, const arch::Machine& machine,
                           const TensorSource& tensors, const Options& options) {
  if (options.window) {
    return input_error(
        "the word engine records no window of tiles; take the dataflow engine, whose cycles are "
        "the same");
  }
  WEFT_ASSIGN(const auto engine, word::Engine::create(bundle, machine, tensors, options));
  return finish(*engine, options);
}

// Where values are not asked for: over vectors of tiles, else one by one on little state. What one
// declines, even on the way, the next runs from the start; the last takes whatever there is.
Result<RunResult> run_dataflow(const isa::Bundle& bundle, const arch::Machine& machine,
                               const TensorSource& tensors, const Options& options) {
  std::string not_vectors;
  std::string not_lean;
  const bool timing_only = !options.data && !options.window;
  if (timing_only && !options.scalar) {
    if (const auto engine = vector::Engine::create(bundle, machine, options.repeat)) {
      WEFT_ASSIGN(const auto progress, advance_to_end(*engine, options));
      if (progress == vector::Engine::Progress::finished) {
        return engine->take_result();
      }
      not_vectors = engine->declined_because();
    }
  }
  if (timing_only && options.lean) {
    if (const auto engine = scalar::Engine::create(bundle, machine, not_lean)) {
      WEFT_ASSIGN(const auto progress, advance_to_end(*engine, options));
      if (progress == scalar::Engine::Progress::finished) {
        RunResult result = engine->take_result();
        result.scalar_because = std::move(not_vectors);
        return result;
      }
      not_lean = engine->declined_because();
    }
  }
  std::optional<WindowRecorder> recorder;
  if (options.window) {
    recorder.emplace(isa::rect_of(bundle.region()), *options.window);
  }
  WEFT_ASSIGN(const auto engine, dataflow::Engine::create(bundle, machine, tensors, options,
                                                          recorder ? &*recorder : nullptr));
  WEFT_ASSIGN(RunResult result, finish(*engine, options));
  result.scalar_because = std::move(not_vectors);
  result.general_because = std::move(not_lean);
  if (recorder) {
    result.window = recorder->take(result.cycles.count());
  }
  return result;
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
  const bool word_by_word = options.engine == EngineKind::word;
  WEFT_ASSIGN(RunResult result, word_by_word ? run_word(bundle, machine, tensors, options)
                                             : run_dataflow(bundle, machine, tensors, options));
  result.engine = word_by_word ? "word" : "dataflow";
  return result;
}

}  // namespace weft::sim
