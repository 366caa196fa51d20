// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

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

TEST(Overrides, ARunSaysItOnStandardError) {
  const Words run = run_fable({"--prompt", "x", "--new-tokens", "1", "--data", "off", "--json"});
  EXPECT_THAT(warnings(run + Words{"--set", "fabric.colors=24"}),
              ElementsAre("weft: --set fabric.colors=24 changes nothing: it is the value already"));
}

}  // namespace
}  // namespace weft::cli
