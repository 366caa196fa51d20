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
          if (plan->schedule().apart >= 0) {
            EXPECT_TRUE(fast.exact) << plan->text() << ", set-up " << transfer << ": "
                                    << fast.exactness;
            EXPECT_EQ(fast.cycles.count(), plan->cycles()) << plan->text();
          }
          if (plan->schedule().gap >= 0) {
            EXPECT_EQ(truth.cycles.count(), plan->cycles()) << plan->text();
          }
          const bool groups = algorithm == Algorithm::ktree;
          EXPECT_TRUE(plan->schedule().apart >= 0 || algorithm == Algorithm::star || groups)
              << plan->text() << ", set-up " << transfer;
        }
      }
    }
  }
}

}  // namespace
}  // namespace weft::mapper::collectives
