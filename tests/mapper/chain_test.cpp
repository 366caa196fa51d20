// SPDX-License-Identifier: Apache-2.0
#include "mapper/chain.h"

#include <gtest/gtest.h>

#include <numeric>

namespace weft::mapper {
namespace {

using Kind = ChainPlace::Kind;

TEST(Chain, PlacesOfFiveTiles) {
  const ChainAxis axis{5, 1, 5, true};
  EXPECT_EQ(axis.root(), 2);
  EXPECT_EQ(axis.place(0), (ChainPlace{Kind::first, false, 1, false, false}));
  EXPECT_EQ(axis.place(1), (ChainPlace{Kind::middle, false, 0, false, false}));
  EXPECT_EQ(axis.place(2), (ChainPlace{Kind::root, false, 0, true, true}));
  EXPECT_EQ(axis.place(3), (ChainPlace{Kind::middle, true, 0, false, false}));
  EXPECT_EQ(axis.place(4), (ChainPlace{Kind::first, true, 1, false, false}));
}

TEST(Chain, ShortAxes) {
  EXPECT_EQ((ChainAxis{1, 1, 1, true}.place(0).kind), Kind::alone);
  const ChainAxis two{2, 1, 2, true};
  EXPECT_EQ(two.place(0).kind, Kind::first);
  EXPECT_EQ(two.place(1), (ChainPlace{Kind::root, false, 0, true, false}));
}

TEST(Chain, TilesPastTheLastGroupStandOutside) {
  const ChainAxis axis{3, 4, 13, true};
  EXPECT_EQ(axis.place(11).kind, Kind::first);
  EXPECT_EQ(axis.place(12).kind, Kind::outside);
}

// A tile sends on one flow and receives on another, in every chain of every length.
TEST(Chain, NeighboringLinksUseDifferentFlows) {
  for (int length = 2; length < 40; ++length) {
    const ChainAxis axis{length, 1, length, true};
    for (int i = 0; i + 1 < length; ++i) {
      const ChainPlace here = axis.place(i);
      const ChainPlace next = axis.place(i + 1);
      if (here.kind == Kind::middle && next.kind == Kind::middle && here.right == next.right) {
        EXPECT_NE(here.parity, next.parity);
      }
    }
  }
}

TEST(Chain, RoutesStayInsideTheRegion) {
  FlowColors colors;
  std::iota(colors.begin(), colors.end(), 0);
  const weft::Rect region{4, 2, 7, 3};
  for (const isa::Route& route : chain_routes({7, 1, 7, true}, colors, region)) {
    const auto& x = route.tiles().x();
    EXPECT_GE(x.first(), 4);
    EXPECT_LT(x.first() + (x.count() - 1) * x.step(), 11);
    EXPECT_EQ(route.tiles().y().first(), 2);
    EXPECT_EQ(route.tiles().y().count(), 3);
  }
}

TEST(Chain, StridesCoverTheIndicesOnce) {
  for (const std::vector<int>& indices :
       {std::vector<int>{}, {3}, {1, 2}, {1, 3, 5, 7}, {0, 5, 6, 7, 8}, {0, 1, 9, 10, 12, 14}}) {
    std::vector<int> covered;
    for (const weft::Stride& stride : to_strides(indices)) {
      for (int i = 0; i < stride.count; ++i) {
        covered.push_back(stride.first + i * stride.step);
      }
    }
    EXPECT_EQ(covered, indices);
  }
}

}  // namespace
}  // namespace weft::mapper
