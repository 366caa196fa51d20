// SPDX-License-Identifier: Apache-2.0
#include "explore/rows.h"

#include <algorithm>
#include <limits>

namespace weft::explore {

Result<std::vector<Row>> read_rows(const Store& store, const std::string& study) {
  std::vector<Row> rows;
  WEFT_TRY(store.each_row(study, [&](const PlannedPoint& point, const Outcome* outcome) {
    Row row;
    row.point = point;
    row.message = point.refusal;
    if (outcome != nullptr) {
      row.exit = outcome->exit();
      row.figures.insert(outcome->figures().begin(), outcome->figures().end());
      row.message = outcome->message();
    }
    rows.push_back(std::move(row));
  }));
  return rows;
}

double worth(double value, const Objective& objective) {
  return objective.goal() == Objective::GOAL_MINIMIZE ? -value : value;
}

std::vector<double> values_of(const Row& row, std::span<const Objective> objectives) {
  std::vector<double> values;
  for (const Objective& objective : objectives) {
    const auto found = row.figures.find(objective.metric());
    const double worst = objective.goal() == Objective::GOAL_MINIMIZE
                             ? std::numeric_limits<double>::infinity()
                             : -std::numeric_limits<double>::infinity();
    values.push_back(found == row.figures.end() ? worst : found->second);
  }
  return values;
}

bool keeps(const Row& row, const Constraint& constraint) {
  const auto found = row.figures.find(constraint.metric());
  return found != row.figures.end() &&
         (!constraint.has_at_least() || found->second >= constraint.at_least()) &&
         (!constraint.has_at_most() || found->second <= constraint.at_most());
}

bool keeps_all(const Row& row, std::span<const Constraint> constraints) {
  return std::all_of(constraints.begin(), constraints.end(),
                     [&](const Constraint& constraint) { return keeps(row, constraint); });
}

}  // namespace weft::explore
