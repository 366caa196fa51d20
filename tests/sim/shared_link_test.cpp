// SPDX-License-Identifier: Apache-2.0
#include "sim/fabric/shared_link.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <vector>

namespace weft::sim {
namespace {

SharedLink link_of(int trees) {
  SharedLink link;
  for (int t = 0; t < trees; ++t) {
    link.add_tree(t);
  }
  return link;
}

TEST(SharedLink, TakingTurnsIsNoMeeting) {
  SharedLink link = link_of(2);
  for (int i = 0; i < 100; ++i) {
    link.use(0, i * 20, i * 20 + 9);
    link.use(1, i * 20 + 10, i * 20 + 19);
  }
  EXPECT_EQ(link.meetings(), 0);
}

TEST(SharedLink, OneCycleInCommonIsAMeeting) {
  SharedLink link = link_of(2);
  link.use(0, 0, 10);
  link.use(1, 10, 12);
  EXPECT_EQ(link.meetings(), 1);
}

TEST(SharedLink, AnEarlyUseReportedLateIsStillSeen) {
  SharedLink link = link_of(2);
  link.use(0, 100, 110);
  link.use(0, 300, 310);
  link.use(1, 50, 305);  // entered early, held up for long
  EXPECT_GE(link.meetings(), 1);
}

// Against the plain definition, on random uses reported in any interleaving of the trees.
TEST(SharedLink, AgreesWithAllPairs) {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    SharedLink link = link_of(3);
    std::vector<std::array<int, 3>> all;  // tree, first, last
    std::array<int, 3> clock{};
    for (int i = 0; i < 12; ++i) {
      const int tree = static_cast<int>(random() % 3);
      const int first = clock[static_cast<std::size_t>(tree)] + static_cast<int>(random() % 60) + 2;
      const int last = first + static_cast<int>(random() % 4);
      clock[static_cast<std::size_t>(tree)] = last;
      link.use(tree, first, last);
      all.push_back({tree, first, last});
    }
    bool met = false;
    for (const auto& a : all) {
      met = met || std::any_of(all.begin(), all.end(), [&](const auto& b) {
              return a[0] != b[0] && a[1] <= b[2] && b[1] <= a[2];
            });
    }
    EXPECT_EQ(link.meetings() > 0, met) << "round " << round;
  }
}

}  // namespace
}  // namespace weft::sim
