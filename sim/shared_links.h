// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/arch.pb.h"
#include "base/result.h"
#include "isa/bundle.pb.h"
#include "sim/simulate.h"

namespace weft::sim {

/// For a run in which trains of different colors met on links: cycles, bins and ends of ops of
/// `result` become those of the train model, its values stay; the error is measured against the
/// word engine as far as Options::sample_hops reaches. Where the train model does not run, or a
/// window was recorded, cycles stay and only the error is measured. Errors: failed (stopped).
Status time_shared_links(const isa::Bundle& bundle, const arch::Machine& machine,
                         const Options& options, RunResult& result);

}  // namespace weft::sim
