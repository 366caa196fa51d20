// SPDX-License-Identifier: Apache-2.0
#include "explore/rungs.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "explore/job_key.h"
#include "explore/metrics.h"

namespace weft::explore {
namespace {

bool more_is_better(const Objective& objective) {
  if (objective.goal() != Objective::GOAL_NATURAL) {
    return objective.goal() == Objective::GOAL_MAXIMIZE;
  }
  const auto metric = metric_named(objective.metric());
  return metric && metric->more_is_better;
}

bool keeps(const Figures& figures, const Constraint& constraint) {
  const auto figure = figures.find(constraint.metric());
  if (figure == figures.end()) {
    return true;
  }
  return !(constraint.has_at_least() && !(figure->second >= constraint.at_least())) &&
         !(constraint.has_at_most() && !(figure->second <= constraint.at_most()));
}

bool keeps_all(const Figures& figures, const Study& study) {
  return std::ranges::all_of(study.constraints(), [&](const Constraint& constraint) {
    return keeps(figures, constraint);
  });
}

std::vector<double> costs_of(const Figures& figures, const Study& study) {
  std::vector<double> costs;
  for (const Objective& objective : study.objectives()) {
    const auto figure = figures.find(objective.metric());
    const bool known = figure != figures.end() && !std::isnan(figure->second);
    costs.push_back(!known                      ? std::numeric_limits<double>::infinity()
                    : more_is_better(objective) ? -figure->second
                                                : figure->second);
  }
  return costs;
}

/// Of different rows: whether `a` is nowhere worse than `b`.
bool dominates(const std::vector<double>& a, const std::vector<double>& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] > b[i]) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::vector<int> pareto_ranks(std::span<const std::vector<double>> costs) {
  // In this order a point is dominated only by one before it, so that each is placed once: into the
  // first front that has nobody who dominates it, which is found by halving.
  std::vector<std::size_t> order(costs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order,
                           [&](std::size_t a, std::size_t b) { return costs[a] < costs[b]; });
  std::vector<int> ranks(costs.size());
  std::vector<std::vector<std::size_t>> fronts;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::size_t point = order[i];
    if (i > 0 && costs[point] == costs[order[i - 1]]) {
      ranks[point] = ranks[order[i - 1]];
      continue;
    }
    const auto first = std::ranges::partition_point(fronts, [&](const auto& front) {
      // Of two objectives the last member is the best in the second one.
      const auto last = costs[point].size() <= 2 ? front.rbegin() + 1 : front.rend();
      return std::any_of(front.rbegin(), last, [&](std::size_t member) {
        return dominates(costs[member], costs[point]);
      });
    });
    ranks[point] = static_cast<int>(first - fronts.begin());
    if (first == fronts.end()) {
      fronts.emplace_back();
    }
    fronts[static_cast<std::size_t>(ranks[point])].push_back(point);
  }
  return ranks;
}

std::vector<RankedPoint> best_first(std::vector<RankedPoint> points, const Study& study) {
  struct Place {
    bool misses;
    int rank;
    std::vector<double> costs;
    std::int64_t index;
    std::size_t from;
    auto operator<=>(const Place&) const = default;
  };
  std::vector<Place> places;
  for (const bool misses : {false, true}) {
    std::vector<std::size_t> here;
    std::vector<std::vector<double>> costs;
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (keeps_all(points[i].figures, study) != misses) {
        here.push_back(i);
        costs.push_back(costs_of(points[i].figures, study));
      }
    }
    const std::vector<int> ranks = pareto_ranks(costs);
    for (std::size_t i = 0; i < here.size(); ++i) {
      costs[i].resize(std::min<std::size_t>(costs[i].size(), 1));
      places.push_back({misses, ranks[i], costs[i], points[here[i]].index, here[i]});
    }
  }
  std::ranges::sort(places, [](const Place& a, const Place& b) { return a < b; });
  std::vector<RankedPoint> sorted;
  sorted.reserve(points.size());
  for (const Place& place : places) {
    sorted.push_back(std::move(points[place.from]));
  }
  return sorted;
}

Result<std::int64_t> advance(Store& store, const Study& study, const DesignSpace& space) {
  WEFT_ASSIGN(const JobCounts counts, store.counts(study.name()));
  const int next = counts.rung + 1;
  if (next >= study.sampling().rungs_size()) {
    return std::int64_t{0};
  }
  std::vector<RankedPoint> points;
  std::map<std::int64_t, std::string> keys;
  std::int64_t here = 0;
  const auto take = [&](const PlannedPoint& point, const Outcome* outcome) {
    if (point.rung != counts.rung || point.key.empty()) {
      return;
    }
    ++here;
    if (outcome != nullptr && outcome->exit() == EXIT_DONE) {
      keys[point.index] = point.key;
      points.push_back({point.index, {outcome->figures().begin(), outcome->figures().end()}});
    }
  };
  WEFT_TRY(store.each_row(study.name(), take));
  const double keep = study.sampling().rungs(counts.rung).keep();
  const auto most =
      static_cast<std::size_t>(std::max(1.0, std::ceil(keep * static_cast<double>(here) - 1e-9)));
  points = best_first(std::move(points), study);
  points.resize(std::min(points.size(), most));
  std::vector<std::pair<std::int64_t, Job>> promoted;
  for (const RankedPoint& point : points) {
    WEFT_ASSIGN(auto job, store.job(keys[point.index]));
    Job closer = job.value_or(Job());
    closer.mutable_task()->set_fidelity(study.sampling().rungs(next).fidelity());
    closer.set_key(job_key(closer.task(), space.program()));
    closer.set_seconds(study.limits().seconds());
    closer.set_memory(study.limits().memory());
    promoted.emplace_back(point.index, std::move(closer));
  }
  WEFT_TRY(store.promote(study.name(), next, promoted));
  return static_cast<std::int64_t>(promoted.size());
}

}  // namespace weft::explore
