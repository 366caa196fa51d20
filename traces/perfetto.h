// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "traces/recording.pb.h"

namespace weft::traces {

/// The window of a recording as a Perfetto trace (docs/outputs.md, "A Perfetto trace"): a track for
/// each tile, slices for graph ops and for stretches of time, counters, and an arrow for each
/// train. One nanosecond of the trace is one cycle. The window must be sound (check_window).
std::string perfetto_trace(const Recording& recording);

}  // namespace weft::traces
