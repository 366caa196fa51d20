// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

#include "reference/cuda/element.h"
#include "reference/cuda/index.h"
#include "reference/cuda/reduce.h"

/// Causal softmax attention over a cache: a row sees the keys up to its own position. Query head h
/// reads key head h / (heads / kv_heads). Scores, weights and sums are fp32.
namespace weft::reference::cuda {

/// q and y (rows, heads * head_dim); keys and values as CacheShape lays them out.
template <class T>
struct AttentionTask {
  const T* q;
  const T* keys;
  const T* values;
  T* y;
  CacheShape shape;
  Steps steps;
  std::int64_t rows;
  int heads;
  float scale;

  WEFT_KERNEL std::int64_t cache_at(std::int64_t row, int head) const {
    return shape.offset(steps.sequence_of(row), kv_head_of(head, heads, shape.kv_heads), 0);
  }

  WEFT_KERNEL float score(const T* query, const T* key) const {
    float sum = 0;
    for (int i = 0; i < shape.head_dim; ++i) {
      sum += to_float(query[i]) * to_float(key[i]);
    }
    return sum * scale;
  }
};

/// One thread an output, scores computed once for the maximum and once for the sum.
template <class T>
struct AttentionPlain {
  AttentionTask<T> task;

  template <class Thread>
  WEFT_KERNEL void operator()(const Thread& t) const {
    const std::int64_t i = static_cast<std::int64_t>(t.block()) * t.threads() + t.x();
    const int dim = task.shape.head_dim;
    const std::int64_t width = std::int64_t{1} * task.heads * dim;
    if (i >= task.rows * width) {
      return;
    }
    const std::int64_t row = i / width;
    const int head = static_cast<int>(i % width) / dim;
    const T* query = task.q + row * width + head * dim;
    const T* keys = task.keys + task.cache_at(row, head);
    const T* values = task.values + task.cache_at(row, head) + i % dim;
    const int visible = task.steps.position_of(row) + 1;
    float largest = kLowest;
    for (int j = 0; j < visible; ++j) {
      largest = fmaxf(largest, task.score(query, keys + std::int64_t{1} * j * dim));
    }
    float sum = 0;
    float mixed = 0;
    for (int j = 0; j < visible; ++j) {
      const std::int64_t at = std::int64_t{1} * j * dim;
      const float weight = expf(task.score(query, keys + at) - largest);
      sum += weight;
      mixed += weight * to_float(values[at]);
    }
    task.y[i] = from_float<T>(mixed / sum);
  }
};

/// One block a (row, head): as many keys at a time as it has threads, softmax on the way. Shared:
/// a weight for every thread, head_dim sums, kWarp floats.
template <class T>
struct AttentionBlock {
  AttentionTask<T> task;

  template <class Thread>
  WEFT_KERNEL void operator()(const Thread& t) const {
    const int dim = task.shape.head_dim;
    const std::int64_t row = t.block() / task.heads;
    const int head = t.block() % task.heads;
    const std::int64_t at = (row * task.heads + head) * dim;
    const T* keys = task.keys + task.cache_at(row, head);
    const T* values = task.values + task.cache_at(row, head);
    const int visible = task.steps.position_of(row) + 1;
    float* weights = t.template shared<float>();
    float* mixed = weights + t.threads();
    float* scratch = mixed + dim;
    for (int i = t.x(); i < dim; i += t.threads()) {
      mixed[i] = 0;
    }
    float largest = kLowest;
    float sum = 0;
    for (int first = 0; first < visible; first += t.threads()) {
      const int key = first + t.x();
      const float score =
          key < visible ? task.score(task.q + at, keys + std::int64_t{1} * key * dim) : kLowest;
      const float newest = fmaxf(largest, block_max(t, score, scratch));
      const float weight = key < visible ? expf(score - newest) : 0.0F;
      const float shrink = expf(largest - newest);
      weights[t.x()] = weight;
      sum = sum * shrink + block_sum(t, weight, scratch);
      largest = newest;
      const int count = visible - first < t.threads() ? visible - first : t.threads();
      for (int i = t.x(); i < dim; i += t.threads()) {
        float value = mixed[i] * shrink;
        for (int j = 0; j < count; ++j) {
          value += weights[j] * to_float(values[std::int64_t{1} * (first + j) * dim + i]);
        }
        mixed[i] = value;
      }
      t.sync();
    }
    for (int i = t.x(); i < dim; i += t.threads()) {
      task.y[at + i] = from_float<T>(mixed[i] / sum);
    }
  }
};

/// For attention by two products: probabilities (batch, queries, columns) in the storage type from
/// scores of the same shape. Query r of a chunk sees the keys up to first + r. One block a row.
/// Shared: kWarp floats.
template <class T>
struct SoftmaxRows {
  const float* scores;
  T* probabilities;
  int queries;
  int columns;
  int first;
  float scale;

  template <class Thread>
  WEFT_KERNEL void operator()(const Thread& t) const {
    const float* from = scores + std::int64_t{1} * t.block() * columns;
    T* to = probabilities + std::int64_t{1} * t.block() * columns;
    const int visible = first + t.block() % queries + 1;
    float* scratch = t.template shared<float>();
    float largest = kLowest;
    for (int j = t.x(); j < visible; j += t.threads()) {
      largest = fmaxf(largest, scale * from[j]);
    }
    largest = block_max(t, largest, scratch);
    float sum = 0;
    for (int j = t.x(); j < visible; j += t.threads()) {
      sum += expf(scale * from[j] - largest);
    }
    sum = block_sum(t, sum, scratch);
    for (int j = t.x(); j < columns; j += t.threads()) {
      to[j] = from_float<T>(j < visible ? expf(scale * from[j] - largest) / sum : 0.0F);
    }
  }
};

}  // namespace weft::reference::cuda
