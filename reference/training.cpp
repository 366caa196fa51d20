// SPDX-License-Identifier: Apache-2.0
#include "reference/training.h"

namespace weft::reference {
namespace {

constexpr double kDay = 86400;  ///< seconds

}  // namespace

double TrainingCost::device_years() const { return device_days / 365; }

TrainingCost training_cost(double flops, double flops_per_second, int devices,
                           std::optional<double> price_per_hour) {
  TrainingCost cost;
  cost.device_days = flops / flops_per_second / kDay;
  cost.days = cost.device_days / devices;
  if (price_per_hour) {
    cost.usd = cost.device_days * 24 * *price_per_hour;
  }
  return cost;
}

}  // namespace weft::reference
