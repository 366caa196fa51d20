// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/host_device.h"

/// Where things lie: the index arithmetic of the kernels, the same on host and GPU.
namespace weft::reference::cuda {

/// The pair of elements that the `index`-th rotation turns, x being (rows, heads * head_dim).
struct RopePair {
  std::int64_t low = 0;
  std::int64_t high = 0;
  std::int64_t row = 0;
  int head = 0;
  int pair = 0;
};

WEFT_HOST_DEVICE inline RopePair rope_pair(std::int64_t index, int heads, int head_dim) {
  const int half = head_dim / 2;
  RopePair at;
  at.pair = static_cast<int>(index % half);
  at.head = static_cast<int>(index / half % heads);
  at.row = index / half / heads;
  at.low = (at.row * heads + at.head) * head_dim + at.pair;
  at.high = at.low + half;
  return at;
}

WEFT_HOST_DEVICE inline int kv_head_of(int head, int heads, int kv_heads) {
  return head / (heads / kv_heads);
}

struct KeyRange {
  int begin = 0;
  int end = 0;
};

/// The keys of split `split`; the last ones may be empty.
WEFT_HOST_DEVICE inline KeyRange split_range(int keys, int splits, int split) {
  const int each = (keys + splits - 1) / splits;
  const int begin = split * each < keys ? split * each : keys;
  return {begin, begin + each < keys ? begin + each : keys};
}

/// Rows of activations are sequences one after the other, each `rows` new positions that begin at
/// `*first`, which lies on the device so that a captured graph can go on from where it is.
struct Steps {
  const int* first = nullptr;
  int rows = 1;

  WEFT_HOST_DEVICE std::int64_t sequence_of(std::int64_t row) const { return row / rows; }
  WEFT_HOST_DEVICE int position_of(std::int64_t row) const {
    return *first + static_cast<int>(row % rows);
  }
};

/// Keys, or values, of one layer: (sequences, kv_heads, capacity, head_dim).
struct CacheShape {
  int kv_heads = 1;
  int capacity = 1;
  int head_dim = 1;

  WEFT_HOST_DEVICE std::int64_t offset(std::int64_t sequence, int kv_head, int position) const {
    return ((sequence * kv_heads + kv_head) * capacity + position) * head_dim;
  }
  WEFT_HOST_DEVICE std::int64_t per_sequence() const {
    return std::int64_t{1} * kv_heads * capacity * head_dim;
  }
};

}  // namespace weft::reference::cuda
