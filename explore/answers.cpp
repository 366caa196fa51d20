// SPDX-License-Identifier: Apache-2.0
#include "explore/answers.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "explore/rungs.h"

namespace weft::explore {
namespace {

/// Mean and sum of squared distances from it, one value after the other.
struct Spread {
  std::int64_t count = 0;
  double mean = 0;
  double squares = 0;

  void add(double value) {
    ++count;
    const double off = value - mean;
    mean += off / static_cast<double>(count);
    squares += off * (value - mean);
  }
};

Sensitivity sensitivity(std::size_t axis, const std::string& name, const Objective& objective,
                        std::span<const Row> rows) {
  Sensitivity result{name, objective.metric(), 0, {}};
  std::map<std::string, std::size_t> places;
  std::vector<Spread> spreads;
  Spread all;
  for (const Row& row : rows) {
    const auto found = row.figures.find(objective.metric());
    if (!row.has_figures() || found == row.figures.end()) {
      continue;
    }
    const double value = found->second;
    const std::string& text = row.point.values[axis];
    const auto [place, fresh] = places.try_emplace(text, spreads.size());
    if (fresh) {
      spreads.emplace_back();
      result.values.push_back({text, 0, 0, value});
    }
    spreads[place->second].add(value);
    ValueEffect& effect = result.values[place->second];
    effect.best = worth(value, objective) > worth(effect.best, objective) ? value : effect.best;
    all.add(value);
  }
  double between = 0;
  for (std::size_t i = 0; i < spreads.size(); ++i) {
    result.values[i].rows = spreads[i].count;
    result.values[i].mean = spreads[i].mean;
    const double off = spreads[i].mean - all.mean;
    between += static_cast<double>(spreads[i].count) * off * off;
  }
  result.share = all.squares > 0 ? std::min(1.0, between / all.squares) : 0;
  return result;
}

Best best_of(std::span<const Row> rows, const Objective& objective,
             std::span<const Constraint> constraints, const std::string& without) {
  Best best{objective.metric(), without, {}, 0};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    const auto found = row.figures.find(objective.metric());
    const bool kept =
        row.has_figures() && found != row.figures.end() &&
        std::all_of(constraints.begin(), constraints.end(), [&](const Constraint& constraint) {
          return constraint.metric() == without || keeps(row, constraint);
        });
    if (kept && (!best.row || worth(found->second, objective) > worth(best.value, objective))) {
      best.row = static_cast<std::int64_t>(i);
      best.value = found->second;
    }
  }
  return best;
}

}  // namespace

std::vector<std::int64_t> pareto_front(std::span<const Row> rows,
                                       std::span<const std::int64_t> candidates,
                                       std::span<const Objective> objectives) {
  std::vector<std::vector<double>> costs;
  for (const std::int64_t row : candidates) {
    costs.push_back(values_of(rows[static_cast<std::size_t>(row)], objectives));
    for (std::size_t i = 0; i < objectives.size(); ++i) {
      costs.back()[i] = -worth(costs.back()[i], objectives[i]);
    }
  }
  const std::vector<int> ranks = pareto_ranks(costs);
  std::vector<std::size_t> first;
  for (std::size_t i = 0; i < ranks.size(); ++i) {
    if (ranks[i] == 0) {
      first.push_back(i);
    }
  }
  std::stable_sort(first.begin(), first.end(),
                   [&](std::size_t a, std::size_t b) { return costs[a] < costs[b]; });
  std::vector<std::int64_t> front;
  for (const std::size_t i : first) {
    front.push_back(candidates[i]);
  }
  return front;
}

Answers answer(const Study& study, std::span<const std::string> axes, std::span<const Row> rows) {
  Answers answers;
  answers.rows = std::ssize(rows);
  const std::vector<Objective> objectives(study.objectives().begin(), study.objectives().end());
  const std::vector<Constraint> constraints(study.constraints().begin(), study.constraints().end());
  std::vector<std::int64_t> feasible;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    answers.with_figures += rows[i].has_figures() ? 1 : 0;
    const auto values = values_of(rows[i], objectives);
    const bool whole = std::all_of(values.begin(), values.end(),
                                   [](double value) { return std::isfinite(value); });
    if (rows[i].has_figures() && whole && keeps_all(rows[i], constraints)) {
      feasible.push_back(static_cast<std::int64_t>(i));
    }
  }
  answers.feasible = std::ssize(feasible);
  answers.front = pareto_front(rows, feasible, objectives);
  for (const Objective& objective : objectives) {
    answers.best.push_back(best_of(rows, objective, constraints, ""));
    for (const Constraint& constraint : constraints) {
      answers.best.push_back(best_of(rows, objective, constraints, constraint.metric()));
    }
    for (std::size_t axis = 0; axis < axes.size(); ++axis) {
      answers.sensitivities.push_back(sensitivity(axis, axes[axis], objective, rows));
    }
  }
  return answers;
}

}  // namespace weft::explore
