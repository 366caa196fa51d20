// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "traces/recording.pb.h"

namespace weft::traces {

/// Every table of a recording as CSV (RFC 4180, a head line, units in the names), by file name
/// without its end: summary, bins, tiles, ops, op_totals, energy, path, audits, timeline; those a
/// recording has nothing for are left out. Errors: input (a damaged recording).
Result<std::vector<std::pair<std::string, std::string>>> csv_tables(const Recording& recording);

}  // namespace weft::traces
