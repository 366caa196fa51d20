// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <vector>

#include "reference/kernels.h"

namespace weft::reference {
namespace {

/// One query head of one row against `keys` keys; k_t is [head_dim, capacity], v has stride
/// `width`.
template <class T>
class Head {
 public:
  Head(std::int64_t capacity, int head_dim, T scale)
      : capacity_(capacity),
        head_dim_(head_dim),
        scale_(scale),
        scores_(static_cast<std::size_t>(capacity)) {}

  /// Scores of q against the keys, unscaled, absolute values of both factors where `absolute`.
  void score(const T* q, const T* k_t, std::int64_t keys, bool absolute) {
    std::fill_n(scores_.begin(), keys, T{0});
    for (int d = 0; d < head_dim_; ++d) {
      const T value = absolute ? std::abs(q[d]) : q[d];
      const T* row = k_t + d * capacity_;
      T* scores = scores_.data();
      if (absolute) {
        for (std::int64_t j = 0; j < keys; ++j) {
          scores[j] += value * std::abs(row[j]);
        }
      } else {
        for (std::int64_t j = 0; j < keys; ++j) {
          scores[j] += value * row[j];
        }
      }
    }
  }

  T largest_score(std::int64_t keys) const {
    return scale_ * *std::max_element(scores_.begin(), scores_.begin() + keys);
  }

  /// Scores become probabilities.
  void softmax(std::int64_t keys) {
    const T largest = largest_score(keys);
    T sum = 0;
    for (std::int64_t j = 0; j < keys; ++j) {
      T& score = scores_[static_cast<std::size_t>(j)];
      score = std::exp(scale_ * score - largest);
      sum += score;
    }
    for (std::int64_t j = 0; j < keys; ++j) {
      scores_[static_cast<std::size_t>(j)] /= sum;
    }
  }

  void mix(const T* v, std::int64_t width, std::int64_t keys, T* y) const {
    std::fill_n(y, head_dim_, T{0});
    for (std::int64_t j = 0; j < keys; ++j) {
      const T p = scores_[static_cast<std::size_t>(j)];
      for (int d = 0; d < head_dim_; ++d) {
        y[d] += p * v[j * width + d];
      }
    }
  }

  /// Sum of p |v|; the tiny addend covers probabilities that fp32 loses to underflow.
  void mix_magnitude(const T* v, std::int64_t width, std::int64_t keys, T* y) const {
    std::fill_n(y, head_dim_, T{0});
    for (std::int64_t j = 0; j < keys; ++j) {
      const T p = scores_[static_cast<std::size_t>(j)] + static_cast<T>(0x1p-100);
      for (int d = 0; d < head_dim_; ++d) {
        y[d] += p * std::abs(v[j * width + d]);
      }
    }
  }

 private:
  std::int64_t capacity_;
  int head_dim_;
  T scale_;
  std::vector<T> scores_;
};

/// The keys of one head, transposed: the loop over keys is then contiguous.
template <class T>
std::vector<T> transposed(const T* k, std::int64_t rows, std::int64_t width, int head_dim) {
  std::vector<T> result(static_cast<std::size_t>(rows * head_dim));
  for (std::int64_t j = 0; j < rows; ++j) {
    for (int d = 0; d < head_dim; ++d) {
      result[static_cast<std::size_t>(d * rows + j)] = k[j * width + d];
    }
  }
  return result;
}

}  // namespace

template <class T>
void attention(const T* q, const T* k, const T* v, std::int64_t rows, const AttentionShape& shape,
               T* y, T* magnitude, T* score_magnitude) {
  const std::int64_t q_width = std::int64_t{shape.heads} * shape.head_dim;
  const std::int64_t kv_width = std::int64_t{shape.kv_heads} * shape.head_dim;
  const int sharing = shape.heads / shape.kv_heads;
  Head<T> head(rows, shape.head_dim, static_cast<T>(shape.scale));
  for (int kv = 0; kv < shape.kv_heads; ++kv) {
    const std::vector<T> k_t = transposed(k + kv * shape.head_dim, rows, kv_width, shape.head_dim);
    const T* v_head = v + kv * shape.head_dim;
    for (int h = kv * sharing; h < (kv + 1) * sharing; ++h) {
      for (std::int64_t row = 0; row < rows; ++row) {
        const std::int64_t keys = row + 1;
        const std::int64_t at = row * q_width + std::int64_t{h} * shape.head_dim;
        if (score_magnitude != nullptr) {
          head.score(q + at, k_t.data(), keys, true);
          std::fill_n(score_magnitude + at, shape.head_dim, head.largest_score(keys));
        }
        head.score(q + at, k_t.data(), keys, false);
        head.softmax(keys);
        head.mix(v_head, kv_width, keys, y + at);
        if (magnitude != nullptr) {
          head.mix_magnitude(v_head, kv_width, keys, magnitude + at);
        }
      }
    }
  }
}

template void attention(const float*, const float*, const float*, std::int64_t,
                        const AttentionShape&, float*, float*, float*);
template void attention(const double*, const double*, const double*, std::int64_t,
                        const AttentionShape&, double*, double*, double*);

}  // namespace weft::reference
