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

/// The verdict alone: its part of the report, and its lines of the table.
std::string check_json(const Check& check);
std::string check_text(const Check& check);

}  // namespace weft::traces
