// SPDX-License-Identifier: Apache-2.0
#include "judge/run_report.h"
#include "tests/fuzz/target.h"

// report.json, read back: any bytes are a report or are refused in words.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weft;
  const auto report = judge::parse_run_report(fuzz::text_of(data, size), "input");
  if (!report) {
    fuzz::require_message(report);
  }
  return 0;
}
