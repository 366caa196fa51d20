// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bench/calibration/rows.h"

namespace weft::bench {

/// A cost nobody published, between the least and the most that what is known allows; `before` is
/// where it stood before anything was fitted.
struct FreeField {
  std::string path;  ///< of the machine schema
  std::string unit;  ///< what follows the number; `1/` in front for a rate
  int least = 0, most = 0, before = 0;

  std::string text(int value) const;
};

/// What is fitted for wse2: docs/calibration.md says where each range comes from.
const std::vector<FreeField>& free_fields();

using Values = std::vector<int>;  ///< of the free fields, in order

/// The machine with these values. Errors: input.
Result<arch::Machine> machine_with(const Values& values);
/// Values of the preset.
Result<Values> preset_values();

struct Fit {
  Values values;
  std::vector<double> cycles;  ///< by row, simulated with them
  double largest = 0;          ///< error of a row, percent, without sign
};

/// One set of values for all rows whose largest error is smallest; among those within a tenth of a
/// point of it the one nearest to where the fields stood before. Rows depend on the fields almost
/// linearly: every round measures the slopes, searches all values with them, and simulates what it
/// found. Deterministic. `say` hears of every round.
Result<Fit> fit(const std::vector<PublishedRow>& rows,
                const std::function<void(const std::string&)>& say);

}  // namespace weft::bench
