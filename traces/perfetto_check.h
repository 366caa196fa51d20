// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weft::traces {

/// What a Perfetto trace holds, and what is wrong with it.
struct PerfettoCheck {
  std::int64_t packets = 0;
  std::int64_t tracks = 0;
  std::int64_t slices = 0;
  std::int64_t instants = 0;
  std::int64_t counter_values = 0;
  std::int64_t flows = 0;
  std::int64_t fault_count = 0;
  std::vector<std::string> faults;  ///< the first 20, one line each
};

/// Holds a trace to the rules by which a viewer understands it:
///   - a track is declared once and before it is used, its parent before it;
///   - slices of a track are balanced and nested, and its time never goes back;
///   - interned names are known before they are used, and keep their meaning;
///   - every flow starts exactly once and ends at least once, not before it started;
///   - counter values, and nothing else, lie on counter tracks.
PerfettoCheck check_perfetto(std::string_view trace);

}  // namespace weft::traces
