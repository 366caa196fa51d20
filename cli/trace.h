// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "traces/window.h"

namespace weft::cli {

/// `weft trace RUN --perfetto FILE --chrome FILE` as given on the command line.
struct TraceArguments {
  std::filesystem::path run;
  std::filesystem::path perfetto;
  std::string tiles;   ///< empty: all of the region
  std::string cycles;  ///< empty: all of the run
  std::filesystem::path chrome;
};

struct TraceOutcome {
  traces::WindowRange range;
  bool replayed = false;  ///< the run was simulated again: its recording does not hold the window
  std::int64_t stretches = 0;
  std::int64_t trains = 0;
  std::vector<std::pair<std::filesystem::path, std::int64_t>> written;  ///< with bytes
};

/// Takes the window from the recording of the run, or else simulates the run again, timing only,
/// and writes it as a Perfetto trace, as JSON for Chrome's viewer, or as both.
Result<TraceOutcome> trace(const TraceArguments& arguments);

}  // namespace weft::cli
