// SPDX-License-Identifier: Apache-2.0
#include "explore/record.h"

#include <gtest/gtest.h>

#include "explore/utf8.h"

namespace weft::explore {
namespace {

TEST(Record, IsTakenWholeOrNotAtAll) {
  const std::string first = record_of(std::string("a\0b", 3)), second = record_of("");
  const std::string all = first + second;
  std::string_view bytes = all;
  EXPECT_EQ(take_record(bytes), std::string_view("a\0b", 3));
  EXPECT_EQ(take_record(bytes), std::string_view());
  EXPECT_FALSE(take_record(bytes).has_value());
  for (std::size_t cut = 0; cut < first.size(); ++cut) {
    std::string_view part = std::string_view(first).substr(0, cut);
    EXPECT_FALSE(take_record(part).has_value()) << cut;
    EXPECT_EQ(part.size(), cut);
    std::string damaged = first;
    damaged[cut] = static_cast<char>(damaged[cut] ^ 1);
    std::string_view all_of_it = damaged;
    EXPECT_FALSE(take_record(all_of_it).has_value()) << cut;
  }
}

TEST(Utf8, KeepsWhatIsTextAndMarksWhatIsNot) {
  EXPECT_EQ(valid_utf8("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80"),
            "a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80");
  EXPECT_EQ(valid_utf8("\xA4x\xC3"), "?x?");
  EXPECT_EQ(valid_utf8("\xC0\x80\xED\xA0\x80\xF5"), "??????");
}

}  // namespace
}  // namespace weft::explore
