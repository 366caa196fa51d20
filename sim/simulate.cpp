// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate.h"

#include <fmt/format.h>

#include <optional>

#include "arch/machine.h"
#include "isa/bundle.h"
#include "sim/advance.h"
#include "sim/dataflow/engine.h"
#include "sim/shared_links.h"
#include "sim/trace/window_recorder.h"
#include "sim/vector/engine.h"
#include "sim/word/engine.h"

namespace weft::sim {
namespace {

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

// Each color alone on its links, over vectors of tiles where values are not asked for; what the
// vector engine declines, even on the way, runs tile by tile from the start.
Result<RunResult> run_alone(const isa::Bundle& bundle, const arch::Machine& machine,
                            const TensorSource& tensors, const Options& options) {
  std::string declined;
  if (!options.data && !options.scalar && !options.window) {
    if (const auto engine = vector::Engine::create(bundle, machine, options.repeat)) {
      WEFT_ASSIGN(const auto progress, advance_to_end(*engine, options));
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
  WEFT_ASSIGN(RunResult result, finish(*engine, options));
  result.scalar_because = std::move(declined);
  if (recorder) {
    result.window = recorder->take(result.cycles.count());
  }
  return result;
}

// Exact where no trains met on a link; else with the cycles of the train model.
Result<RunResult> run_dataflow(const isa::Bundle& bundle, const arch::Machine& machine,
                               const TensorSource& tensors, const Options& options) {
  WEFT_ASSIGN(RunResult result, run_alone(bundle, machine, tensors, options));
  if (!result.exact && result.deadlock.empty()) {
    WEFT_TRY(time_shared_links(bundle, machine, options, result));
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
