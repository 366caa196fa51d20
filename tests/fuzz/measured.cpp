// SPDX-License-Identifier: Apache-2.0
#include "reference/measured.h"

#include <cmath>

#include "tests/fuzz/target.h"

// A recording of a GPU: every figure of an accepted one can be reckoned with.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weft;
  const auto file = reference::parse_measured(fuzz::text_of(data, size), "input");
  if (!file) {
    fuzz::require_message(file);
    return 0;
  }
  fuzz::require(!file->device.empty() && file->copy_gb_per_s > 0, "a device at work");
  for (const reference::MeasuredRow& row : file->rows) {
    fuzz::require(row.phase == "decode" || row.phase == "prefill", "a known phase");
    fuzz::require(row.batch >= 1 && row.context >= 1 && row.repeats >= 1, "whole counts");
    fuzz::require(row.p10_seconds > 0 && row.p10_seconds <= row.median_seconds &&
                      row.median_seconds <= row.p90_seconds && std::isfinite(row.p90_seconds),
                  "times ascend");
    fuzz::require(!row.power_watts || *row.power_watts > 0, "power is drawn");
  }
  return 0;
}
