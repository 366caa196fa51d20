// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "arch/arch.pb.h"
#include "isa/bundle.pb.h"
#include "sim/result.h"
#include "traces/recording.pb.h"

namespace weft::cli {

/// When the first token of each sequence was known; `groups`: of a batch that choose one after the
/// other (mapper::Shape::logit_groups). 0: none was chosen.
std::int64_t first_token_cycles(const sim::RunResult& result, const isa::Bundle& bundle,
                                int groups);

/// Puts what an engine returned into a recording: summary, bins, tiles, ops, audits, deadlock.
void record_result(const sim::RunResult& result, const isa::Bundle& bundle,
                   const arch::Machine& machine, traces::Recording& recording);

/// Processor and memory use of this process since it began.
void record_host(double wall_seconds, int threads, traces::Recording& recording);

}  // namespace weft::cli
