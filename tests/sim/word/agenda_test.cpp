// SPDX-License-Identifier: Apache-2.0
#include "sim/word/agenda.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace weft::sim::word {
namespace {

TEST(Agenda, IsEmptyAtFirst) { EXPECT_EQ(Agenda().next(), INT64_MAX); }

TEST(Agenda, GivesEveryEntryInItsCycle) {
  std::mt19937_64 random(5);
  for (const std::int64_t reach : {3, 100, 4095, 4096, 4097, 50000}) {
    Agenda agenda;
    std::map<std::int64_t, std::vector<std::int32_t>> expected;
    std::int64_t now = -1;
    for (std::int32_t i = 0; i < 4000; ++i) {
      const std::int64_t cycle =
          now + 1 + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(reach));
      agenda.add(cycle, i);
      expected[cycle].push_back(i);
      ASSERT_EQ(agenda.next(), expected.begin()->first) << reach;
      if (random() % 3 == 0) {
        now = expected.begin()->first;
        std::vector<std::int32_t> due;
        agenda.take(now, due);
        std::sort(due.begin(), due.end());
        ASSERT_EQ(due, expected.begin()->second) << reach;
        expected.erase(expected.begin());
      }
    }
  }
}

TEST(Agenda, TakesCyclesInWhichNothingIsDue) {
  Agenda agenda;
  agenda.add(9, 1);
  std::vector<std::int32_t> due;
  agenda.take(4, due);
  EXPECT_TRUE(due.empty());
  EXPECT_EQ(agenda.next(), 9);
}

}  // namespace
}  // namespace weft::sim::word
