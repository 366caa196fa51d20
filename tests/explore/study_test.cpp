// SPDX-License-Identifier: Apache-2.0
#include "explore/study.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "explore/axes.h"
#include "fields_space.h"

namespace weft::explore {
namespace {

using ::testing::ElementsAre;
using testing::FieldsSpace;
using ::testing::HasSubstr;

constexpr const char* kStudy = R"(name: two_axes
base:
  mode: fast
axes:
  - path: a
    range: {from: "1", to: "3", step: "1"}
  - name: mesh
    paths: [side, b]
    values: ["10", "20"]
objectives:
  - metric: tokens_per_second
constraints:
  - metric: cycles
    at_most: 250
)";

std::string fault(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
  const auto file = parse_study(text, "study.yaml");
  if (!file) {
    return file.error().message;
  }
  FieldsSpace space;
  const auto axes = resolve_axes(file->study, file->places, space);
  return axes ? "" : axes.error().message;
}

TEST(Study, SpellsItsAxesOutAndTakesWhatIsLeftOut) {
  const auto file = parse_study(kStudy, "study.yaml");
  ASSERT_TRUE(file.ok()) << file.error().message;
  EXPECT_EQ(file->study.limits().seconds(), 600);
  EXPECT_EQ(file->study.limits().memory(), std::int64_t{4} << 30);
  EXPECT_EQ(file->study.objectives(0).goal(), Objective::GOAL_MAXIMIZE);
  FieldsSpace space;
  const auto axes = resolve_axes(file->study, file->places, space);
  ASSERT_TRUE(axes.ok()) << axes.error().message;
  ASSERT_EQ(axes->axes.size(), 2u);
  EXPECT_EQ(axes->axes[0].name, "a");
  EXPECT_EQ(axes->axes[1].name, "mesh");
  EXPECT_THAT(axes->texts_of({2, 1}), ElementsAre("3", "20"));
  EXPECT_THAT(axes->settings_of({2, 1}), ElementsAre(Setting{"mode", "fast"}, Setting{"a", "3"},
                                                     Setting{"side", "20"}, Setting{"b", "20"}));
}

TEST(Study, FaultsNameTheirPlaceAndTheNearestName) {
  EXPECT_THAT(
      fault(kStudy, "paths: [side, b]", "paths: [sied, b]"),
      HasSubstr("study.yaml:7:5: axes[1]: there is no field 'sied' (did you mean 'side'?)"));
  EXPECT_THAT(fault(kStudy, "path: a\n", "path: aa\n"), HasSubstr("there is no field 'aa'"));
  EXPECT_THAT(fault(kStudy, "  mode: fast", "  mod: fast"), HasSubstr("did you mean 'mode'?"));
  EXPECT_THAT(
      fault(kStudy, "metric: tokens_per_second", "metric: tokens_a_second"),
      HasSubstr("study.yaml:11:5: objectives[0].metric: 'tokens_a_second' is no metric (did "
                "you mean 'tokens_per_second'?)"));
  EXPECT_THAT(fault(kStudy, "axes:", "axis:"), HasSubstr("did you mean 'axes'"));
  EXPECT_THAT(fault(kStudy, "    at_most: 250\n", ""),
              HasSubstr("takes at_least, at_most or both"));
  EXPECT_THAT(fault(kStudy, "values: [\"10\", \"20\"]", "values: [\"10\", \"10\"]"),
              HasSubstr("'10' is there twice"));
  EXPECT_THAT(fault(kStudy, "    values: [\"10\", \"20\"]\n", ""),
              HasSubstr("takes one of values, range and log_range"));
  EXPECT_THAT(fault(kStudy, "name: mesh", "name: a"), HasSubstr("there is an axis 'a' before it"));
  EXPECT_THAT(fault(kStudy, "name: mesh", "name: area"),
              HasSubstr("'area' is a metric's name; call the axis something else"));
  EXPECT_THAT(fault(kStudy, "objectives:", "exclude: [\"mash > 3\"]\nobjectives:"),
              HasSubstr("'mash' is no axis and no field (did you mean 'mesh'?)"));
  EXPECT_THAT(fault(kStudy, "objectives:", "sampling: {method: random}\nobjectives:"),
              HasSubstr("takes points"));
  EXPECT_THAT(fault(kStudy, "objectives:", "sampling: {points: 4}\nobjectives:"),
              HasSubstr("a grid has as many as it has"));
  EXPECT_THAT(fault(kStudy, "objectives:",
                    "sampling: {rungs: [{fidelity: estimate}, {fidelity: timing}]}\nobjectives:"),
              HasSubstr("takes keep"));
}

TEST(Study, AnAxisWithoutValuesIsToldOfAndAConditionMayNameIt) {
  EXPECT_THAT(fault(kStudy, "objectives:", "exclude: [a > 1]\nobjectives:"), "");
  std::string text = kStudy;
  text.replace(text.find("to: \"3\""), 7, "to: \"x\"");
  EXPECT_THAT(fault(text, "objectives:", "exclude: [a > 1]\nobjectives:"),
              HasSubstr("axes[0].range: 'x' is no number"));
}

TEST(Study, AllFaultsComeInOnePass) {
  const std::string message =
      fault(kStudy, "  mode: fast\naxes:", "  mod: fast\n  moed: slow\naxes:");
  EXPECT_THAT(message, HasSubstr("'mod'"));
  EXPECT_THAT(message, HasSubstr("'moed'"));
}

}  // namespace
}  // namespace weft::explore
