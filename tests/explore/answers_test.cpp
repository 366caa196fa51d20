// SPDX-License-Identifier: Apache-2.0
#include "explore/answers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "base/counter_random.h"

namespace weft::explore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Row row(std::int64_t index, std::vector<std::string> values, double speed, double area) {
  Row row;
  row.point = {index, std::move(values), "key", "", 0};
  row.exit = EXIT_DONE;
  row.figures = {{"tokens_per_second", speed}, {"area", area}};
  return row;
}

Study study_of(std::optional<double> most_area = {}) {
  Study study;
  auto& speed = *study.add_objectives();
  speed.set_metric("tokens_per_second");
  speed.set_goal(Objective::GOAL_MAXIMIZE);
  auto& area = *study.add_objectives();
  area.set_metric("area");
  area.set_goal(Objective::GOAL_MINIMIZE);
  if (most_area) {
    study.add_constraints()->set_metric("area");
    study.mutable_constraints(0)->set_at_most(*most_area);
  }
  return study;
}

const std::vector<std::string> kAxes = {"side", "sram"};

std::vector<Row> rows_of() {
  std::vector<Row> rows = {
      row(0, {"small", "48 KiB"}, 100, 10), row(1, {"small", "96 KiB"}, 90, 20),
      row(2, {"large", "48 KiB"}, 300, 40), row(3, {"large", "96 KiB"}, 310, 80)};
  Row failed = row(4, {"huge", "48 KiB"}, 0, 0);
  failed.exit = EXIT_OUT_OF_TIME;
  failed.figures.clear();
  rows.push_back(failed);
  return rows;
}

TEST(Answers, TheFrontHasWhatNothingIsBetterThanInEveryRespect) {
  const auto answers = answer(study_of(), kAxes, rows_of());
  EXPECT_EQ(answers.rows, 5);
  EXPECT_EQ(answers.with_figures, 4);
  EXPECT_EQ(answers.feasible, 4);
  EXPECT_THAT(answers.front, ElementsAre(3, 2, 0));  // 1 is slower and larger than 0
}

TEST(Answers, ConstraintsLimitTheFrontAndEachIsToldWhatItCosts) {
  const auto answers = answer(study_of(50), kAxes, rows_of());
  EXPECT_EQ(answers.feasible, 3);
  EXPECT_THAT(answers.front, ElementsAre(2, 0));
  ASSERT_THAT(answers.best, SizeIs(4));
  EXPECT_EQ(answers.best[0].metric, "tokens_per_second");
  EXPECT_EQ(answers.best[0].row, 2);
  EXPECT_EQ(answers.best[1].without, "area");
  EXPECT_EQ(answers.best[1].row, 3);
  EXPECT_EQ(answers.best[1].value, 310);
  const auto none = answer(study_of(5), kAxes, rows_of());
  EXPECT_THAT(none.front, IsEmpty());
  EXPECT_FALSE(none.best[0].row.has_value());
}

TEST(Answers, SensitivityIsTheShareOfTheVarianceAnAxisExplainsAlone) {
  const auto answers = answer(study_of(), kAxes, rows_of());
  const auto& side = answers.sensitivities[0];
  EXPECT_EQ(side.axis, "side");
  EXPECT_EQ(side.metric, "tokens_per_second");
  // Means 95 and 305 around 200; the values 100, 90, 300, 310.
  EXPECT_DOUBLE_EQ(side.share, 44100.0 / 44200.0);
  ASSERT_THAT(side.values, SizeIs(2));
  EXPECT_EQ(side.values[1].value, "large");
  EXPECT_DOUBLE_EQ(side.values[1].mean, 305);
  EXPECT_EQ(side.values[1].best, 310);
  // Means over sram are alike: it decides nothing alone.
  EXPECT_EQ(answers.sensitivities[1].axis, "sram");
  EXPECT_DOUBLE_EQ(answers.sensitivities[1].share, 0);
  // Of an objective to be small the best is the least.
  EXPECT_EQ(answers.sensitivities[2].metric, "area");
  EXPECT_EQ(answers.sensitivities[2].values[1].best, 40);
}

TEST(Answers, ARowWithoutAFigureIsOnNoFrontAndKeepsNoConstraint) {
  auto rows = rows_of();
  rows[2].figures.erase("area");
  const auto answers = answer(study_of(1000), kAxes, rows);
  EXPECT_THAT(answers.front, ElementsAre(3, 0));
  EXPECT_EQ(answers.feasible, 3);
}

// The definition, all pairs.
bool dominated(const Row& row, const std::vector<Row>& rows) {
  return std::any_of(rows.begin(), rows.end(), [&](const Row& other) {
    const double speed =
        other.figures.at("tokens_per_second") - row.figures.at("tokens_per_second");
    const double area = row.figures.at("area") - other.figures.at("area");
    return speed >= 0 && area >= 0 && (speed > 0 || area > 0);
  });
}

TEST(Answers, TheFrontOfRandomRowsIsThatOfTheDefinition) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    std::vector<Row> rows;
    const int count = 1 + counter_below(seed, 0, 0, 40);
    for (int i = 0; i < count; ++i) {
      // Few different values, so that there are ties.
      rows.push_back(row(i, {"x", "y"}, counter_below(seed, 1, static_cast<std::uint64_t>(i), 8),
                         counter_below(seed, 2, static_cast<std::uint64_t>(i), 8)));
    }
    std::vector<std::int64_t> all(rows.size());
    std::iota(all.begin(), all.end(), 0);
    const Study study = study_of();
    const std::vector<Objective> objectives(study.objectives().begin(), study.objectives().end());
    auto front = pareto_front(rows, all, objectives);
    std::sort(front.begin(), front.end());
    std::vector<std::int64_t> expected;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (!dominated(rows[i], rows)) {
        expected.push_back(static_cast<std::int64_t>(i));
      }
    }
    EXPECT_EQ(front, expected) << "seed " << seed;
  }
}

TEST(Answers, TwoStudiesAreComparedWhereTheySetTheSame) {
  const auto before = rows_of();
  std::vector<Row> after = {row(0, {"48 KiB", "small"}, 150, 10),
                            row(1, {"48 KiB", "other"}, 1, 1)};
  const std::vector<std::string> axes = {"sram", "side"};
  const auto found = difference(study_of(), kAxes, before, axes, after);
  ASSERT_TRUE(found.ok()) << found.error().message;
  EXPECT_THAT(found->axes, ElementsAre("side", "sram"));
  ASSERT_THAT(found->rows, SizeIs(1));
  EXPECT_THAT(found->rows[0].values, ElementsAre("small", "48 KiB"));
  EXPECT_THAT(found->rows[0].before, ElementsAre(100, 10));
  EXPECT_THAT(found->rows[0].after, ElementsAre(150, 10));
  EXPECT_EQ(found->only_before, 3);
  EXPECT_EQ(found->only_after, 1);
}

TEST(Answers, StudiesThatCannotBeComparedAreRefusedWithTheCause) {
  const std::vector<std::string> other = {"seq", "batch"};
  EXPECT_THAT(difference(study_of(), kAxes, rows_of(), other, rows_of()).error().message,
              HasSubstr("no axis in common"));
  const std::vector<std::string> half = {"side", "seq"};
  EXPECT_THAT(difference(study_of(), kAxes, rows_of(), half, rows_of()).error().message,
              HasSubstr("the first study has several points with small"));
}

}  // namespace
}  // namespace weft::explore
