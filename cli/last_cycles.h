// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "arch/arch.pb.h"
#include "base/result.h"
#include "isa/bundle.pb.h"
#include "sim/simulate.h"
#include "traces/recording.pb.h"

namespace weft::cli {

inline constexpr std::int64_t kLastCycles = 2'000;
inline constexpr std::int64_t kMostLastTiles = 1'024;

/// Of a run that failed, the last cycles of the tiles that wait for each other: of those of a
/// deadlock until all of them stood still, of a failed audit those of the region until its end.
/// Runs are deterministic, so it is run again, timing only, with a window; longer ones than
/// kMostInstructionsTimedAgain are not. Returns one line about it. Errors: failed (interrupted).
Result<std::string> record_last_cycles(const isa::Bundle& bundle, const arch::Machine& machine,
                                       const sim::RunResult& failed, traces::Window& window);

/// Whether a run deadlocked, or an audit of it failed.
bool has_failed(const sim::RunResult& result);

}  // namespace weft::cli
