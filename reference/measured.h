// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weft::reference {

/// A step timed on a GPU, median of `repeats`.
struct MeasuredRow {
  std::string model;  ///< zoo name
  std::string phase;  ///< decode or prefill
  std::string dtype;
  int batch = 1;
  int context = 0;
  int repeats = 0;
  double median_seconds = 0;
  double p10_seconds = 0;
  double p90_seconds = 0;
  double fraction = 0;                ///< of the copy bandwidth or product rate measured beside it
  std::optional<double> power_watts;  ///< of the board, where it was read
};

/// One file of reference/measured, written by scripts/record-gpu.
struct MeasuredFile {
  std::string device;
  std::string driver;
  std::string toolkit;
  std::string git;
  std::string date;
  double clock_mhz_low = 0;  ///< of the SMs, seen during the run
  double clock_mhz_high = 0;
  double copy_gb_per_s = 0;
  double gemm_tflops = 0;
  std::vector<MeasuredRow> rows;
};

/// Errors: input, naming file, row and key; a version this program does not know.
Result<MeasuredFile> parse_measured(std::string_view json_text, const std::string& file);

/// Every *.json of a folder, by name; none when there is no such folder. Errors: those of the
/// files.
Result<std::vector<MeasuredFile>> read_measured(const std::filesystem::path& folder);

/// Where recordings lie: `reference/measured` under the current folder, beside the zoo of a build
/// tree or of an installed program; the first that exists, else the first.
std::filesystem::path measured_folder();

}  // namespace weft::reference
