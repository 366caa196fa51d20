// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "explore/store.h"
#include "explore/study.pb.h"

namespace weft::explore {

/// A point of a study and what came of it.
struct Row {
  PlannedPoint point;
  Exit exit = EXIT_UNKNOWN;  ///< unknown: not run yet, or refused when it was planned
  Figures figures;
  std::string message;

  bool has_figures() const { return exit == EXIT_DONE; }
};

Result<std::vector<Row>> read_rows(const Store& store, const std::string& study);

/// Of a row with figures: what objectives and constraints ask, in the order of the study. A metric
/// the row does not have is the worst there is and keeps no constraint.
std::vector<double> values_of(const Row& row, std::span<const Objective> objectives);
bool keeps(const Row& row, const Constraint& constraint);
bool keeps_all(const Row& row, std::span<const Constraint> constraints);

/// Values such that more is better, whatever the goal.
double worth(double value, const Objective& objective);

}  // namespace weft::explore
