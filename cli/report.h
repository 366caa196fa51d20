// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "traces/page.h"

namespace weft::cli {

/// `weft report` as given on the command line.
struct ReportArguments {
  std::vector<std::filesystem::path> runs;
  std::filesystem::path out;  ///< empty: report.html in the folder of the run
  std::string svg;            ///< heatmap, timeline, roofline or mapping
  std::string metric;         ///< of the heat map; of the roofline: tiles or ops
  std::filesystem::path csv;
  std::string path = "on";  ///< off: without simulating once more for the critical path
};

/// What was written, and what the user should know of it.
struct ReportOutcome {
  std::vector<std::filesystem::path> written;
  std::vector<std::string> notes;
};

/// What a page holds of a run besides its recording: its name, and machines at the same task.
traces::PageRun page_run(const std::filesystem::path& run, const traces::Recording& recording);

Result<ReportOutcome> report(const ReportArguments& arguments);

}  // namespace weft::cli
