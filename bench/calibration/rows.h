// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "arch/arch.pb.h"
#include "base/result.h"

namespace weft::bench {

/// A published measurement: what was run and how long it took. validation/*.csv holds them.
struct PublishedRow {
  std::string name;
  std::string kind;  ///< chain, star, tree, two_phase, ring, broadcast, broadcast2d, waferllm
  int tiles = 1;     ///< of the line, or along a side
  int words = 0;
  int dim = 0, ffn = 0, sequence = 0, groups = 0;  ///< waferllm
  std::int64_t published = 0;                      ///< cycles
  double limit = 0;                                ///< percent a preset may be off
  std::string source;

  std::string title() const;
  double error(double cycles) const;  ///< percent, more than published being positive
};

/// Errors: input, with the line.
Result<std::vector<PublishedRow>> parse_rows(std::string_view text);

/// Cycles of what the row says on a machine: of one layer for waferllm. Errors: those of mapper and
/// engine; input, a kind nobody knows; failed, a run that is not exact.
Result<double> simulate_row(const PublishedRow& row, const arch::Machine& machine);

/// A line of docs/calibration.md.
std::string table_line(const PublishedRow& row, double cycles);

}  // namespace weft::bench
