// SPDX-License-Identifier: Apache-2.0
#include "mapper/collectives/color_plan.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collective_case.h"
#include "mapper/collectives/emit.h"
#include "mapper/collectives/multicast.h"
#include "mapper/collectives/ring.h"

namespace weft::mapper::collectives {
namespace {

using isa::Opcode;

// Two reductions along y, one along x, one among groups of columns.
std::vector<Want> wants(int width, int height, int group) {
  return {{{height, 1, 0, false}, {{28, 2}}, {}},
          {{height, 1, 0, false}, {{1, 2}}, {}},
          {{width, 1, 0, true}, {{17, 2}, {3, 1}}, {}},
          {{group, width / group, 0, true}, {{9, 1}}, {}}};
}

std::vector<std::vector<Flow>> flows_of(const LinePlans& plans) {
  std::vector<std::vector<Flow>> flows;
  for (const LinePlan& plan : plans.plans) {
    flows.push_back(plan.flows());
  }
  return flows;
}

TEST(ColorPlan, PlansOfEveryShapeShareTheColorsOfAMachine) {
  const Timing timing = Timing::of(machine_with(3, 1, 1));
  for (const int width : {1, 2, 7, 33, 330}) {
    for (const int height : {1, 3, 16, 420}) {
      for (const int group : {1, 2, 8}) {
        if (group <= width) {
          const auto plans = plan_lines(wants(width, height, group), timing, 24);
          ASSERT_TRUE(plans.ok()) << plans.error().message;
          EXPECT_EQ(verify_colors(flows_of(*plans), plans->colors, 24), "");
        }
      }
    }
  }
}

TEST(ColorPlan, AVerifierOfItsOwnSeesASharedRouter) {
  const auto plans = plan_lines(wants(16, 16, 4), Timing::of(machine_with(3, 1, 1)), 24);
  ASSERT_TRUE(plans.ok());
  auto colors = plans->colors;
  colors[0][0] = colors[2][0];
  EXPECT_THAT(verify_colors(flows_of(*plans), colors, 24),
              ::testing::HasSubstr("all-reduce y 0 and all-reduce x 0 share color"));
  colors[0][0] = 24;
  EXPECT_EQ(verify_colors(flows_of(*plans), colors, 24), "all-reduce y 0 has color 24 of 24");
  colors.pop_back();
  EXPECT_THAT(verify_colors(flows_of(*plans), colors, 24), ::testing::HasSubstr("colors for"));
}

TEST(ColorPlan, TooFewColorsAreAnErrorThatNamesTheFlows) {
  const auto plans = plan_lines(wants(16, 16, 4), Timing::of(machine_with(3, 1, 1)), 9);
  ASSERT_FALSE(plans.ok());
  EXPECT_EQ(plans.error().kind, ErrorKind::input);
  EXPECT_THAT(
      plans.error().message,
      ::testing::MatchesRegex("the routes need [0-9]+ colors and the machine has 9: no room "
                              "for .*all-reduce [xy] [0-9].*raise fabric.colors to [0-9]+"));
}

TEST(ColorPlan, OthersKeepTheirColors) {
  const Ring ring({33, 1, 0, true});
  const MeshBroadcast broadcast{33, 16, 0, 0};
  const auto plans = plan_lines(wants(33, 16, 8), Timing::of(machine_with(3, 1, 1)), 24,
                                {ring.flows(), broadcast.flows()});
  ASSERT_TRUE(plans.ok()) << plans.error().message;
  ASSERT_EQ(plans->colors.size(), 6U);
  EXPECT_EQ(plans->colors[4].size(), 3U);
  EXPECT_EQ(plans->colors[5].size(), 1U);
}

// Everything a strategy needs, one after the other on one region.
TEST(ColorPlan, FourReductionsRunOneAfterTheOtherOnOneRegion) {
  constexpr int kWidth = 14;
  constexpr int kHeight = 11;
  const arch::Machine machine = machine_with(3, kWidth, kHeight);
  const auto made = plan_lines(wants(kWidth, kHeight, 4), Timing::of(machine), 24);
  ASSERT_TRUE(made.ok()) << made.error().message;
  const LinePlans& plans = *made;
  CollectiveCase run;
  run.machine = machine;
  run.region = {0, 0, kWidth, kHeight};
  run.elements = 1;
  const auto place = [&](std::size_t plan, int x, int y) {
    return plans.plans[plan].place(plans.plans[plan].line().along_x ? x : y);
  };
  for (std::size_t p = 0; p < plans.plans.size(); ++p) {
    const auto routes = plans.plans[p].routes(plans.colors[p], run.region);
    run.routes.insert(run.routes.end(), routes.begin(), routes.end());
  }
  run.role = [&](int x, int y) {
    std::string key;
    for (std::size_t p = 0; p < plans.plans.size(); ++p) {
      key += key_of(place(p, x, y)) + "; ";
    }
    return key;
  };
  run.emit = [&](isa::RoleBuilder& role, int x, int y) {
    emit_all_reduce(role, place(0, x, y), plans.colors[0], Opcode::recv_add, Opcode::fwd_add, 0);
    emit_all_reduce(role, place(2, x, y), plans.colors[2], Opcode::recv_max, Opcode::fwd_max, 0);
    emit_all_reduce(role, place(1, x, y), plans.colors[1], Opcode::recv_max, Opcode::fwd_max, 0);
    emit_all_reduce(role, place(3, x, y), plans.colors[3], Opcode::recv_add, Opcode::fwd_add, 0);
  };
  int largest = 0;
  for (int x = 0; x < kWidth; ++x) {
    int sum = 0;
    for (int y = 0; y < kHeight; ++y) {
      sum += CollectiveCase::value(x, y, 0);
    }
    largest = std::max(largest, sum);
  }
  for (const auto engine : {sim::EngineKind::dataflow, sim::EngineKind::word}) {
    const sim::RunResult result = run.run(engine);
    // Where tiles start apart after the first of them, trains may meet: here they do not.
    EXPECT_TRUE(result.exact) << result.exactness;
    for (int x = 0; x < kWidth; ++x) {
      // 14 columns are three groups of 4, and two columns outside.
      EXPECT_EQ(CollectiveCase::shown(result, run, x, 0, 0),
                static_cast<float>(x < 12 ? 4 * largest : largest));
    }
  }
}

// Tiles farther from a root go on later, which does not bring trains together: where one plan
// serves an axis and groups leave no tile out.
TEST(ColorPlan, RoundsOfReductionsOnALargeRegionNeverMeet) {
  constexpr int kWidth = 64;
  constexpr int kHeight = 83;
  const arch::Machine machine = machine_with(3, kWidth, kHeight);
  const std::vector<Want> three = {{{kHeight, 1, 0, false}, {{28, 2}, {1, 2}}, {}},
                                   {{kWidth, 1, 0, true}, {{17, 2}, {3, 1}}, {}},
                                   {{8, kWidth / 8, 0, true}, {{9, 1}}, {}}};
  const auto made = plan_lines(three, Timing::of(machine), 24);
  ASSERT_TRUE(made.ok()) << made.error().message;
  const LinePlans& plans = *made;
  CollectiveCase run;
  run.machine = machine;
  run.region = {0, 0, kWidth, kHeight};
  run.elements = 28;
  run.values = false;
  const auto place = [&](std::size_t plan, int x, int y) {
    return plans.plans[plan].place(plans.plans[plan].line().along_x ? x : y);
  };
  for (std::size_t p = 0; p < plans.plans.size(); ++p) {
    const auto routes = plans.plans[p].routes(plans.colors[p], run.region);
    run.routes.insert(run.routes.end(), routes.begin(), routes.end());
  }
  run.role = [&](int x, int y) {
    std::string key;
    for (std::size_t p = 0; p < plans.plans.size(); ++p) {
      key += key_of(place(p, x, y)) + "; ";
    }
    return key;
  };
  run.emit = [&](isa::RoleBuilder& role, int x, int y) {
    const int buffer = role.buffer("x", 0);
    for (int round = 0; round < 3; ++round) {
      for (const auto& [p, words] : {std::pair{0U, 28}, {1U, 17}, {0U, 1}, {1U, 3}, {2U, 9}}) {
        role.td(1, buffer, 0, DType::f32, {1, words});
        role.emit(Opcode::busy, {40});
        emit_all_reduce(role, place(p, x, y), plans.colors[p], Opcode::recv_add, Opcode::fwd_add,
                        1);
      }
    }
  };
  const sim::RunResult result = run.run(sim::EngineKind::dataflow);
  EXPECT_TRUE(result.exact) << result.exactness;
  fmt::print("{} cycles, {} roles\n", result.cycles.count(), run.bundle().roles_size());
}

}  // namespace
}  // namespace weft::mapper::collectives
