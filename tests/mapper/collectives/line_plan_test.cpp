// SPDX-License-Identifier: Apache-2.0
// Reductions along lines, run with values and with times.
#include "mapper/collectives/line_plan.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "collective_case.h"
#include "mapper/collectives/auto_tree.h"

namespace weft::mapper::collectives {
namespace {

constexpr Algorithm kTrees[] = {Algorithm::chain,     Algorithm::star,  Algorithm::tree,
                                Algorithm::two_phase, Algorithm::ktree, Algorithm::automatic};

Wish wish_for(Algorithm algorithm) {
  Wish wish;
  wish.algorithm = algorithm;
  wish.colors = 64;
  wish.places = 1000;
  return wish;
}

float sum_of(const LinePlan& plan, const CollectiveCase& of, int index, int across, int i) {
  const Line& line = plan.line();
  if (!line.contains(index)) {
    return static_cast<float>(line.along_x ? CollectiveCase::value(index, across, i)
                                           : CollectiveCase::value(across, index, i));
  }
  const int from = index - line.position(index);
  int sum = 0;
  for (int at = from; at < from + line.length; ++at) {
    sum += line.along_x ? CollectiveCase::value(at, across, i) : of.value(across, at, i);
  }
  return static_cast<float>(sum);
}

void expect_sums(const LinePlan& plan, const CollectiveCase& of, const sim::RunResult& result) {
  const bool x = plan.line().along_x;
  const int extent = x ? of.region.width : of.region.height;
  // Rows of the host's tensor are shown by the first column or row of tiles only.
  for (int index = 0; index < (x ? extent : 1); ++index) {
    for (int i = 0; i < of.elements; ++i) {
      ASSERT_EQ(CollectiveCase::shown(result, of, index, 0, i), sum_of(plan, of, index, 0, i))
          << plan.text() << ", tile " << index << " element " << i;
    }
  }
}

TEST(LinePlan, EveryTileEndsWithTheSumByBothEnginesInTheCyclesThePlanSays) {
  for (const int transfer : {0, 3}) {
    for (const int tiles : {1, 2, 3, 5, 7, 16, 33}) {
      for (const int words : {1, 2, 17, 64}) {
        for (const Algorithm algorithm : kTrees) {
          const arch::Machine machine = machine_with(transfer, tiles, 1);
          const Timing timing = Timing::of(machine);
          const Line line{tiles, 1, 0, true};
          const auto plan = plan_line(line, words, timing, wish_for(algorithm));
          ASSERT_TRUE(plan.ok()) << plan.error().message;
          const CollectiveCase made = line_case(*plan, machine, 1, words);
          const sim::RunResult fast = made.run(sim::EngineKind::dataflow);
          const sim::RunResult truth = made.run(sim::EngineKind::word);
          expect_sums(*plan, made, fast);
          expect_sums(*plan, made, truth);
          if (plan->apart() >= 0) {
            EXPECT_TRUE(fast.exact)
                << plan->text() << ", set-up " << transfer << ": " << fast.exactness;
            EXPECT_EQ(fast.cycles.count(), plan->cycles()) << plan->text();
          }
          if (plan->gap() >= 0) {
            EXPECT_EQ(truth.cycles.count(), plan->cycles()) << plan->text();
          }
          const bool groups = algorithm == Algorithm::ktree;
          EXPECT_TRUE(plan->apart() >= 0 || algorithm == Algorithm::star || groups)
              << plan->text() << ", set-up " << transfer;
        }
      }
    }
  }
}

TEST(LinePlan, LongLinesTakeTheCyclesThePlanSays) {
  for (const int tiles : {163, 331, 990}) {
    for (const int words : {1, 28, 700}) {
      const arch::Machine machine = machine_with(3, tiles, 1);
      for (const bool back : {true, false}) {
        for (const int colors : {3, 4, 5, 7, 12}) {
          Wish wish;
          wish.back = back;
          wish.colors = colors;
          const auto plan = plan_line({tiles, 1, 0, true}, words, Timing::of(machine), wish);
          ASSERT_TRUE(plan.ok()) << plan.error().message;
          EXPECT_LE(plan->colors(), colors);
          CollectiveCase made = line_case(*plan, machine, 1, words);
          made.values = false;
          const sim::RunResult result = made.run(sim::EngineKind::automatic);
          EXPECT_TRUE(result.exact) << plan->text() << ": " << result.exactness;
          EXPECT_EQ(result.cycles.count(), plan->cycles()) << plan->text();
        }
      }
    }
  }
}

TEST(LinePlan, CostHoldsOnOtherMachines) {
  for (const auto& overrides : {std::vector<std::string>{"fabric.ramp_latency=0 cycles"},
                                {"fabric.hop_latency=3 cycles", "fabric.places_per_hop=4"},
                                {"fabric.words_per_cycle=8/9"},
                                {"fabric.ramp_latency=7 cycles", "tile.input_queue_words=1"}}) {
    for (const int tiles : {5, 40}) {
      for (const int words : {1, 19, 100}) {
        const arch::Machine machine = machine_with(3, tiles, 1, overrides);
        for (const Algorithm algorithm : kTrees) {
          const auto plan =
              plan_line({tiles, 1, 0, true}, words, Timing::of(machine), wish_for(algorithm));
          ASSERT_TRUE(plan.ok());
          if (plan->apart() < 0) {
            continue;
          }
          CollectiveCase made = line_case(*plan, machine, 1, words);
          const sim::RunResult result = made.run(sim::EngineKind::word);
          expect_sums(*plan, made, result);
          // Where links are paced a train may end some cycles sooner than one that starts afresh.
          EXPECT_NEAR(static_cast<double>(result.cycles.count()),
                      static_cast<double>(plan->cycles()),
                      machine.fabric().words_per_cycle().num() == 1
                          ? 0
                          : std::max(4.0, 0.01 * static_cast<double>(plan->cycles())))
              << plan->text() << " " << overrides.front();
        }
      }
    }
  }
}

// Lines along x and y, anywhere on the axis, several side by side, every one in several rows.
TEST(LinePlan, LinesSideBySideSumByThemselvesAndTilesOutsideKeepTheirValues) {
  for (const bool along_x : {true, false}) {
    for (const Line& line : {Line{4, 3, 0, along_x}, Line{5, 2, 3, along_x}, Line{1, 4, 1, along_x},
                             Line{9, 1, 2, along_x}}) {
      const arch::Machine machine = machine_with(3, 1, 1);
      const auto plan = plan_line(line, 6, Timing::of(machine), {});
      ASSERT_TRUE(plan.ok());
      const CollectiveCase made = line_case(*plan, machine, 3, 6);
      for (const auto engine : {sim::EngineKind::dataflow, sim::EngineKind::word}) {
        const sim::RunResult result = made.run(engine);
        EXPECT_EQ(result.cycles.count(), plan->cycles());
        expect_sums(*plan, made, result);
      }
    }
  }
}

TEST(LinePlan, TilesThatStartAtAnyTimeStillSumAndNeverWaitForEver) {
  std::uint64_t state = 1;
  const auto roll = [&state](int most) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<int>((state >> 33U) % static_cast<std::uint64_t>(most + 1));
  };
  for (int draw = 0; draw < 60; ++draw) {
    const std::uint64_t seed = state;
    const int tiles = 2 + roll(38);
    const int words = 1 + roll(90);
    const Algorithm algorithm = kTrees[roll(5)];
    std::vector<int> start;
    for (int i = 0; i <= tiles; ++i) {
      start.push_back(roll(300));
    }
    const arch::Machine machine = machine_with(3, tiles, 1);
    const auto plan =
        plan_line({tiles, 1, 0, true}, words, Timing::of(machine), wish_for(algorithm));
    ASSERT_TRUE(plan.ok());
    CollectiveCase made = line_case(*plan, machine, 1, words);
    made.start = [&](int x, int) { return start[static_cast<std::size_t>(x)]; };
    for (const auto engine : {sim::EngineKind::dataflow, sim::EngineKind::word}) {
      const sim::RunResult result = made.run(engine);
      expect_sums(*plan, made, result);
      ASSERT_FALSE(::testing::Test::HasFailure()) << "seed " << seed << " " << plan->text();
    }
  }
}

TEST(LinePlan, SlackKeepsTrainsThatFarApart) {
  for (const int slack : {0, 10, 50}) {
    Wish wish;
    wish.slack = slack;
    wish.colors = 12;
    const auto plan = plan_line({200, 1, 0, true}, 28, Timing::of(machine_with(3, 1, 1)), wish);
    ASSERT_TRUE(plan.ok());
    EXPECT_GE(plan->apart(), slack);
  }
}

}  // namespace
}  // namespace weft::mapper::collectives
