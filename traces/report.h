// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "traces/recording.pb.h"

namespace weft::traces {

/// report.json, the same text `--json` prints: versioned keys as docs/outputs.md lists them.
std::string report_json(const Recording& recording);

/// The terminal table: cycles, time, tokens/s, utilization, where the time went (sums to 100 %),
/// verdict, engine and exactness.
std::string report_table(const Recording& recording);

}  // namespace weft::traces
