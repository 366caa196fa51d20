// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reference/cuda/attention.h"

/// Decode attention: one row a sequence, its keys split over blocks. A block reads each key and
/// value once for all query heads that share them; a second kernel joins the splits.
namespace weft::reference::cuda {

/// What a split leaves: sums (rows, heads, splits, head_dim), largest score and sum of weights
/// (rows, heads, splits).
struct SplitParts {
  float* mixed;
  float* largest;
  float* sum;
  int splits;
};

/// Block (split, kv_head, row). A group of head_dim / Pack<T>::size lanes, a power of two up to a
/// warp, takes a key at a time; heads = Sharing * kv_heads. Shared: groups of the block times
/// Sharing times (head_dim + 2) floats.
template <class T, int Sharing>
struct AttentionSplit {
  AttentionTask<T> task;
  SplitParts parts;

  template <class Thread>
  WEFT_KERNEL void operator()(const Thread& t) const {
    constexpr int size = Pack<T>::size;
    const int dim = task.shape.head_dim;
    const int lanes = dim / size;
    const int groups = t.threads() / lanes;
    const int group = t.x() / lanes;
    const int column = t.x() % lanes * size;
    const int split = t.block();
    const int kv_head = t.block_y();
    const int row = t.block_z();
    const std::int64_t cache = task.shape.offset(task.steps.sequence_of(row), kv_head, 0) + column;
    const int head = kv_head * Sharing;

    float q[Sharing][size];
    float mixed[Sharing][size];
    float largest[Sharing];
    float sum[Sharing];
    for (int h = 0; h < Sharing; ++h) {
      const Pack<T> pack =
          load_pack(task.q + (std::int64_t{1} * row * task.heads + head + h) * dim + column);
      for (int i = 0; i < size; ++i) {
        q[h][i] = to_float(pack.at[i]);
        mixed[h][i] = 0;
      }
      largest[h] = kLowest;
      sum[h] = 0;
    }

    const KeyRange keys = split_range(task.steps.position_of(row) + 1, parts.splits, split);
    const auto place_of = [&](int key) {  // where there is no key, one that certainly is written
      return cache + std::int64_t{1} * (key < keys.end ? key : 0) * dim;
    };
    Pack<T> next_k = load_pack(task.keys + place_of(keys.begin + group));
    Pack<T> next_v = load_pack(task.values + place_of(keys.begin + group));
    // All lanes of a warp go the same number of rounds: they exchange sums.
    for (int first = keys.begin; first < keys.end; first += groups) {
      const bool valid = first + group < keys.end;
      const Pack<T> k = next_k;
      const Pack<T> v = next_v;
      next_k = load_pack(task.keys + place_of(first + groups + group));
      next_v = load_pack(task.values + place_of(first + groups + group));
      for (int h = 0; h < Sharing; ++h) {
        float score = 0;
        for (int i = 0; i < size; ++i) {
          score += q[h][i] * to_float(k.at[i]);
        }
        for (int mask = lanes / 2; mask > 0; mask /= 2) {
          score += t.lane_xor(score, mask);
        }
        score *= task.scale;
        const float newest = valid ? fmaxf(largest[h], score) : largest[h];
        const float shrink = expf(largest[h] - newest);
        const float weight = valid ? expf(score - newest) : 0.0F;
        largest[h] = newest;
        sum[h] = sum[h] * shrink + weight;
        for (int i = 0; i < size; ++i) {
          mixed[h][i] = mixed[h][i] * shrink + weight * to_float(v.at[i]);
        }
      }
    }

    // The groups of the block become one part.
    float* all_mixed = t.template shared<float>();  // (groups, Sharing, dim)
    float* all_largest = all_mixed + groups * Sharing * dim;
    float* all_sum = all_largest + groups * Sharing;
    for (int h = 0; h < Sharing; ++h) {
      for (int i = 0; i < size; ++i) {
        all_mixed[(group * Sharing + h) * dim + column + i] = mixed[h][i];
      }
      if (column == 0) {
        all_largest[group * Sharing + h] = largest[h];
        all_sum[group * Sharing + h] = sum[h];
      }
    }
    t.sync();
    for (int i = t.x(); i < Sharing * dim; i += t.threads()) {
      const int h = i / dim;
      float most = kLowest;
      for (int g = 0; g < groups; ++g) {
        most = fmaxf(most, all_largest[g * Sharing + h]);
      }
      float total = 0;
      float value = 0;
      for (int g = 0; g < groups; ++g) {
        const float share = expf(all_largest[g * Sharing + h] - most);
        total += all_sum[g * Sharing + h] * share;
        value += all_mixed[g * Sharing * dim + i] * share;
      }
      const std::int64_t part =
          (std::int64_t{1} * row * task.heads + head + h) * parts.splits + split;
      parts.mixed[part * dim + i % dim] = value;
      if (i % dim == 0) {
        parts.largest[part] = most;
        parts.sum[part] = total;
      }
    }
  }
};

/// Block (head, row): y from the parts of all splits.
template <class T>
struct AttentionJoin {
  AttentionTask<T> task;
  SplitParts parts;

  template <class Thread>
  WEFT_KERNEL void operator()(const Thread& t) const {
    const int dim = task.shape.head_dim;
    const std::int64_t head = std::int64_t{1} * t.block_y() * task.heads + t.block();
    const std::int64_t first = head * parts.splits;
    float most = kLowest;
    for (int s = 0; s < parts.splits; ++s) {
      most = fmaxf(most, parts.largest[first + s]);
    }
    for (int i = t.x(); i < dim; i += t.threads()) {
      float total = 0;
      float value = 0;
      for (int s = 0; s < parts.splits; ++s) {
        const float share = expf(parts.largest[first + s] - most);
        total += parts.sum[first + s] * share;
        value += parts.mixed[(first + s) * dim + i] * share;
      }
      task.y[head * dim + i] = from_float<T>(value / total);
    }
  }
};

}  // namespace weft::reference::cuda
