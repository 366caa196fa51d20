// SPDX-License-Identifier: Apache-2.0
#include "traces/recording.h"

#include <nlohmann/json.hpp>

#include "tests/fuzz/target.h"
#include "traces/report.h"

// A recording: an accepted one is written as it was read, and has a report and a table.
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
  return 0;
}
