// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "isa/bundle.h"
#include "sim/advance.h"
#include "sim/host/edge_host.h"

namespace weft::sim {

/// Runs an engine to its end, with the edge memory beside it where the bundle goes there. Errors:
/// input (what the engine found wrong), failed (stopped).
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

}  // namespace weft::sim
