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
#include "sim/word/engine.h"

namespace weft::sim {
namespace {

// How a run gets on, quantum by quantum.
template <class Engine>
class Drive {
 public:
  Drive(Engine& engine, const Options& options) : engine_(engine), options_(options) {}

  Advanced operator()(std::int64_t until) {
    progress_ = engine_.advance(until);
    // With an edge the engine is also advanced between quanta.
    if (options_.progress && until > told_) {
      told_ = until;
      stopped_ = !options_.progress(engine_.reached(), engine_.fraction_done());
    }
    const bool on = !stopped_ && engine_.fault().empty();
    return on && progress_ == Engine::Progress::running ? Advanced::running
           : on && is_waiting()                         ? Advanced::waiting
                                                        : Advanced::over;
  }

  /// Errors: failed (stopped).
  Result<typename Engine::Progress> end() const {
    return stopped_ ? Result<typename Engine::Progress>(
                          failed_error("stopped before the end of the run"))
                    : Result<typename Engine::Progress>(progress_);
  }

 private:
  bool is_waiting() const {
    if constexpr (requires { Engine::Progress::waiting; }) {
      return progress_ == Engine::Progress::waiting;
    }
    return false;
  }

  Engine& engine_;
  const Options& options_;
  typename Engine::Progress progress_ = Engine::Progress::running;
  std::int64_t told_ = 0;
  bool stopped_ = false;
};

// Under the SystemC host until the engine has no more to do.
template <class Engine>
Result<RunResult> finish(Engine& engine, const isa::Bundle& bundle, const arch::Machine& machine,
                         const TensorSource& tensors, const Options& options) {
  Drive drive(engine, options);
  const AdvanceUntil advance = [&](std::int64_t until) { return drive(until); };
  EdgeRun edge{engine.edge(), bundle, machine, tensors, options.data, options.own_edge_memory};
  if (isa::uses_edge(bundle)) {
    WEFT_TRY(run_with_edge(advance, options.quantum, edge));
  } else {
    run_under_systemc(advance, options.quantum);
  }
  WEFT_ASSIGN([[maybe_unused]] const auto progress, drive.end());
  if (!engine.fault().empty()) {
    return input_error(engine.fault());
  }
  RunResult result = engine.take_result();
  result.tensors.merge(edge.shown);
  return result;
}

Result<RunResult> run_word(const isa::Bundle& bundle, const arch::Machine& machine,
                           const TensorSource& tensors, const Options& options) {
  if (options.window) {
    return input_error(
        "the word engine records no window of tiles; take the dataflow engine, whose cycles are "
        "the same");
  }
  WEFT_ASSIGN(const auto engine, word::Engine::create(bundle, machine, tensors, options));
  return finish(*engine, bundle, machine, tensors, options);
}

// Over vectors of tiles where values are not asked for; what the vector engine declines, even on
// the way, runs tile by tile from the start.
Result<RunResult> run_dataflow(const isa::Bundle& bundle, const arch::Machine& machine,
                               const TensorSource& tensors, const Options& options) {
  std::string declined;
  if (isa::uses_edge(bundle)) {
    declined = "the bundle goes to edge memory, whose answers are not known ahead";
  } else if (!options.data && !options.scalar && !options.window) {
    if (const auto engine = vector::Engine::create(bundle, machine, options.repeat)) {
      Drive drive(*engine, options);
      run_under_systemc([&](std::int64_t until) { return drive(until); }, options.quantum);
      WEFT_ASSIGN(const auto progress, drive.end());
      if (progress == vector::Engine::Progress::finished) {
        return engine->take_result();
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
  WEFT_ASSIGN(RunResult result, finish(*engine, bundle, machine, tensors, options));
  result.scalar_because = std::move(declined);
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
  if (isa::uses_edge(bundle) && !machine.has_edge()) {
    return input_error(
        fmt::format("the bundle goes to edge memory and machine {} has no edge; take one that has",
                    machine.name()));
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
