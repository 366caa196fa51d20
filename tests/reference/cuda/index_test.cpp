// SPDX-License-Identifier: Apache-2.0
#include "reference/cuda/index.h"

#include <gtest/gtest.h>

#include <set>

namespace weft::reference::cuda {
namespace {

TEST(RopePairOf, EveryElementIsInOnePair) {
  const int heads = 3, dim = 10, rows = 4;
  std::set<std::int64_t> seen;
  for (std::int64_t i = 0; i < rows * heads * dim / 2; ++i) {
    const RopePair at = rope_pair(i, heads, dim);
    EXPECT_EQ(at.high - at.low, dim / 2);
    EXPECT_EQ(at.low, (at.row * heads + at.head) * dim + at.pair);
    EXPECT_LT(at.pair, dim / 2);
    EXPECT_LT(at.head, heads);
    EXPECT_LT(at.row, rows);
    seen.insert({at.low, at.high});
  }
  EXPECT_EQ(seen.size(), std::size_t{rows} * heads * dim);
  EXPECT_EQ(*seen.rbegin(), rows * heads * dim - 1);
}

TEST(KvHeadOf, NeighborsShareAHead) {
  EXPECT_EQ(kv_head_of(0, 32, 8), 0);
  EXPECT_EQ(kv_head_of(3, 32, 8), 0);
  EXPECT_EQ(kv_head_of(4, 32, 8), 1);
  EXPECT_EQ(kv_head_of(31, 32, 8), 7);
  EXPECT_EQ(kv_head_of(5, 6, 6), 5);
}

TEST(SplitRange, RangesAreTheKeysInOrder) {
  for (int keys = 1; keys < 70; ++keys) {
    for (int splits = 1; splits < 20; ++splits) {
      int next = 0;
      for (int split = 0; split < splits; ++split) {
        const KeyRange range = split_range(keys, splits, split);
        EXPECT_EQ(range.begin, next);
        EXPECT_LE(range.begin, range.end);
        next = range.end;
      }
      EXPECT_EQ(next, keys);
    }
  }
}

TEST(CacheShape, EveryPlaceIsItsOwn) {
  const CacheShape shape{3, 5, 4};
  std::set<std::int64_t> seen;
  for (int sequence = 0; sequence < 2; ++sequence) {
    for (int head = 0; head < 3; ++head) {
      for (int position = 0; position < 5; ++position) {
        seen.insert(shape.offset(sequence, head, position));
      }
    }
  }
  EXPECT_EQ(seen.size(), 30U);
  EXPECT_EQ(*seen.rbegin(), 29 * 4);
  EXPECT_EQ(shape.offset(1, 0, 0), shape.per_sequence());
}

TEST(Steps, RowsAreSequencesOneAfterTheOther) {
  const int first = 7;
  const Steps steps{&first, 3};
  EXPECT_EQ(steps.position_of(0), 7);
  EXPECT_EQ(steps.position_of(5), 9);
  EXPECT_EQ(steps.sequence_of(2), 0);
  EXPECT_EQ(steps.sequence_of(3), 1);
}

}  // namespace
}  // namespace weft::reference::cuda
