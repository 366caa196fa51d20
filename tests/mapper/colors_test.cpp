// SPDX-License-Identifier: Apache-2.0
#include "mapper/colors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weft::mapper {
namespace {

ChainAxes axes(int width, int height, int group) {
  ChainAxes result;
  result[static_cast<std::size_t>(Axis::x)] = {width, 1, width, true};
  result[static_cast<std::size_t>(Axis::y)] = {height, 1, height, false};
  result[static_cast<std::size_t>(Axis::group)] = {group, width / group, width, true};
  return result;
}

TEST(Colors, APlanOfEveryShapePassesItsVerifier) {
  for (int width = 1; width < 14; ++width) {
    for (int height = 1; height < 8; ++height) {
      for (int group = 1; group <= width; ++group) {
        const ChainAxes shape = axes(width, height, group);
        const auto plan = assign_colors(shape, 24);
        ASSERT_TRUE(plan.ok()) << plan.error().message;
        EXPECT_EQ(verify_colors(shape, *plan, 24), "");
      }
    }
  }
}

TEST(Colors, TheVerifierSeesASharedRouter) {
  const ChainAxes shape = axes(8, 8, 4);
  ColorPlan plan = *assign_colors(shape, 24);
  plan[0][static_cast<std::size_t>(Flow::broadcast)] =
      plan[1][static_cast<std::size_t>(Flow::broadcast)];
  EXPECT_THAT(verify_colors(shape, plan, 24), ::testing::HasSubstr("share color"));
}

TEST(Colors, TooFewAreAnErrorThatSaysHowMany) {
  const auto plan = assign_colors(axes(32, 32, 8), 4);
  ASSERT_FALSE(plan.ok());
  EXPECT_EQ(plan.error().kind, ErrorKind::input);
  EXPECT_THAT(plan.error().message,
              ::testing::MatchesRegex("the routes need [0-9]+ colors and the machine has 4; raise "
                                      "fabric.colors to [0-9]+"));
}

}  // namespace
}  // namespace weft::mapper
