// SPDX-License-Identifier: Apache-2.0
#include "explore/amount.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weft::explore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Range range(const char* from, const char* to, const char* step) {
  Range range;
  range.set_from(from);
  range.set_to(to);
  range.set_step(step);
  return range;
}

LogRange log_range(const char* from, const char* to, int points) {
  LogRange range;
  range.set_from(from);
  range.set_to(to);
  range.set_points(points);
  return range;
}

TEST(Amount, IsReadInTheBaseUnitOfItsKind) {
  EXPECT_EQ(parse_amount("48 KiB")->value, 49152);
  EXPECT_EQ(parse_amount("48 KiB")->unit, base::UNIT_BYTES);
  EXPECT_EQ(parse_amount("0.85 GHz")->value, 850e6);
  EXPECT_EQ(parse_amount("9/8")->value, 1.125);
  EXPECT_EQ(parse_amount("-3")->value, -3);
  for (const char* text : {"", "llama-3-8b", "32x32", "1/0", "4 KiX", "KiB", "/", "3/"}) {
    EXPECT_FALSE(parse_amount(text)) << text;
  }
}

TEST(Amount, RangesSpellOutTheirValuesWithTheUnitOfTheirEnds) {
  EXPECT_THAT(*values_of(range("16 KiB", "48 KiB", "16 KiB")),
              ElementsAre("16 KiB", "32 KiB", "48 KiB"));
  EXPECT_THAT(*values_of(range("1", "6", "2")), ElementsAre("1", "3", "5"));
  EXPECT_THAT(*values_of(range("1 cycle", "3 cycles", "1 cycle")),
              ElementsAre("1 cycles", "2 cycles", "3 cycles"));
  EXPECT_THAT(*values_of(range("0.1", "0.3", "0.1")), ElementsAre("0.1", "0.2", "0.3"));
  EXPECT_THAT(*values_of(range("4", "1", "-1")), ElementsAre("4", "3", "2", "1"));
  EXPECT_THAT(*values_of(range("5", "5", "1")), ElementsAre("5"));
  EXPECT_THAT(*values_of(log_range("64", "512", 4)), ElementsAre("64", "128", "256", "512"));
  EXPECT_THAT(*values_of(log_range("1", "3", 9)), ElementsAre("1", "2", "3"));
  EXPECT_THAT(*values_of(log_range("0.5 GHz", "2 GHz", 3)),
              ElementsAre("0.5 GHz", "1 GHz", "2 GHz"));
}

TEST(Amount, RangesThatComeToNothingAreRefusedWithTheCause) {
  EXPECT_THAT(values_of(range("16 KiB", "1 MiB", "16 KiB")).error().message,
              HasSubstr("'16 KiB' and '1 MiB' differ in unit"));
  EXPECT_THAT(values_of(range("1", "4", "0")).error().message, HasSubstr("never comes to 4"));
  EXPECT_THAT(values_of(range("4", "1", "1")).error().message, HasSubstr("never comes to 1"));
  EXPECT_THAT(values_of(range("1", "1e9", "1")).error().message, HasSubstr("more than"));
  EXPECT_THAT(values_of(range("one", "4", "1")).error().message, HasSubstr("'one' is no number"));
  EXPECT_THAT(values_of(log_range("0", "4", 3)).error().message, HasSubstr("above 0"));
}

}  // namespace
}  // namespace weft::explore
