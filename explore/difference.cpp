// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "explore/answers.h"

namespace weft::explore {
namespace {

using Values = std::vector<std::string>;

/// Rows with figures by what they set along some of their axes.
Result<std::map<Values, const Row*>> by_values(std::span<const Row> rows,
                                               const std::vector<std::size_t>& axes,
                                               const char* which) {
  std::map<Values, const Row*> result;
  for (const Row& row : rows) {
    if (!row.has_figures()) {
      continue;
    }
    Values values;
    for (const std::size_t axis : axes) {
      values.push_back(row.point.values[axis]);
    }
    if (!result.try_emplace(values, &row).second) {
      return input_error(fmt::format(
          "the {} study has several points with {}: they differ along axes the other one does not "
          "have, and which of them to compare cannot be told",
          which, fmt::join(values, ", ")));
    }
  }
  return result;
}

}  // namespace

Result<StudyDifference> difference(const Study& study, std::span<const std::string> axes_before,
                                   std::span<const Row> before,
                                   std::span<const std::string> axes_after,
                                   std::span<const Row> after) {
  StudyDifference result;
  std::vector<std::size_t> places_before, places_after;
  for (std::size_t i = 0; i < axes_before.size(); ++i) {
    const auto found = std::find(axes_after.begin(), axes_after.end(), axes_before[i]);
    if (found != axes_after.end()) {
      result.axes.push_back(axes_before[i]);
      places_before.push_back(i);
      places_after.push_back(static_cast<std::size_t>(found - axes_after.begin()));
    }
  }
  if (result.axes.empty()) {
    return input_error("the two studies have no axis in common, by name");
  }
  const std::vector<Objective> objectives(study.objectives().begin(), study.objectives().end());
  for (const Objective& objective : objectives) {
    result.metrics.push_back(objective.metric());
  }
  WEFT_ASSIGN(const auto first, by_values(before, places_before, "first"));
  WEFT_ASSIGN(const auto second, by_values(after, places_after, "second"));
  for (const auto& [values, row] : first) {
    const auto partner = second.find(values);
    if (partner == second.end()) {
      ++result.only_before;
      continue;
    }
    result.rows.push_back(
        {values, values_of(*row, objectives), values_of(*partner->second, objectives)});
  }
  result.only_after = std::ssize(second) - std::ssize(result.rows);
  return result;
}

}  // namespace weft::explore
