// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/core/tile_scripts.h"
#include "sim/simulate.h"

namespace weft::sim {

/// The dataflow engine in its fastest way that takes the bundle: vectors, trains as a whole,
/// stretch by stretch. Where trains met on shared links, cycles are those of the train model and
/// the result says it is not exact. Errors: input, failed (stopped).
Result<RunResult> run_dataflow(const isa::Bundle& bundle, const arch::Machine& machine,
                               const TensorSource& tensors, const Options& options,
                               ScriptMemo& memo);

}  // namespace weft::sim
