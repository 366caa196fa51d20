// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "traces/recording.pb.h"

namespace weft::traces {

struct NamedCycles {
  std::string name;
  std::int64_t cycles = 0;
};

/// One bin of the account of time: its key in report.json, its label in the table, and its cycles
/// summed over the tiles.
struct BinRow {
  std::string_view key;
  std::string_view label;
  std::int64_t cycles = 0;
};

/// One kind of energy: its key in report.json, its label in the table.
struct EnergyRow {
  std::string_view key;
  std::string_view label;
  double picojoules = 0;
};

/// Everything that is derived from a recording and shown by more than one exporter. Times are
/// simulated seconds; an absent figure does not exist for this run (no token, no frequency).
struct Figures {
  double seconds = 0;
  int batch = 1;                            ///< sequences side by side
  std::optional<double> tokens_per_second;  ///< of all of them
  std::optional<double> time_to_first_token;
  std::optional<double> time_per_output_token;
  std::array<BinRow, 8> bins;
  std::int64_t bin_total = 0;
  std::optional<double> joules;
  std::optional<double> joules_per_token;  ///< of those tokens_per_second counts
  std::optional<double> watts;             ///< mean over the run
  std::vector<EnergyRow> energy;           ///< empty where it is not known
  std::vector<NamedCycles> layers;         ///< "layers.0" …; ops outside the layers by op name
  std::vector<NamedCycles> ops;            ///< by op name without its layer, in order of appearance
};

Figures figures_of(const Recording& recording);

/// "layers.2.o_proj" -> "o_proj"; other names stay as they are.
std::string_view op_without_layer(std::string_view name);

/// The bins in the order they are shown.
std::array<BinRow, 8> rows_of(const Bins& bins);

/// Splits `whole` in proportion to `parts` by largest remainder, so the shares sum to `whole`
/// exactly (ties to the earlier part). All zero when the parts are.
std::vector<std::int64_t> rounded_shares(std::span<const std::int64_t> parts, std::int64_t whole);

}  // namespace weft::traces
