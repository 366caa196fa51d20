// SPDX-License-Identifier: Apache-2.0
// The same on a thousand tiles.
#include "tests/whole/word_engine.h"

namespace weft {
namespace {

TEST(WordEngineSlow, AgreesOnAThousandTiles) { expect_engines_agree("mesh32", "32x32", 0); }

TEST(WordEngineSlow, AgreesOnAThousandTilesUnderRandomSkews) {
  expect_engines_agree("mesh32", "32x32", 300);
}

}  // namespace
}  // namespace weft
