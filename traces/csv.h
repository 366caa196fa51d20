// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "traces/page.h"

namespace weft::traces {

using CsvTables = std::vector<std::pair<std::string, std::string>>;

/// Every table of the page as CSV (RFC 4180, a head line, units in the names), by file name without
/// its end; docs/report.md lists them. Those a run has nothing for are left out. Errors: input (a
/// damaged recording).
Result<CsvTables> csv_tables(const PageRun& run);

/// Text as a cell, quoted where it must be.
std::string csv_cell(std::string_view text);

/// The tables that are no figures of tiles, ops or time: limits, roofline_tiles, roofline_ops,
/// check, throughput, provenance.
CsvTables csv_verdicts(const PageRun& run);

}  // namespace weft::traces
