// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate.h"

#include <fmt/format.h>

#include <optional>

#include "arch/machine.h"
#include "isa/bundle.h"
#include "sim/dataflow/engine.h"
#include "sim/host/systemc_host.h"
#include "sim/trace/window_recorder.h"
#include "sim/values/executor.h"
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

// Over vectors of tiles where values are not asked for; what the vector engine declines, even on
// the way, runs tile by tile from the start.
Result<RunResult> run_dataflow(const isa::Bundle& bundle, const arch::Machine& machine,
                               const TensorSource& tensors, const Options& options) {
  std::string declined;
  if (!options.data && !options.scalar && !options.window) {
    for (const auto grouping : {vector::Grouping::coarse, vector::Grouping::fine}) {
      const auto engine =
          vector::Engine::create(bundle, machine, options.repeat, grouping, options.threads);
      if (engine == nullptr) {
        break;
      }
      WEFT_ASSIGN(const auto progress, advance_to_end(*engine, options));
      if (progress == vector::Engine::Progress::finished) {
        return engine->take_result();
      }
      declined = engine->declined_because();
      if (!engine->waits_for_itself()) {
        break;
      }
    }
  }
  std::optional<WindowRecorder> recorder;
  if (options.window) {
    recorder.emplace(isa::rect_of(bundle.region()), *options.window);
  }
  WEFT_ASSIGN(const auto engine, dataflow::Engine::create(bundle, machine, tensors, options,
                                                          recorder ? &*recorder : nullptr));
  WEFT_ASSIGN(RunResult result, finish(*engine, options));
  result.scalar_because = std::move(declined);
  if (recorder) {
    result.window = recorder->take(result.cycles.count());
  }
  return result;
}

// Values and times apart: they know nothing of each other, so the values may be worked out on other
// threads meanwhile. How a run ends that does not end well is told by the one engine that does
// both.
Result<RunResult> run_apart(const isa::Bundle& bundle, const arch::Machine& machine,
                            const TensorSource& tensors, const Options& options) {
  WEFT_ASSIGN(auto executor, values::Executor::create(bundle, machine, tensors, options));
  executor->start();
  Options timing = options;
  timing.data = false;
  timing.threads = 1;
  if (options.progress) {
    timing.progress = [&](std::int64_t cycle, double) {
      return options.progress(cycle, executor->fraction_done());
    };
  }
  WEFT_ASSIGN(RunResult result, run_dataflow(bundle, machine, tensors, timing));
  if (result.deadlock.empty()) {
    const auto goes_on = [&] {
      return !options.progress ||
             options.progress(result.cycles.count(), executor->fraction_done());
    };
    switch (executor->finish(goes_on)) {
      case values::Executor::End::finished:
        result.tensors = executor->take_tensors();
        result.threads = executor->threads();
        return result;
      case values::Executor::End::stopped:
        return failed_error("stopped before the end of the run");
      case values::Executor::End::stuck:
      case values::Executor::End::declined:
        break;
    }
  }
  executor.reset();
  return run_dataflow(bundle, machine, tensors, options);
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
  const bool apart = options.data && !options.scalar && !options.window;
  WEFT_ASSIGN(RunResult result, word_by_word ? run_word(bundle, machine, tensors, options)
                                : apart      ? run_apart(bundle, machine, tensors, options)
                                             : run_dataflow(bundle, machine, tensors, options));
  result.engine = word_by_word ? "word" : "dataflow";
  if (result.deadlock.empty()) {
    result.energy = account_energy(bundle, machine, result.cycles.count());
  }
  return result;
}

}  // namespace weft::sim
