// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace weft::judge {

/// A kind of machine and what training would take on it.
struct TrainingRow {
  std::string device;
  double peak_flops = 0;  ///< dense 16-bit, a second
  double device_days = 0;
  double days = 0;  ///< on all of them
  std::optional<double> price_per_hour;
  std::optional<double> usd;
  std::vector<std::string> sources;  ///< of the price
  std::vector<std::string> assumed;  ///< what went in that nobody published
};

/// A figure others published, beside ours for the same assumptions.
struct TrainingCheck {
  std::string what;  ///< "PF-days of 6 N D"
  std::string unit;
  double ours = 0;
  double published = 0;
  std::string how;  ///< the assumptions
  std::string source;

  double residual_percent() const { return (ours / published - 1) * 100; }
};

/// The training of a model in closed form.
struct TrainingComparison {
  std::string model;
  double parameters = 0;
  double tokens = 0;
  int sequence = 0;
  bool causal = true;
  double six_n_d = 0;  ///< FLOPs
  double weights = 0;  ///< FLOPs of products with weights, forward and backward
  double attention = 0;
  double utilization = 0;  ///< of the peak
  bool utilization_assumed = true;
  int devices = 1;
  bool price_given = false;
  std::vector<TrainingCheck> checks;
  std::vector<TrainingRow> rows;
};

std::string training_table(const TrainingComparison& comparison);
std::string training_json(const TrainingComparison& comparison);

}  // namespace weft::judge
