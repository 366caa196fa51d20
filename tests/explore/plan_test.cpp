// SPDX-License-Identifier: Apache-2.0
#include "explore/plan.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "explore/sampling.h"
#include "fields_space.h"

namespace weft::explore {
namespace {

using ::testing::ElementsAre;
using testing::FieldsSpace;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Planned {
  PlanOutcome outcome;
  std::vector<PlannedPoint> points;
  std::vector<Job> jobs;

  std::vector<std::string> texts() const {
    std::vector<std::string> texts;
    for (const PlannedPoint& point : points) {
      texts.push_back(fmt::format("{}", fmt::join(point.values, " ")));
    }
    return texts;
  }
};

Planned planned(const std::string& rest, std::int64_t limit = 0) {
  Planned result;
  const auto file = parse_study("name: s\n" + rest, "study.yaml");
  EXPECT_TRUE(file.ok()) << file.error().message;
  FieldsSpace space;
  const auto axes = resolve_axes(file->study, file->places, space);
  EXPECT_TRUE(axes.ok()) << axes.error().message;
  const auto outcome =
      plan_study(*file, *axes, space, limit, [&](const PlanBatch& batch) -> Status {
        result.points.insert(result.points.end(), batch.points.begin(), batch.points.end());
        result.jobs.insert(result.jobs.end(), batch.jobs.begin(), batch.jobs.end());
        return {};
      });
  EXPECT_TRUE(outcome.ok());
  result.outcome = *outcome;
  return result;
}

constexpr const char* kTwo =
    "axes:\n"
    "  - {path: a, values: [\"1\", \"2\"]}\n"
    "  - {path: mode, values: [plain, fast]}\n"
    "  - {path: b, values: [\"7\", \"8\"], when: \"mode == 'fast'\"}\n";

TEST(Plan, AGridHasEveryCombinationOnceAndTheLastAxisVariesFastest) {
  EXPECT_THAT(planned(kTwo).texts(), ElementsAre("1 plain -", "1 fast 7", "1 fast 8", "2 plain -",
                                                 "2 fast 7", "2 fast 8"));
  EXPECT_THAT(planned(std::string(kTwo) + "exclude: [\"a == 1 and mode == 'fast'\"]\n").texts(),
              ElementsAre("1 plain -", "2 plain -", "2 fast 7", "2 fast 8"));
  EXPECT_THAT(planned(kTwo, 2).texts(), ElementsAre("1 plain -", "1 fast 7"));
}

TEST(Plan, ConditionsComputeWithAxesOfSeveralFieldsByTheirNames) {
  EXPECT_THAT(planned("axes:\n"
                      "  - {name: mesh, paths: [side, a], values: [\"2\", \"3\"]}\n"
                      "  - {path: sram, values: [1 KiB, 2 KiB]}\n"
                      "exclude: [mesh * side * sram > 8 KiB]\n")
                  .texts(),
              ElementsAre("2 1 KiB", "2 2 KiB"));
  // An idle axis counts with the base of its field.
  EXPECT_THAT(planned("base: {b: \"5\"}\n"
                      "axes:\n"
                      "  - {path: mode, values: [plain, fast]}\n"
                      "  - {name: x, path: b, values: [\"1\", \"2\"], when: mode == 'fast'}\n"
                      "exclude: [x > 1]\n")
                  .texts(),
              ElementsAre("fast 1"));
}

TEST(Plan, KeysDependOnTheTaskAndOnNothingElse) {
  const Planned plan = planned(kTwo);
  std::set<std::string> keys;
  for (const PlannedPoint& point : plan.points) {
    keys.insert(point.key);
  }
  EXPECT_THAT(keys, SizeIs(6));
  // Said as a base or turned by an axis of another name: the same jobs.
  const Planned other = planned(
      "base: {mode: plain}\naxes: [{name: x, path: a, values: [\"2\", \"1\"]}]\nlimits: {seconds: "
      "5}");
  ASSERT_THAT(other.points, SizeIs(2));
  EXPECT_EQ(other.points[1].key, plan.points[0].key);
  EXPECT_EQ(other.points[0].key, plan.points[3].key);
  // Looked at more closely it is another one.
  const Planned closer =
      planned("base: {mode: plain}\naxes: [{path: a, values: [\"1\"]}]\nfidelity: sampled");
  EXPECT_NE(closer.points[0].key, plan.points[0].key);
}

TEST(Plan, APointThatCannotBeIsKeptWithItsReason) {
  const Planned plan = planned("axes: [{path: b, values: [\"80\", \"95\"]}]");
  EXPECT_EQ(plan.outcome.points, 2);
  EXPECT_EQ(plan.outcome.refused, 1);
  EXPECT_EQ(plan.outcome.first_refusal, "b 95: at most 90");
  EXPECT_EQ(plan.points[1].refusal, "b 95: at most 90");
  EXPECT_EQ(plan.points[1].key, "");
  EXPECT_THAT(plan.jobs, SizeIs(1));
}

TEST(Plan, AnAxisThatChangesNothingIsWarnedAbout) {
  const Planned idle =
      planned("axes: [{path: unused, values: [\"1\", \"2\"]}, {path: a, values: [\"1\", \"2\"]}]");
  EXPECT_THAT(idle.outcome.warnings, ElementsAre(HasSubstr("axis unused changes nothing")));
  EXPECT_THAT(planned(kTwo).outcome.warnings, IsEmpty());
  const Planned alike = planned(
      "axes:\n"
      "  - name: kind\n"
      "    choices: [{name: x, set: {a: \"1\"}}, {name: y, set: {a: \"1\"}}, {name: z, set: {a: "
      "\"2\"}}]\n");
  EXPECT_THAT(alike.outcome.warnings, ElementsAre("axis kind: 'x' and 'y' come to the same task"));
}

const char* kDrawn =
    "axes:\n"
    "  - {path: a, range: {from: \"0\", to: \"99\", step: \"1\"}}\n"
    "  - {path: b, range: {from: \"0\", to: \"49\", step: \"1\"}}\n";

std::string drawn(const char* method, int points, int seed) {
  return fmt::format("{}sampling: {{method: {}, points: {}, seed: {}}}\n", kDrawn, method, points,
                     seed);
}

TEST(Plan, PointsAreDrawnByTheSeedAloneAndNoneTwice) {
  for (const char* method : {"random", "latin_hypercube"}) {
    const auto one = planned(drawn(method, 200, 1)).texts();
    EXPECT_THAT(std::set<std::string>(one.begin(), one.end()), SizeIs(200)) << method;
    EXPECT_EQ(one, planned(drawn(method, 200, 1)).texts()) << method;
    EXPECT_NE(one, planned(drawn(method, 200, 2)).texts()) << method;
  }
}

TEST(Plan, ALatinHypercubeSpreadsEvenlyAlongEachAxis) {
  const Planned plan = planned(drawn("latin_hypercube", 100, 3));
  ASSERT_THAT(plan.points, SizeIs(100));
  std::map<std::string, int> a, b;
  for (const PlannedPoint& point : plan.points) {
    ++a[point.values[0]];
    ++b[point.values[1]];
  }
  EXPECT_THAT(a, SizeIs(100));  // each once
  EXPECT_THAT(b, SizeIs(50));   // each twice
  for (const auto& [value, count] : b) {
    EXPECT_EQ(count, 2) << value;
  }
}

TEST(Plan, WhereThereAreFewerPointsThanAskedForAllAreTakenAndTold) {
  for (const char* method : {"random", "latin_hypercube"}) {
    const Planned plan =
        planned(fmt::format("axes: [{{path: a, values: [\"1\", \"2\", \"3\"]}}]\n"
                            "exclude: [\"a == 2\"]\n"
                            "sampling: {{method: {}, points: 9}}\n",
                            method));
    EXPECT_THAT(plan.points, SizeIs(2)) << method;
    EXPECT_THAT(plan.outcome.warnings,
                ElementsAre("sampling: 9 points were asked for, 2 different ones were found"));
  }
}

}  // namespace
}  // namespace weft::explore
