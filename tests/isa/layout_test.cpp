// SPDX-License-Identifier: Apache-2.0
#include "isa/layout.h"

#include <gtest/gtest.h>

#include <vector>

namespace weft::isa {
namespace {

/// How often each logical index of an axis is held, over all its parts.
std::vector<int> times_held(const Axis& axis) {
  std::vector<int> times(static_cast<std::size_t>(axis.size()));
  for (int part = 0; part < axis.parts(); ++part) {
    for (int i = 0; i < axis.local(); ++i) {
      if (const auto index = logical_index(axis, part, i); index != -1) {
        EXPECT_GE(index, 0);
        EXPECT_LT(index, axis.size());
        ++times.at(static_cast<std::size_t>(index));
      }
    }
  }
  return times;
}

void expect_each_held_once(const Axis& axis) {
  EXPECT_EQ(times_held(axis), std::vector<int>(static_cast<std::size_t>(axis.size()), 1))
      << axis.ShortDebugString();
}

TEST(Layout, BlocksAndCyclesCoverEveryIndexOnce) {
  for (const int size : {1, 7, 8, 9, 100, 128}) {
    for (const int parts : {1, 2, 3, 7, 8, 13}) {
      expect_each_held_once(block_axis(Axis::X, size, parts));
      expect_each_held_once(cyclic_axis(Axis::Y, size, parts));
    }
  }
}

TEST(Layout, BlocksPadTheLastPart) {
  const Axis axis = block_axis(Axis::X, 10, 4);
  EXPECT_EQ(axis.local(), 3);
  EXPECT_EQ(logical_index(axis, 0, 0), 0);
  EXPECT_EQ(logical_index(axis, 2, 1), 7);
  EXPECT_EQ(logical_index(axis, 3, 0), 9);
  EXPECT_EQ(logical_index(axis, 3, 1), -1);
}

TEST(Layout, CyclesDealIndicesOut) {
  const Axis axis = cyclic_axis(Axis::Y, 10, 4);
  EXPECT_EQ(logical_index(axis, 1, 0), 1);
  EXPECT_EQ(logical_index(axis, 1, 2), 9);
  EXPECT_EQ(logical_index(axis, 2, 2), -1);
}

TEST(Layout, ReplicasAllHoldAll) {
  const Axis axis = replicated_axis(5);
  for (int part = 0; part < 3; ++part) {
    for (int i = 0; i < 5; ++i) {
      EXPECT_EQ(logical_index(axis, part, i), i);
    }
  }
}

TEST(Layout, OneTileAmongReplicasOwns) {
  const Axis along_x = block_axis(Axis::X, 8, 4);
  EXPECT_TRUE(is_owner(along_x, 3, 0));
  EXPECT_FALSE(is_owner(along_x, 3, 1));
  const Axis along_y = block_axis(Axis::Y, 8, 4);
  EXPECT_TRUE(is_owner(along_y, 0, 3));
  EXPECT_FALSE(is_owner(along_y, 1, 3));
  EXPECT_TRUE(is_owner(replicated_axis(8), 0, 0));
  EXPECT_FALSE(is_owner(replicated_axis(8), 1, 0));
  EXPECT_EQ(part_of(along_x, 3, 5), 3);
  EXPECT_EQ(part_of(along_y, 3, 5), 5);
  EXPECT_EQ(part_of(replicated_axis(8), 3, 5), 0);
}

TEST(Layout, ProbesWithSplitRowsAreOwnedByEveryTileAlongThem) {
  Probe probe;
  *probe.mutable_columns() = block_axis(Axis::X, 8, 4);
  EXPECT_FALSE(is_owner(probe, 3, 1));
  probe.set_rows(Axis::Y);
  EXPECT_TRUE(is_owner(probe, 3, 1));
  *probe.mutable_columns() = replicated_axis(8);
  EXPECT_TRUE(is_owner(probe, 0, 3));
  EXPECT_FALSE(is_owner(probe, 1, 3));
}

struct Heads {
  int columns, groups, heads_per_group, head_dim;
};

class LayoutOfHeads : public testing::TestWithParam<Heads> {
 protected:
  HeadSplit split_ = HeadSplit::over(GetParam().columns, GetParam().groups,
                                     GetParam().heads_per_group, GetParam().head_dim);
};

TEST_P(LayoutOfHeads, CoversEveryElementOnce) {
  expect_each_held_once(split_.axis(GetParam().heads_per_group));
  expect_each_held_once(split_.axis(1));
}

TEST_P(LayoutOfHeads, KeepsRotateHalfPairsOnOneTile) {
  const Axis axis = split_.axis(GetParam().heads_per_group);
  const int pairs = split_.pairs_per_column;
  const int half = GetParam().head_dim / 2;
  for (int part = 0; part < axis.parts(); ++part) {
    for (int start = 0; start < axis.local(); start += 2 * pairs) {
      for (int p = 0; p < pairs; ++p) {
        const auto low = logical_index(axis, part, start + p);
        const auto high = logical_index(axis, part, start + pairs + p);
        EXPECT_EQ(low == -1, high == -1);
        EXPECT_TRUE(low == -1 || high - low == half);
      }
    }
  }
}

TEST_P(LayoutOfHeads, HasTheAnglesOfItsPairs) {
  const Axis axis = split_.axis(1);
  const Axis angles = split_.pairs();
  for (int part = 0; part < axis.parts(); ++part) {
    for (int p = 0; p < split_.pairs_per_column; ++p) {
      const auto element = logical_index(axis, part, p);
      if (element != -1) {
        EXPECT_EQ(logical_index(angles, part, p), element % GetParam().head_dim);
      }
    }
  }
}

TEST_P(LayoutOfHeads, PutsQueriesWithTheirKeys) {
  const Axis queries = split_.axis(GetParam().heads_per_group);
  const Axis keys = split_.axis(1);
  const int head_dim = GetParam().head_dim;
  const int length = split_.local_head_dim();
  for (int part = 0; part < queries.parts(); ++part) {
    for (int i = 0; i < queries.local(); ++i) {
      const auto query = logical_index(queries, part, i);
      if (query == -1) {
        continue;
      }
      const int slot = i / (length * GetParam().heads_per_group);
      const auto key = logical_index(keys, part, slot * length + i % length);
      EXPECT_EQ(key / head_dim, query / head_dim / GetParam().heads_per_group);
      EXPECT_EQ(key % head_dim, query % head_dim);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, LayoutOfHeads,
                         testing::Values(Heads{32, 4, 2, 16}, Heads{8, 4, 2, 16},
                                         Heads{8, 8, 1, 32}, Heads{13, 4, 2, 16},
                                         Heads{13, 4, 2, 32}, Heads{3, 8, 4, 16},
                                         Heads{1, 4, 2, 32}, Heads{7, 1, 1, 6},
                                         Heads{100, 2, 3, 4}));

}  // namespace
}  // namespace weft::isa
