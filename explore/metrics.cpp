// SPDX-License-Identifier: Apache-2.0
#include "explore/metrics.h"

#include <fmt/format.h>

#include <vector>

#include "base/text.h"

namespace weft::explore {
namespace {

constexpr Metric kMetrics[] = {
    {"tokens_per_second", "1/s", true, "of all sequences of the batch"},
    {"time_per_token", "s", false, "from one generated token of a sequence to its next; decode"},
    {"time_to_first_token", "s", false, "from the prompt to the first token; prefill, generate"},
    {"tokens_per_second_per_watt", "1/(s W)", true, "where the machine has prices of energy"},
    {"energy_per_token", "J", false, "where the machine has prices of energy"},
    {"cycles", "cycles", false, "of the run"},
    {"utilization", "", true, "MACs done of those the region could have done"},
    {"tiles", "tiles", false, "of the region that was used"},
    {"sram_per_tile", "B", false, "most that a tile uses"},
    {"sram_total", "B", false, "of all tiles of the machine, used or not"},
    {"area", "mm2", false, "a proxy: SRAM, MACs and lanes, router; docs/exploration.md"},
    {"tokens_per_second_per_area", "1/(s mm2)", true, "by that proxy"},
    {"error_percent", "%", false, "of cycles against the word engine; 0 where they are exact"},
    {"share_compute", "", true, "of the time of all tiles: docs/outputs.md has the bins"},
    {"share_setup", "", false, "set-up and scalars"},
    {"share_moving", "", false, "synchronous transfers"},
    {"share_input", "", false, "waiting for words"},
    {"share_output", "", false, "blocked by output"},
    {"share_unit", "", false, "waiting for a unit of the tile"},
    {"share_memory", "", false, "waiting for the memory beyond the edge"},
    {"share_idle", "", false, "done, or not used"},
};

}  // namespace

std::span<const Metric> metrics() { return kMetrics; }

Result<Metric> metric_named(const std::string& name) {
  std::vector<std::string> names;
  for (const Metric& metric : kMetrics) {
    if (metric.name == name) {
      return metric;
    }
    names.push_back(metric.name);
  }
  return input_error(fmt::format("'{}' is no metric{}; weft sweep metrics lists them", name,
                                 did_you_mean(name, names)));
}

}  // namespace weft::explore
