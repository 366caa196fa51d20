// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate.h"

#include <fmt/format.h>

#include "arch/machine.h"
#include "sim/dataflow/engine.h"
#include "sim/host/systemc_host.h"
#include "sim/word/engine.h"

namespace weft::sim {
namespace {

template <class Engine>
Result<RunResult> run(const isa::Bundle& bundle, const arch::Machine& machine,
                      const TensorSource& tensors, const Options& options) {
  WEFT_ASSIGN(const auto engine, Engine::create(bundle, machine, tensors, options));
  bool stopped = false;
  const AdvanceUntil advance = [&](std::int64_t until) {
    const auto progress = engine->advance(until);
    if (options.progress && !options.progress(engine->reached(), engine->fraction_done())) {
      stopped = true;
      return false;
    }
    return progress == Engine::Progress::running && engine->fault().empty();
  };
  run_under_systemc(advance, options.quantum);
  if (stopped) {
    return failed_error("stopped before the end of the run");
  }
  if (!engine->fault().empty()) {
    return input_error(engine->fault());
  }
  return engine->take_result();
}

}  // namespace

Result<RunResult> simulate(const isa::Bundle& bundle, const arch::Machine& machine,
                           const TensorSource& tensors, const Options& options) {
  if (!bundle.machine_hash().empty() && bundle.machine_hash() != arch::machine_hash(machine)) {
    return input_error(fmt::format(
        "the bundle was mapped for another machine ({}, hash {}); map the model again for {}",
        bundle.machine(), bundle.machine_hash(), machine.name()));
  }
  const bool word_by_word = options.engine == EngineKind::word;
  WEFT_ASSIGN(RunResult result, word_by_word
                                    ? run<word::Engine>(bundle, machine, tensors, options)
                                    : run<dataflow::Engine>(bundle, machine, tensors, options));
  result.engine = word_by_word ? "word" : "dataflow";
  return result;
}

}  // namespace weft::sim
