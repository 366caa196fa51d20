// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "isa/bundle.pb.h"
#include "sim/result.h"
#include "traces/recording.pb.h"

namespace weft::cli {

/// Puts a run over time, words over links and what SRAM holds into a recording, as far as the run
/// kept them.
void record_timeline(const sim::RunResult& result, const isa::Bundle& bundle,
                     traces::Recording& recording);

}  // namespace weft::cli
