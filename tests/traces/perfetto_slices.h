// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "traces/perfetto.pb.h"

namespace weft::traces {

/// One slice or instant of a trace, with its names looked up.
struct PerfettoSlice {
  std::string track;
  std::string name;
  std::string category;
  std::int64_t begin = 0;
  std::int64_t end = 0;  ///< equal to begin: an instant
  std::map<std::string, std::string> annotations;
  std::vector<std::uint64_t> leaving, arriving;  ///< flows

  bool operator==(const PerfettoSlice&) const = default;
};

/// What a viewer would show of a trace: slices in the order in which they begin in the file.
std::vector<PerfettoSlice> slices_of(const std::string& trace);

/// (cycle, value) of the counter of that name.
std::vector<std::pair<std::int64_t, std::int64_t>> counter_of(const std::string& trace,
                                                              const std::string& name);

}  // namespace weft::traces
