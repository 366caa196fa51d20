// SPDX-License-Identifier: Apache-2.0
#include "explore/rungs.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "tests/explore/fake_space.h"

namespace weft::explore {
namespace {

/// By the definition: the front is who nobody dominates; the next one is that of the others.
std::vector<int> peeled(const std::vector<std::vector<double>>& costs) {
  std::vector<int> ranks(costs.size(), -1);
  for (int rank = 0; std::ranges::count(ranks, -1) > 0; ++rank) {
    std::vector<std::size_t> front;
    for (std::size_t i = 0; i < costs.size(); ++i) {
      bool dominated = ranks[i] >= 0;
      for (std::size_t j = 0; j < costs.size() && !dominated; ++j) {
        bool nowhere_worse = true;
        for (std::size_t k = 0; k < costs[i].size(); ++k) {
          nowhere_worse = nowhere_worse && costs[j][k] <= costs[i][k];
        }
        dominated = ranks[j] < 0 && nowhere_worse && costs[j] != costs[i];
      }
      if (!dominated) {
        front.push_back(i);
      }
    }
    for (const std::size_t i : front) {
      ranks[i] = rank;
    }
  }
  return ranks;
}

TEST(ParetoRanks, AreThoseOfPeelingFrontAfterFront) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    const std::size_t objectives = 1 + random() % 4, points = random() % 40;
    std::vector<std::vector<double>> costs(points, std::vector<double>(objectives));
    for (auto& row : costs) {
      for (double& cost : row) {
        cost = static_cast<double>(random() % 7);
      }
    }
    EXPECT_EQ(pareto_ranks(costs), peeled(costs)) << "seed " << seed;
  }
}

std::vector<std::int64_t> order_of(const std::vector<Figures>& figures, const Study& study) {
  std::vector<RankedPoint> points;
  for (const Figures& each : figures) {
    points.push_back({static_cast<std::int64_t>(points.size()), each});
  }
  std::vector<std::int64_t> order;
  for (const RankedPoint& point : best_first(points, study)) {
    order.push_back(point.index);
  }
  return order;
}

TEST(BestFirst, PutsFrontsInOrderThenTheFirstObjectiveThenTheIndex) {
  Study study;
  study.add_objectives()->set_metric("tokens_per_second");
  study.add_objectives()->set_metric("energy_per_token");
  const auto point = [](double tokens, double energy) {
    return Figures{{"tokens_per_second", tokens}, {"energy_per_token", energy}};
  };
  const std::vector<Figures> points = {point(1, 9), point(5, 1), point(9, 5),
                                       point(9, 5), point(4, 2), {{"energy_per_token", 9}}};
  EXPECT_THAT(order_of(points, study), testing::ElementsAre(2, 3, 1, 4, 0, 5));
  study.mutable_objectives(0)->set_goal(Objective::GOAL_MINIMIZE);
  EXPECT_THAT(order_of(points, study), testing::ElementsAre(0, 4, 1, 2, 3, 5));
}

TEST(BestFirst, PutsPointsThatMissAConstraintLastAndThoseWithoutTheFigureNot) {
  Study study;
  study.add_objectives()->set_metric("tokens_per_second");
  Constraint& constraint = *study.add_constraints();
  constraint.set_metric("sram_per_tile");
  constraint.set_at_most(10);
  const std::vector<Figures> points = {
      {{"tokens_per_second", 9}, {"sram_per_tile", 11}},
      {{"tokens_per_second", 1}, {"sram_per_tile", 10}},
      {{"tokens_per_second", 5}},
      {{"tokens_per_second", 10}, {"sram_per_tile", 12}},
  };
  EXPECT_THAT(order_of(points, study), testing::ElementsAre(2, 1, 3, 0));
}

}  // namespace
}  // namespace weft::explore
