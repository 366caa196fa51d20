// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "traces/recording.pb.h"

namespace weft::traces {

struct PageRun {
  std::string name;  ///< for people: the folder of the run
  const Recording* recording = nullptr;
  /// Machines at the same task: what `weft compare --json` says (docs/throughput.md); empty: none.
  std::string throughput;
};

/// report.html: one file that opens from disk and asks for nothing else (docs/report.md). One run,
/// or two to be compared. Errors: input (a damaged recording).
Result<std::string> report_page(std::span<const PageRun> runs);

/// The viewer without a run: traces/viewer/dist/report.html.
std::string_view page_template();

}  // namespace weft::traces
