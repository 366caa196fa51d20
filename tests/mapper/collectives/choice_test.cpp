// SPDX-License-Identifier: Apache-2.0
// What is chosen, against everything else there is and against what others published.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "lower_bound.h"
#include "mapper/collectives/all_reduce.h"
#include "mapper/collectives/auto_tree.h"

namespace weft::mapper::collectives {
namespace {

Timing timing_with(std::int64_t transfer) {
  Timing timing;
  timing.transfer = transfer;
  return timing;
}

Line line_of(int tiles) { return {tiles, 1, 0, true}; }

const std::vector<int> kTiles = {16, 33, 64, 163, 256, 330, 420, 512, 720, 990};
const std::vector<int> kWords = {1, 2, 8, 28, 64, 128, 512, 2048, 16384};

TEST(Choice, CostsAreThePublishedForms) {
  const Timing timing = timing_with(0);
  for (const int tiles : kTiles) {
    for (const int words : kWords) {
      const auto reduced = [&](const Tree& tree) {
        return schedule_of(tree, words, timing).reduced;
      };
      EXPECT_EQ(reduced(chain_tree(tiles, 0)), words + (2 * 2 + 2) * (tiles - 1));
      EXPECT_EQ(reduced(chain_tree(tiles, tiles - 1)), words + (2 * 2 + 2) * (tiles - 1));
      // Published without the hop.
      EXPECT_EQ(reduced(star_tree(tiles, 0)), words * (tiles - 1) + 2 * 2 + 1 + 1);
      // Published: the larger of contention and distance in each round; ours adds them.
      if (const int rounds = static_cast<int>(std::log2(tiles)); tiles == 1 << rounds) {
        EXPECT_EQ(reduced(binary_tree(tiles, 0, true)), (words + 2 * 2 + 1) * rounds + tiles - 1);
      }
      const int side = static_cast<int>(std::sqrt(tiles));
      EXPECT_EQ(reduced(two_phase_tree(side * side, 0, side, true)),
                2 * words + 2 * (2 * 2 + 1) * (side - 1) + side * side - 1);
    }
  }
}

TEST(Choice, TheAutoTreeIsAtMostFourTenthsAboveTheLowerBoundOfAReduction) {
  Wish wish;
  wish.algorithm = Algorithm::automatic;
  wish.back = false;
  wish.root = 0;
  wish.colors = 24;
  wish.places = 1000;
  wish.apart = false;
  double worst = 0;
  for (const int tiles : {4, 16, 33, 64, 163, 256, 420}) {
    const ReduceBound bound(tiles);
    for (const int words : kWords) {
      const auto plan = plan_line(line_of(tiles), words, timing_with(0), wish);
      ASSERT_TRUE(plan.ok());
      const double times = static_cast<double>(plan->cycles()) / bound.cycles(words);
      EXPECT_LE(times, 1.4) << tiles << " tiles, " << words << " words";
      worst = std::max(worst, times);
    }
  }
  fmt::print("at most {:.3f} times the bound\n", worst);
}

TEST(Choice, TheAutoTreeIsAtMostTwoPercentBehindAnyOther) {
  for (const bool back : {true, false}) {
    for (const int transfer : {0, 3}) {
      for (const int tiles : {1, 2, 3, 5, 7, 16, 33, 64, 163, 331, 512}) {
        for (const int words : kWords) {
          Wish wish;
          wish.back = back;
          std::int64_t least = INT64_MAX;
          std::int64_t automatic = INT64_MAX;
          for (const LinePlan& plan :
               candidates(line_of(tiles), {{words, 1}}, timing_with(transfer), wish)) {
            if (plan.apart() >= 0) {
              least = std::min(least, plan.cycles());
              if (plan.algorithm() == Algorithm::automatic) {
                automatic = std::min(automatic, plan.cycles());
              }
            }
          }
          // Groups rooted in their middle win some cycles on a few tiles: half of their trains run
          // outwards, away from the others.
          const std::int64_t few = tiles < 16 ? 4 : 0;
          EXPECT_LE((automatic - few) * 100, least * 102)
              << tiles << " tiles, " << words << " words, set-up " << transfer;
        }
      }
    }
  }
}

TEST(Choice, WhatIsChosenIsAtMostTenPercentBehindTheBest) {
  for (const int transfer : {0, 3, 15}) {
    const Timing timing = timing_with(transfer);
    for (const int tiles : {1, 2, 3, 5, 7, 16, 33, 64, 163, 331, 512, 990}) {
      for (const int words : kWords) {
        const Line line = line_of(tiles);
        const auto chosen = plan_all_reduce(line, words, timing, {});
        ASSERT_TRUE(chosen.ok()) << chosen.error().message;
        const Ring ring(line);
        std::int64_t least = ring.all_reduce_cost((words + tiles - 1) / tiles, timing);
        for (const LinePlan& plan : candidates(line, {{words, 1}}, timing, {})) {
          if (plan.apart() >= 0) {
            least = std::min(least, plan.cycles());
          }
        }
        EXPECT_LE(cycles_of(*chosen, words, timing) * 10, least * 11)
            << text_of(*chosen, words, timing) << ", best " << least;
        if (const auto* plan = std::get_if<LinePlan>(&*chosen)) {
          EXPECT_LE(plan->places(), 16) << plan->text();
          EXPECT_LE(plan->colors(), 7) << plan->text();
          EXPECT_GE(plan->apart(), 0) << plan->text();
        }
      }
    }
  }
}

// One tree for trains of several lengths costs little, and keeps the places of the tiles few.
TEST(Choice, OnePlanForSeveralLoadsIsAtMostTenPercentBehindOneForEachOnALongLine) {
  const Timing timing = timing_with(3);
  for (const int tiles : {33, 163, 331, 990}) {
    const std::vector<Load> loads = {{28, 2}, {1, 3}, {9, 1}};
    const auto plan = plan_line(line_of(tiles), loads, timing, {});
    ASSERT_TRUE(plan.ok());
    EXPECT_GE(plan->apart(), 0);
    double least = 0;
    for (const Load& load : loads) {
      least += plan_line(line_of(tiles), {load}, timing, {})->weight();
    }
    EXPECT_LE(plan->weight(), (tiles < 100 ? 1.2 : 1.1) * least) << plan->text();
    EXPECT_THAT(plan->text(), ::testing::HasSubstr("28 and 1 and 9 words over"));
    fmt::print("{}: {:.3f} times\n", plan->text(), plan->weight() / least);
  }
}

// All trees whose words move towards the first tile and whose trains are nested.
void for_each_tree(int tiles, const std::function<void(const std::vector<int>&)>& visit) {
  std::vector<int> parent(static_cast<std::size_t>(tiles), -1);
  const std::function<void(int)> place = [&](int tile) {
    if (tile == tiles) {
      visit(parent);
      return;
    }
    for (int p = tile - 1; p >= 0; p = parent[static_cast<std::size_t>(p)]) {
      parent[static_cast<std::size_t>(tile)] = p;
      place(tile + 1);
    }
  };
  place(1);
}

TEST(Choice, NoNestedTreeOfAFewTilesIsFasterThanTheAutoTree) {
  int equal = 0;
  int cases = 0;
  for (const bool apart : {true, false}) {
    for (const int transfer : {0, 3}) {
      for (const int words : {1, 4, 9, 30}) {
        for (int tiles = 2; tiles <= 9; ++tiles) {
          const Timing timing = timing_with(transfer);
          std::int64_t least = INT64_MAX;
          for_each_tree(tiles, [&](const std::vector<int>& parent) {
            Tree tree(tiles);
            for (int i = 1; i < tiles; ++i) {
              tree.join(i, parent[static_cast<std::size_t>(i)], 0);
            }
            const Schedule schedule = schedule_of(tree, words, timing);
            if ((apart ? schedule.apart : schedule.gap) >= 0) {
              least = std::min(least, schedule.reduced);
            }
          });
          const AutoTrees trees(tiles, tiles, words, timing, 0, apart);
          const Schedule ours =
              schedule_of(trees.build(tiles, 0, AutoTrees::Upper::one), words, timing);
          EXPECT_GE(apart ? ours.apart : ours.gap, 0);
          EXPECT_GE(ours.reduced, least);
          EXPECT_LE(ours.reduced * 100, least * 102)
              << tiles << " tiles, " << words << " words, set-up " << transfer << " apart "
              << apart;
          equal += ours.reduced == least ? 1 : 0;
          ++cases;
        }
      }
    }
  }
  fmt::print("{} of {} as fast as the fastest\n", equal, cases);
}

TEST(Choice, WhatIsAskedForAndDoesNotFitIsRefused) {
  Wish wish;
  wish.algorithm = Algorithm::star;
  const auto star = plan_line(line_of(331), 28, timing_with(3), wish);
  ASSERT_FALSE(star.ok());
  EXPECT_EQ(star.error().message,
            "all-reduce x over 331 tiles: star needs 331 colors and 7 are left; take another "
            "algorithm or raise fabric.colors");
  wish.algorithm = Algorithm::ring;
  EXPECT_FALSE(plan_line(line_of(331), 28, timing_with(3), wish).ok());
  wish.algorithm.reset();
  wish.root = 331;
  EXPECT_EQ(plan_line(line_of(331), 28, timing_with(3), wish).error().message,
            "root 331 of a line of 331 tiles; take 0 to 330");
  wish.root = 3;
  wish.colors = 2;
  EXPECT_THAT(plan_line(line_of(331), 28, timing_with(3), wish).error().message,
              ::testing::HasSubstr("needs 3 colors and 2 are left"));
}

TEST(Choice, APlanSaysItselfInOneLine) {
  const auto plan = plan_line({331, 1, 0, false}, 28, timing_with(3), {});
  ASSERT_TRUE(plan.ok());
  EXPECT_THAT(plan->text(), ::testing::MatchesRegex("all-reduce y, 28 words over 331 tiles: auto, "
                                                    "[0-9]+ colors, [0-9]+ cycles"));
}

TEST(Choice, EveryAlgorithmIsFoundByItsName) {
  for (const AlgorithmInfo& info : all_algorithms()) {
    EXPECT_EQ(algorithm_of(info.name), info.algorithm);
    EXPECT_EQ(name_of(info.algorithm), info.name);
  }
  EXPECT_EQ(algorithm_of("gather"), std::nullopt);
}

}  // namespace
}  // namespace weft::mapper::collectives
