// SPDX-License-Identifier: Apache-2.0
#include "mapper/kernels/ring.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

namespace weft::mapper {
namespace {

TEST(Ring, GoesThroughEveryPositionInStepsOfAtMostTwoHops) {
  for (int length = 1; length <= 40; ++length) {
    const Ring ring(length);
    int at = 0;
    for (int step = 0; step < length; ++step) {
      EXPECT_EQ(ring.rank(at), step) << length;
      EXPECT_EQ(ring.previous(ring.next(at)), at) << length;
      EXPECT_LE(std::abs(ring.next(at) - at), ring.hops()) << length;
      at = ring.next(at);
    }
    EXPECT_EQ(at, 0) << length;
  }
}

TEST(Ring, NoTwoStreamsOfOneColorMeetAtARouter) {
  for (int length = 2; length <= 40; ++length) {
    const Ring ring(length);
    std::set<std::pair<int, int>> taken;  // color, router
    for (int from = 0; from < length; ++from) {
      const int to = ring.next(from);
      EXPECT_LT(ring.color(from), ring.colors());
      for (int at = std::min(from, to); at <= std::max(from, to); ++at) {
        EXPECT_TRUE(taken.emplace(ring.color(from), at).second) << length << ", router " << at;
      }
    }
  }
}

TEST(Ring, LongRingsHaveNoMorePlacesThanShortOnes) {
  EXPECT_EQ(Ring(1).places().size(), 1u);
  for (int length = 8; length <= 400; length += 13) {
    EXPECT_LE(Ring(length).places().size(), 9u) << length;
  }
}

}  // namespace
}  // namespace weft::mapper
