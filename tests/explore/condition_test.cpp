// SPDX-License-Identifier: Apache-2.0
#include "explore/condition.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weft::explore {
namespace {

using ::testing::HasSubstr;

Result<Named> lookup(const std::string& name) {
  if (name == "side") {
    return Named{0, {"100", "500", "700", "250"}};
  }
  if (name == "sram") {
    return Named{1, {"16 KiB", "64 KiB", "48 KiB"}};
  }
  if (name == "phase") {
    return Named{-1, {"decode"}};
  }
  if (name == "machine.name") {
    return Named{-1, {"wse2"}};
  }
  return input_error(fmt::format("'{}' is no axis and no field", name));
}

bool holds(const char* text, std::vector<int> point) {
  const auto condition = Condition::parse(text, lookup);
  EXPECT_TRUE(condition.ok()) << text << ": " << (condition ? "" : condition.error().message);
  return condition && condition->holds(point);
}

std::string fault(const std::string& text) {
  const auto condition = Condition::parse(text, lookup);
  return condition ? "" : condition.error().message;
}

TEST(Condition, ComparesAxesFieldsAndNumbersWithUnits) {
  EXPECT_TRUE(holds("side == 500", {1, 0}));
  EXPECT_FALSE(holds("side == 500", {0, 0}));
  EXPECT_TRUE(holds("sram < 32 KiB", {0, 0}));
  EXPECT_FALSE(holds("sram < 32 KiB", {0, 1}));
  EXPECT_TRUE(holds("sram >= 65536 B", {0, 1}));
  EXPECT_TRUE(holds("side*side > 250000", {2, 0}));
  EXPECT_FALSE(holds("side * side > 250000", {1, 0}));
  EXPECT_TRUE(holds("(side + 100) / 2 - 50 <= 50", {0, 0}));
  EXPECT_TRUE(holds("phase == 'decode'", {0, 0}));
  EXPECT_TRUE(holds("machine.name != \"wse3\"", {0, 0}));
}

TEST(Condition, AnIdleAxisHasTheValueItsFieldHasElsewhere) {
  EXPECT_TRUE(holds("side == 250", {-1, 0}));
  EXPECT_TRUE(holds("sram == 48 KiB", {0, -1}));
}

TEST(Condition, AndBindsTighterThanOrAndNotTighterThanBoth) {
  EXPECT_TRUE(holds("side == 100 or side == 500 and sram == 64 KiB", {0, 0}));
  EXPECT_FALSE(holds("(side == 100 or side == 500) and sram == 64 KiB", {0, 0}));
  EXPECT_TRUE(holds("not side == 500 and sram == 16 KiB", {0, 0}));
  EXPECT_FALSE(holds("not (side == 100 and sram == 16 KiB)", {0, 0}));
  EXPECT_TRUE(holds("not not side == 100", {0, 0}));
}

TEST(Condition, WhatIsNotOneIsRefusedWhenItIsRead) {
  EXPECT_THAT(fault(""), HasSubstr("it ends where a value is expected"));
  EXPECT_THAT(fault("side"), HasSubstr("compare it with something"));
  EXPECT_THAT(fault("side =="), HasSubstr("it ends where a value is expected"));
  EXPECT_THAT(fault("side == 100 side"), HasSubstr("nothing is expected at 'side'"));
  EXPECT_THAT(fault("width == 1"), HasSubstr("no axis and no field"));
  EXPECT_THAT(fault("phase < 3"), HasSubstr("a number on both sides"));
  EXPECT_THAT(fault("phase == 3 + side"), HasSubstr("a number on both sides"));
  EXPECT_THAT(fault("phase * 2 == 3"), HasSubstr("has to be numbers"));
  EXPECT_THAT(fault("side and phase == 'decode'"), HasSubstr("compare it with something"));
  EXPECT_THAT(fault("(side == 1"), HasSubstr("not closed"));
  EXPECT_THAT(fault("phase == 'decode"), HasSubstr("not closed"));
  EXPECT_THAT(fault("side == 32x32"), HasSubstr("text stands in quotes"));
  EXPECT_THAT(fault(std::string(200, '(') + "side == 1"), HasSubstr("more than 100"));
  EXPECT_THAT(fault("side == 1 == 1"), HasSubstr("nothing is expected"));
  EXPECT_THAT(fault("(side == 1) == 1"), HasSubstr("compares values"));
}

}  // namespace
}  // namespace weft::explore
