// SPDX-License-Identifier: Apache-2.0
// A whole model on both engines: the same cycles, bins of every tile and bits of every tensor.
#include "tests/whole/word_engine.h"

namespace weft {
namespace {

TEST(WordEngine, AgreesOnDecodeAndPrefillOfAWholeModel) { expect_engines_agree("mesh8", "8x8", 0); }

TEST(WordEngine, AgreesOnAnOddRegion) { expect_engines_agree("mesh32", "13x7", 0); }

// Cores that begin at random times meet each other's words in other states of the places.
TEST(WordEngine, AgreesUnderRandomSkews) {
  for (const int most : {3, 40, 2000}) {
    expect_engines_agree("mesh8", "8x8", most);
  }
  expect_engines_agree("mesh32", "13x7", 100);
}

}  // namespace
}  // namespace weft
