// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "explore/rows.h"
#include "explore/study.pb.h"

namespace weft::explore {

/// What a value of an axis came to: over all rows with figures that have it.
struct ValueEffect {
  std::string value;
  std::int64_t rows = 0;
  double mean = 0;
  double best = 0;
};

/// How much an objective hangs on an axis. `share` is the variance of the means over the values of
/// the axis by the variance of all rows (the first-order index of a full grid): 1: the axis alone
/// decides, 0: its means are alike. Axes that only act together have small shares each.
struct Sensitivity {
  std::string axis;
  std::string metric;
  double share = 0;
  std::vector<ValueEffect> values;
};

/// The best row for an objective, with all constraints or with all but one.
struct Best {
  std::string metric;
  std::string without;              ///< metric of the constraint left out; empty: none is
  std::optional<std::int64_t> row;  ///< nothing keeps the constraints
  double value = 0;
};

struct Answers {
  std::int64_t rows = 0, with_figures = 0, feasible = 0;
  /// Rows no other feasible row is better than in one objective and no worse in all others; by the
  /// first objective, best first.
  std::vector<std::int64_t> front;
  std::vector<Best> best;
  std::vector<Sensitivity> sensitivities;
};

/// `axes`: their names, in the order of the values of a point.
Answers answer(const Study& study, std::span<const std::string> axes, std::span<const Row> rows);

/// Indices of the rows of the front among `candidates`.
std::vector<std::int64_t> pareto_front(std::span<const Row> rows,
                                       std::span<const std::int64_t> candidates,
                                       std::span<const Objective> objectives);

/// Two rows that set the same along the axes both studies have.
struct RowDifference {
  std::vector<std::string> values;  ///< along those axes
  std::vector<double> before, after;
};

struct StudyDifference {
  std::vector<std::string> axes, metrics;
  std::vector<RowDifference> rows;
  std::int64_t only_before = 0, only_after = 0;  ///< rows with figures without a partner
};

/// Errors: input: no axis in common, rows that are alike along the common ones.
Result<StudyDifference> difference(const Study& study, std::span<const std::string> axes_before,
                                   std::span<const Row> before,
                                   std::span<const std::string> axes_after,
                                   std::span<const Row> after);

}  // namespace weft::explore
