// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/cli/refusal.h"

namespace weft::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Words warnings(const Words& words) {
  const Workplace place;
  const Outcome outcome = place.weft(words);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  return outcome.error_lines();
}

Words shown(const Words& overrides) {
  Words words{"arch", "show", "mesh32"};
  for (const std::string& assignment : overrides) {
    words = words + Words{"--set", assignment};
  }
  return warnings(words);
}

TEST(Overrides, OneThatChangesNothingIsWarnedAbout) {
  EXPECT_THAT(shown({"tile.sram=64 KiB"}),
              ElementsAre("weft: --set tile.sram=64 KiB changes nothing: it is the value already"));
  EXPECT_THAT(shown({"grid={width: 32, height: 32}"}),
              ElementsAre("weft: --set grid={width: 32, height: 32} changes nothing: it is the "
                          "value already"));
  // The same number in another unit.
  EXPECT_THAT(
      shown({"frequency=0.85GHz"}),
      ElementsAre("weft: --set frequency=0.85GHz changes nothing: it is the value already"));
}

TEST(Overrides, OneThatChangesSomethingIsNot) {
  EXPECT_THAT(shown({"tile.sram=63 KiB"}), IsEmpty());
  EXPECT_THAT(shown({"name=mine"}), IsEmpty());
}

TEST(Overrides, TheEarlierOnesCount) {
  EXPECT_THAT(shown({"tile.sram=96 KiB", "tile.sram=64 KiB"}), IsEmpty());
  EXPECT_THAT(shown({"tile.sram=96 KiB", "tile.sram=96 KiB"}),
              ElementsAre("weft: --set tile.sram=96 KiB changes nothing: it is the value already"));
}

const Words small_run = run_fable({"--prompt", "x", "--new-tokens", "1", "--json"});

TEST(Overrides, ARunSaysItOnStandardError) {
  const Words run = small_run + Words{"--data", "off"};
  EXPECT_THAT(warnings(run + Words{"--set", "fabric.colors=24"}),
              ElementsAre("weft: --set fabric.colors=24 changes nothing: it is the value already"));
}

TEST(Overrides, OneThatChangesNoFigureOfARunIsWarnedAbout) {
  const Words useless{"--set", "fabric.colors=23", "--set", "description=mine"};
  for (const char* data : {"on", "off"}) {
    EXPECT_THAT(warnings(small_run + useless + Words{"--data", data}),
                ElementsAre("weft: --set fabric.colors=23 changed no figure of this run",
                            "weft: --set description=mine changed no figure of this run"));
  }
  const Workplace place;
  const Outcome outcome = place.weft(small_run + useless);
  EXPECT_TRUE(nlohmann::json::accept(outcome.out));
}

TEST(Overrides, OneThatChangesAFigureOfARunIsNot) {
  for (const char* assignment :
       {"fabric.ramp_latency=5 cycles", "tile.tensor_macs.f16=8", "frequency=1GHz", "name=mine"}) {
    EXPECT_THAT(warnings(small_run + Words{"--set", assignment}), IsEmpty()) << assignment;
  }
  // Neither would be a machine, or fit, without the other.
  EXPECT_THAT(warnings(small_run + Words{"--set", "fabric.hop_latency=2 cycles", "--set",
                                         "fabric.places_per_hop=2"}),
              IsEmpty());
}

// It costs no time, so figures do not tell.
TEST(Overrides, OneThatChangesValuesAloneIsWarnedAboutWhereThereAreNone) {
  const Words sums{"--set", "tile.accumulator=f16"};
  EXPECT_THAT(warnings(small_run + sums), IsEmpty());
  EXPECT_THAT(warnings(small_run + sums + Words{"--data", "off"}),
              ElementsAre("weft: --set tile.accumulator=f16 changed no figure of this run"));
}

TEST(Overrides, OneThatALaterOneTakesBackChangedNothing) {
  EXPECT_THAT(warnings(small_run + Words{"--set", "frequency=1GHz", "--set", "frequency=2GHz"}),
              ElementsAre("weft: --set frequency=1GHz changed no figure of this run"));
}

TEST(Overrides, ALongRunSaysThatItWasNotLookedAt) {
  const Words run = run_fable(
      {"--prompt", "x", "--new-tokens", "200", "--data", "off", "--set", "fabric.colors=23"});
  EXPECT_THAT(warnings(run),
              ElementsAre(testing::AllOf(
                  testing::StartsWith(
                      "weft: whether each --set changed a figure was not looked at: the run has "),
                  testing::EndsWith(" instructions, more than 4,000,000"))));
}

}  // namespace
}  // namespace weft::cli
