// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "base/text.h"
#include "cli/compare_groups.h"
#include "reference/cuda/llama_shape.h"
#include "reference/devices.h"
#include "reference/measured.h"

namespace weft::cli {
namespace {

/// A decode step says nothing of the prompt before it: a prompt as long as the cache, of as many
/// sequences, does, where the same file has it.
std::optional<double> first_token(const reference::MeasuredFile& file,
                                  const reference::MeasuredRow& row) {
  for (const reference::MeasuredRow& prompt : file.rows) {
    if (prompt.phase == "prefill" && prompt.model == row.model && prompt.dtype == row.dtype &&
        prompt.batch == row.batch && prompt.context == row.context) {
      return prompt.median_seconds;
    }
  }
  return std::nullopt;
}

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
  out.first_token = first_token(file, row);
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

std::string how_it_is_made(const std::string& model, const CompareArguments& a) {
  std::vector<std::string> steps;
  for (const auto& step : reference::cuda::timed_steps()) {
    if (step.shape.name == model && step.phase == a.phase && step.batch == a.batch &&
        step.context == a.sequence) {
      return "scripts/record-gpu writes it on a machine with an NVIDIA GPU";
    }
    steps.push_back(fmt::format("{} {} at context {}, batch {}", step.shape.name, step.phase,
                                with_commas(step.context), step.batch));
  }
  return fmt::format("scripts/record-gpu does not time it, but {}", fmt::join(steps, "; "));
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
    const std::string all = (folder / "*.json").string();
    comparison.notes.push_back(
        {judge::Origin::measured,
         fmt::format("none: {} of {}, {}, context {}, batch {}{}; {}",
                     files.empty() ? fmt::format("there is no {}, so no recording", all)
                                   : fmt::format("{} has no recording", all),
                     comparison.model, a.phase, with_commas(a.sequence), a.batch,
                     a.gpu.empty() ? "" : ", on " + a.gpu, how_it_is_made(comparison.model, a)),
         true});
  }
  return {};
}

}  // namespace weft::cli
