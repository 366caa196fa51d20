// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "traces/recording.pb.h"

namespace weft::traces {

/// Stretches and trains of a window that is still written as JSON.
inline constexpr std::int64_t kMostChromeEvents = 100'000;

/// The window of a recording in the JSON of Chrome's trace viewer: the slices, instants, counters
/// and arrows of perfetto_trace(), 0.001 µs being one cycle. Errors: input (more than
/// kMostChromeEvents), naming --perfetto.
Result<std::string> chrome_trace(const Recording& recording);

}  // namespace weft::traces
