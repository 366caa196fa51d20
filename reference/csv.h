// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weft::reference {

struct CsvRow {
  int line = 0;
  std::vector<std::string> cells;
};

/// Rows below a header that must be these columns; lines that begin with # and empty lines are
/// skipped. A cell may stand in double quotes, which a doubled one writes; no cell holds a line
/// break. Errors: input, as file:line: message.
Result<std::vector<CsvRow>> parse_csv(std::string_view text, const std::string& file,
                                      const std::vector<std::string>& columns);

}  // namespace weft::reference
