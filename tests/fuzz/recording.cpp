// SPDX-License-Identifier: Apache-2.0
#include "traces/recording.h"

#include <nlohmann/json.hpp>

#include "tests/fuzz/target.h"
#include "traces/csv.h"
#include "traces/limits.h"
#include "traces/page.h"
#include "traces/pictures.h"
#include "traces/report.h"

namespace {

// Either a picture, page or table, or why there is none.
template <class T>
void require_answer(const weft::Result<T>& answer) {
  if (!answer) {
    weft::fuzz::require_message(answer);
  }
}

}  // namespace

// A recording: an accepted one is written as it was read, and has a report and a table; pages,
// pictures and tables of it are made or refused.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weft;
  const auto recording = traces::decode_recording(fuzz::text_of(data, size), "input");
  if (!recording) {
    fuzz::require_message(recording);
    return 0;
  }
  const auto bytes = traces::encode_recording(*recording, "again");
  fuzz::require(bytes.ok(), "what was read can be written");
  const auto twin = traces::decode_recording(*bytes, "again");
  fuzz::require(twin.ok() && *traces::encode_recording(*twin, "again") == *bytes,
                "a recording reads as written");
  fuzz::require(nlohmann::json::accept(traces::report_json(*recording)), "the report is JSON");
  fuzz::require(!traces::report_table(*recording).empty(), "there is a table");
  const traces::PageRun run[] = {{"run", &*recording, ""}};
  require_answer(traces::report_page(run));
  require_answer(traces::csv_tables(run[0]));
  require_answer(traces::heatmap_svg(*recording, "input"));
  require_answer(traces::timeline_svg(*recording));
  require_answer(traces::roofline_svg(*recording, "tiles"));
  require_answer(traces::roofline_svg(*recording, "ops"));
  require_answer(traces::mapping_svg(*recording));
  fuzz::require(!traces::limits_text(traces::limits_of(*recording)).empty(), "there are words");
  return 0;
}
