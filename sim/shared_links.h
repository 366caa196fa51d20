// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/arch.pb.h"
#include "base/result.h"
#include "isa/bundle.pb.h"
#include "sim/simulate.h"

namespace weft::sim {

/// For a run in which trains of different colors met on links: cycles, bins and ends of ops of
/// `result` become those of the word engine where the engine was not chosen and the run is short
/// enough for it (Options::sample_hops); else those of the train model, and the error is measured
/// against the word engine as far as that reaches. Values stay. Where the train model does not run,
/// or a window was recorded, cycles stay and only the error is measured. Errors: failed (stopped).
Status time_shared_links(const isa::Bundle& bundle, const arch::Machine& machine,
                         const Options& options, RunResult& result);

}  // namespace weft::sim
