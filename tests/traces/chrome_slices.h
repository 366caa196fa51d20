// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/traces/perfetto_slices.h"

namespace weft::traces {

/// What breaks the rules by which a viewer reads trace events as JSON, a line each: every event has
/// a kind, a process and a time, every thread a name; slices have a length and nest; an arrow
/// begins once, ends no earlier, and both ends lie in a slice of their thread; counters hold
/// numbers.
std::vector<std::string> chrome_faults(const std::string& text);

/// Slices and instants by name of thread, as slices_of() gives those of a Perfetto trace; sorted.
std::vector<PerfettoSlice> chrome_slices(const std::string& text);

/// The order chrome_slices() has.
std::vector<PerfettoSlice> sorted(std::vector<PerfettoSlice> slices);

/// (cycle, value) of the counter of that name.
std::vector<std::pair<std::int64_t, std::int64_t>> chrome_counter(const std::string& text,
                                                                  const std::string& name);

}  // namespace weft::traces
