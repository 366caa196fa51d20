// SPDX-License-Identifier: Apache-2.0
#include "traces/layout.h"

#include <gmock/gmock.h>

namespace weft::traces {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Layout, ClipsAndPadsByCodePoint) {
  EXPECT_EQ(columns_of("µs█"), 3U);
  EXPECT_EQ(clip("28 µs", 5), "28 µs");
  EXPECT_EQ(clip("28 µs!", 5), "28 µ…");
  EXPECT_EQ(clip("abc", 0), "");
  EXPECT_EQ(pad_right("µ", 3), "µ  ");
  EXPECT_EQ(pad_left("µ", 3), "  µ");
}

TEST(Layout, BarsCountEighthsAndShowAnythingAboveZero) {
  EXPECT_EQ(bar(0, 10), "");
  EXPECT_EQ(bar(1e-9, 10), "▏");
  EXPECT_EQ(bar(0.5, 4), "██");
  EXPECT_EQ(bar(0.5, 3), "█▌");
  EXPECT_EQ(bar(7, 2), "██");
}

TEST(Layout, WrapBreaksAtSpacesAndClipsTheLastLine) {
  EXPECT_THAT(wrap("", 10, 3), IsEmpty());
  EXPECT_THAT(wrap("one two three", 8, 3), ElementsAre("one two", "three"));
  EXPECT_THAT(wrap("one two three four five", 8, 2), ElementsAre("one two", "three f…"));
  EXPECT_THAT(wrap("abcdefghij", 4, 3), ElementsAre("abcd", "efgh", "ij"));
  EXPECT_THAT(wrap("four five", 4, 2), ElementsAre("four", "five"));
}

TEST(Layout, ValidUtf8ReplacesOnlyWhatIsBroken) {
  EXPECT_EQ(valid_utf8("Æsop █ 🦊"), "Æsop █ 🦊");
  EXPECT_EQ(valid_utf8("cut \xF0\x9F\xA6"), "cut \uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(valid_utf8("\xC0\x80"), "\uFFFD\uFFFD");
  EXPECT_EQ(valid_utf8("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(valid_utf8("a\xFFz"), "a\uFFFDz");
}

TEST(Layout, UnitsScale) {
  EXPECT_EQ(human_seconds(1.5), "1.500 s");
  EXPECT_EQ(human_seconds(0.001452), "1.452 ms");
  EXPECT_EQ(human_seconds(28.3e-6), "28.30 µs");
  EXPECT_EQ(human_seconds(0), "0.000 ns");
  EXPECT_EQ(human_seconds(4321), "4321 s");
  EXPECT_EQ(human_hertz(850e6), "850 MHz");
  EXPECT_EQ(human_hertz(1.1e9), "1.1 GHz");
}

}  // namespace
}  // namespace weft::traces
