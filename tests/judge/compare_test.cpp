// SPDX-License-Identifier: Apache-2.0
#include "judge/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "judge/end_to_end.h"

namespace weft::judge {
namespace {

using testing::HasSubstr;

constexpr float nan = std::numeric_limits<float>::quiet_NaN();
constexpr float infinity = std::numeric_limits<float>::infinity();

Comparison verdict_of(const std::vector<float>& simulated, const std::vector<double>& reference,
                      const std::vector<double>& bounds, std::int64_t columns = 2) {
  auto result = compare("op", columns, simulated, reference, bounds);
  EXPECT_TRUE(result.ok());
  return std::move(result).value();
}

TEST(Compare, FirstAndWorstAreNamed) {
  const auto verdict =
      verdict_of({1, 2, 3.5F, 4, 5, 9}, {1, 2, 3, 4.05, 5, 6}, {.1, .1, .1, .1, .1, .1});
  EXPECT_FALSE(verdict.pass());
  EXPECT_EQ(verdict.elements, 6);
  EXPECT_EQ(verdict.bad, 2);
  ASSERT_TRUE(verdict.first_bad.has_value());
  EXPECT_EQ(verdict.first_bad->op, "op");
  EXPECT_EQ(verdict.first_bad->row, 1);
  EXPECT_EQ(verdict.first_bad->column, 0);
  EXPECT_EQ(verdict.worst.row, 2);
  EXPECT_EQ(verdict.worst.column, 1);
  EXPECT_NEAR(verdict.worst.ratio, 30, 1e-9);
  EXPECT_THAT(describe(*verdict.first_bad),
              HasSubstr("op row 1 column 0: simulated 3.5, reference 3, bound 0.1, 5 times"));
}

TEST(Compare, PassesAtTheBoundAndKeepsTheWorst) {
  const auto verdict = verdict_of({1.5F, 2}, {1, 2.25}, {.5, .5});
  EXPECT_TRUE(verdict.pass());
  EXPECT_FALSE(verdict.first_bad.has_value());
  EXPECT_EQ(verdict.worst.ratio, 1);
  EXPECT_EQ(verdict.worst.column, 0);
}

TEST(Compare, ExactMeansEqual) {
  EXPECT_TRUE(verdict_of({0.0F, 7}, {-0.0, 7}, {0, 0}).pass());
  const auto verdict = verdict_of({0, 7}, {0, 7.0000001}, {0, 0});
  EXPECT_FALSE(verdict.pass());
  EXPECT_EQ(verdict.worst.ratio, INFINITY);
}

TEST(Compare, NotFiniteAlwaysFails) {
  for (float bad : {nan, infinity, -infinity}) {
    EXPECT_FALSE(verdict_of({1, bad}, {1, 1}, {1, INFINITY}).pass());
    EXPECT_FALSE(verdict_of({1, bad}, {1, bad}, {1, 1}).pass());
    EXPECT_FALSE(verdict_of({1, 1}, {1, bad}, {1, 1}).pass());
    EXPECT_EQ(verdict_of({1, bad}, {1, 1}, {1, 1}).first_bad->column, 1);
  }
  EXPECT_FALSE(verdict_of({1, 1}, {1, 1}, {1, nan}).pass());
}

TEST(Compare, CosinesOfRowsAndTensor) {
  const auto verdict = verdict_of({1, 0, 1, 1}, {2, 0, 1, 0}, {9, 9, 9, 9});
  EXPECT_NEAR(verdict.lowest_row_cosine, std::sqrt(0.5), 1e-12);
  EXPECT_EQ(verdict.lowest_cosine_row, 1);
  EXPECT_NEAR(verdict.cosine, 3 / std::sqrt(15.0), 1e-12);
  EXPECT_EQ(cosine(std::vector<float>{0, 0}, std::vector<double>{0, 0}), 1);
  EXPECT_EQ(cosine(std::vector<float>{0, 0}, std::vector<double>{0, 1}), 0);
  EXPECT_EQ(cosine(std::vector<float>{nan, 0}, std::vector<double>{0, 1}), 0);
}

TEST(Compare, SizesMustMatch) {
  const std::vector<float> one{1};
  const std::vector<double> two{1, 2};
  EXPECT_FALSE(compare("op", 1, one, two, two).ok());
  EXPECT_FALSE(compare("op", 1, {}, {}, {}).ok());
  EXPECT_FALSE(compare("op", 3, std::vector<float>{1, 2}, two, two).ok());
  EXPECT_FALSE(compare("op", 0, std::vector<float>{1, 2}, two, two).ok());
}

TEST(EndToEnd, ATokenMayDifferOnlyBelowTheLogitError) {
  const std::vector<int> expected{4, 5, 6, 7};
  const std::vector<double> margins{1.0, 0.001, 2.0, 0.01};
  const auto same = check_tokens(expected, expected, margins, 0.0);
  EXPECT_TRUE(same->pass());
  EXPECT_EQ(same->forced, 0);
  const auto excused = check_tokens(std::vector{4, 9, 6, 7}, expected, margins, 0.01);
  EXPECT_TRUE(excused->pass());
  EXPECT_EQ(excused->forced, 1);
  const auto wrong = check_tokens(std::vector{4, 9, 9, 9}, expected, margins, 0.01);
  EXPECT_FALSE(wrong->pass());
  EXPECT_EQ(*wrong->first_bad, 2);
  EXPECT_FALSE(check_tokens(std::vector{4}, expected, margins, 0.01).ok());
}

TEST(EndToEnd, PerplexityWithinATenthOfAPercent) {
  EXPECT_TRUE(perplexity_agrees(1.3819, 1.38194276));
  EXPECT_TRUE(perplexity_agrees(1.383, 1.382));
  EXPECT_FALSE(perplexity_agrees(1.384, 1.382));
  EXPECT_FALSE(perplexity_agrees(1.380, 1.382));
  EXPECT_FALSE(perplexity_agrees(NAN, 1.382));
}

}  // namespace
}  // namespace weft::judge
