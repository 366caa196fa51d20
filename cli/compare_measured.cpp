// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <system_error>

#include "base/text.h"
#include "cli/compare_groups.h"
#include "reference/devices.h"
#include "reference/measured.h"

namespace weft::cli {
namespace {

judge::ThroughputRow row_of(const reference::MeasuredFile& file,
                            const reference::MeasuredRow& row) {
  const bool decode = row.phase == "decode";
  const double tokens = decode ? 1 : row.context;
  judge::ThroughputRow out;
  out.origin = judge::Origin::measured;
  out.device = file.device;
  out.per_user = tokens / row.median_seconds;
  out.aggregate = row.batch * tokens / row.median_seconds;
  out.watts = row.power_watts;
  if (!decode) {
    out.first_token = row.median_seconds;
  }
  out.how = fmt::format("{}, median of {}, {:.3g} % of the {} measured beside it", row.dtype,
                        row.repeats, row.fraction * 100, decode ? "bandwidth" : "product rate");
  out.sources = {
      fmt::format("recorded {} on {}: driver {}, CUDA {}, {:g} to {:g} MHz, copies {:.4g} GB/s, "
                  "products {:.4g} "
                  "TFLOP/s, Weft {}",
                  file.date, file.device, file.driver, file.toolkit, file.clock_mhz_low,
                  file.clock_mhz_high, file.copy_gb_per_s, file.gemm_tflops, file.git)};
  return out;
}

}  // namespace

Status add_measured(const CompareArguments& a, judge::ThroughputComparison& comparison) {
  const bool named = !a.measured.empty();
  const auto folder = named ? a.measured : reference::measured_folder();
  std::error_code problem;
  if (named && !std::filesystem::is_directory(folder, problem)) {
    return io_error(fmt::format(
        "--measured {}: no such folder; give one that holds what scripts/record-gpu wrote",
        folder.string()));
  }
  WEFT_ASSIGN(const auto files, reference::read_measured(folder));
  bool any = false;
  for (const reference::MeasuredFile& file : files) {
    for (const reference::MeasuredRow& row : file.rows) {
      if (row.model == comparison.model && row.phase == a.phase && row.batch == a.batch &&
          row.context == a.sequence && reference::has_in_name(file.device, a.gpu)) {
        comparison.rows.push_back(row_of(file, row));
        any = true;
      }
    }
  }
  if (!any) {
    comparison.notes.push_back(
        {judge::Origin::measured,
         fmt::format("none: no recording of {}, {}, context {}, batch {}{} in {}; "
                     "scripts/record-gpu makes it where there is a GPU",
                     comparison.model, a.phase, with_commas(a.sequence), a.batch,
                     a.gpu.empty() ? "" : ", on " + a.gpu, folder.string()),
         true});
  }
  return {};
}

}  // namespace weft::cli
