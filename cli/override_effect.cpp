// SPDX-License-Identifier: Apache-2.0
#include "cli/override_effect.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cli/interrupt.h"

namespace weft::cli {
namespace {

/// What a machine can change about a run: its times and counts, and the name it is known by.
std::string figures_of(const traces::Recording& recording) {
  traces::Recording figures;
  *figures.mutable_summary() = recording.summary();
  figures.mutable_summary()->clear_sram_bytes();  // the field itself
  *figures.mutable_engine() = recording.engine();
  figures.mutable_engine()->clear_note();  // how it was worked out is no figure
  figures.mutable_engine()->clear_how();
  figures.mutable_engine()->clear_repeats();
  *figures.mutable_region() = recording.region();
  *figures.mutable_tiles() = recording.tiles();
  *figures.mutable_ops() = recording.ops();
  *figures.mutable_energy() = recording.energy();
  return figures.SerializeAsString();
}

/// What sums are rounded to costs no time: it shows in values, which are left out here.
bool shows_in_values(const RunArguments& arguments, const std::string& override_text) {
  return arguments.data == "on" && override_text.starts_with("tile.accumulator=");
}

RunArguments timing_without(const RunArguments& arguments, std::size_t index) {
  RunArguments timing = arguments;
  timing.overrides.erase(timing.overrides.begin() + static_cast<std::ptrdiff_t>(index));
  timing.data = "off";
  timing.check = "none";
  timing.out.clear();
  timing.tensors = false;
  timing.trace_tiles.clear();
  timing.trace_cycles.clear();
  return timing;
}

}  // namespace

std::vector<std::string> unfelt_overrides(const RunArguments& arguments, const RunOutcome& outcome,
                                          const std::vector<std::string>& idle) {
  const auto& overrides = arguments.overrides;
  if (overrides.size() <= idle.size() || !outcome.result.deadlock.empty()) {
    return {};
  }
  if (!arguments.perplexity.empty()) {
    return {"whether each --set changed a figure was not looked at: runs over windows are long"};
  }
  if (outcome.result.instructions > kMostInstructionsTimedAgain) {
    return {fmt::format(
        "whether each --set changed a figure was not looked at: the run has {} instructions, more "
        "than {}",
        with_commas(outcome.result.instructions), with_commas(kMostInstructionsTimedAgain))};
  }
  std::vector<std::string> unfelt;
  const std::string figures = figures_of(outcome.recording);
  for (std::size_t i = 0; i < overrides.size(); ++i) {
    if (std::ranges::find(idle, overrides[i]) != idle.end() ||
        shows_in_values(arguments, overrides[i])) {
      continue;
    }
    const auto without = run(timing_without(arguments, i));
    if (interrupted()) {
      return {};
    }
    // A run that is refused without the override needs it.
    if (without && figures_of(without->recording) == figures) {
      unfelt.push_back(fmt::format("--set {} changed no figure of this run", overrides[i]));
    }
  }
  return unfelt;
}

}  // namespace weft::cli
