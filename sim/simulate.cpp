// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate.h"

#include <fmt/format.h>

#include <optional>

#include "arch/machine.h"
#include "isa/bundle.h"
#include "sim/energy/power.h"
#include "sim/finish.h"
#include "sim/run_dataflow.h"
#include "sim/values/executor.h"
#include "sim/word/engine.h"

namespace weft::sim {
namespace {

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

// Values and times apart: they know nothing of each other, so the values may be worked out on other
// threads meanwhile. How a run ends that does not end well is told by the one engine that does
// both.
Result<RunResult> run_apart(const isa::Bundle& bundle, const arch::Machine& machine,
                            const TensorSource& tensors, const Options& options, ScriptMemo& memo) {
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
  WEFT_ASSIGN(RunResult result, run_dataflow(bundle, machine, tensors, timing, memo));
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
  return run_dataflow(bundle, machine, tensors, options, memo);
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
  ScriptMemo memo;
  const bool word_by_word = options.engine == EngineKind::word;
  const bool apart = options.data && !options.scalar && !options.window && !isa::uses_edge(bundle);
  WEFT_ASSIGN(RunResult result, word_by_word ? run_word(bundle, machine, tensors, options)
                                : apart      ? run_apart(bundle, machine, tensors, options, memo)
                                        : run_dataflow(bundle, machine, tensors, options, memo));
  if (result.engine.empty()) {
    result.engine = word_by_word ? "word" : "dataflow";
  }
  if (options.critical_path && !result.path) {
    result.path = CriticalPath{"the word engine keeps no causes", {}};
  }
  if (result.deadlock.empty()) {
    result.energy = account_energy(bundle, machine, result.cycles.count(), &memo);
    if (result.timeline) {
      result.timeline->power =
          power_over_time(result.energy, machine, *result.timeline, bundle.region().width());
    }
  }
  return result;
}

}  // namespace weft::sim
