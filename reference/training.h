// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

namespace weft::reference {

inline constexpr double kPetaflopDay = 1e15 * 86400;

/// What so many operations cost on machines that sustain a rate.
struct TrainingCost {
  double device_days = 0;
  double days = 0;            ///< on all of them together, shared evenly
  std::optional<double> usd;  ///< where there is a price

  double device_years() const;
};

TrainingCost training_cost(double flops, double flops_per_second, int devices,
                           std::optional<double> price_per_hour);

}  // namespace weft::reference
