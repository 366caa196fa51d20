// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace weft::judge {

/// The figures of a report.json that a comparison takes.
struct RunReport {
  std::string machine;
  std::string model;
  std::string phase;
  std::string engine;
  bool exact = false;
  std::optional<double> error_percent;  ///< where it is not exact and was measured
  int columns = 0, rows = 0;            ///< of tiles that were used
  double cycles = 0;
  double frequency = 0;
  double seconds = 0;
  int batch = 1;
  int prompt_tokens = 0;         ///< of one sequence
  double tokens_per_second = 0;  ///< of all sequences
  std::optional<double> first_token;
  std::optional<double> watts;
  bool watts_assumed = false;
  bool deadlock = false;
};

/// Errors: input, naming the key: not a report.json of a version this program writes.
Result<RunReport> parse_run_report(std::string_view json_text, const std::string& file);

}  // namespace weft::judge
