// SPDX-License-Identifier: Apache-2.0
#include "reference/cuda/attention.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "reference/cuda/attention_split.h"
#include "tests/reference/cuda/drawn_tensor.h"
#include "tests/reference/cuda/host_grid.h"

namespace weft::reference::cuda {
namespace {

/// Sequences of `first + steps` keys, whose last `steps` positions ask.
struct Shape {
  int sequences = 1;
  int steps = 1;
  int first = 0;
  int heads = 1;
  int kv_heads = 1;
  int dim = 8;
  int capacity = 64;
};

template <class T>
class Case {
 public:
  explicit Case(const Shape& shape)
      : shape_(shape),
        rows_(std::int64_t{shape.sequences} * shape.steps),
        cache_{shape.kv_heads, shape.capacity, shape.dim},
        q_(rows_ * shape.heads * shape.dim, 1, {0, 4}),
        keys_(shape.sequences * cache_.per_sequence(), 2),
        values_(shape.sequences * cache_.per_sequence(), 3),
        y_(rows_ * shape.heads * shape.dim) {}

  AttentionTask<T> task() {
    return {q_.data(), keys_.data(), values_.data(),
            y_.data(), cache_,       {&shape_.first, shape_.steps},
            rows_,     shape_.heads, scale_};
  }
  std::int64_t outputs() const { return rows_ * shape_.heads * shape_.dim; }
  std::int64_t rows() const { return rows_; }

  /// Against float64, then forgets the output.
  void check(const char* kernel) {
    for (std::int64_t row = 0; row < rows_; ++row) {
      for (int head = 0; head < shape_.heads; ++head) {
        check_head(kernel, row, head);
      }
    }
    y_ = Drawn<T>(outputs());
  }

 private:
  void check_head(const char* kernel, std::int64_t row, int head) {
    const int dim = shape_.dim;
    const std::int64_t at = (row * shape_.heads + head) * dim;
    const std::int64_t kv =
        ((row / shape_.steps) * shape_.kv_heads + head / (shape_.heads / shape_.kv_heads)) *
        shape_.capacity * dim;
    const int visible = shape_.first + static_cast<int>(row % shape_.steps) + 1;
    std::vector<double> weights;
    double sum = 0;
    for (int j = 0; j < visible; ++j) {
      double score = 0;
      for (int i = 0; i < dim; ++i) {
        score += q_.values[at + i] * keys_.values[kv + j * dim + i];
      }
      weights.push_back(std::exp(score * scale_));
      sum += weights.back();
    }
    for (int i = 0; i < dim; ++i) {
      double expected = 0;
      for (int j = 0; j < visible; ++j) {
        expected += weights[j] / sum * values_.values[kv + j * dim + i];
      }
      ASSERT_NEAR(to_float(y_.data()[at + i]), expected,
                  unit_roundoff(dtype_as<T>()) * std::abs(expected) + 1e-5)
          << kernel << ", row " << row << ", head " << head << ", element " << i;
    }
  }

  Shape shape_;
  std::int64_t rows_;
  CacheShape cache_;
  float scale_ = 0.25F;
  Drawn<T> q_;
  Drawn<T> keys_;
  Drawn<T> values_;
  Drawn<T> y_;
};

template <class T>
class AttentionKernelTest : public testing::Test {};

using Types = testing::Types<float, F16, BF16>;
TYPED_TEST_SUITE(AttentionKernelTest, Types);

TYPED_TEST(AttentionKernelTest, PlainAndBlockSeeTheKeysUpToTheirRow) {
  for (const Shape& shape :
       {Shape{2, 3, 5, 4, 2, 6, 11}, Shape{1, 2, 69, 2, 1, 40, 71}, Shape{1, 1, 0, 3, 3, 10, 1}}) {
    Case<TypeParam> attention(shape);
    HostGrid(static_cast<int>((attention.outputs() + 31) / 32), 1, 1, 32, 0)
        .run(AttentionPlain<TypeParam>{attention.task()});
    attention.check("plain");
    HostGrid(static_cast<int>(attention.rows()) * shape.heads, 1, 1, 64,
             sizeof(float) * (64 + shape.dim + kWarp))
        .run(AttentionBlock<TypeParam>{attention.task()});
    attention.check("block");
  }
}

template <class T, int Sharing>
void split_and_join(const Shape& shape, int splits) {
  Case<T> attention(shape);
  const std::int64_t parts = attention.rows() * shape.heads * splits;
  std::vector<float> mixed(static_cast<std::size_t>(parts * shape.dim), NAN);
  std::vector<float> largest(static_cast<std::size_t>(parts), NAN);
  std::vector<float> sum(static_cast<std::size_t>(parts), NAN);
  const SplitParts out{mixed.data(), largest.data(), sum.data(), splits};
  const int threads = 64;
  const int groups = threads / (shape.dim / Pack<T>::size);
  HostGrid(splits, shape.kv_heads, shape.sequences, threads,
           sizeof(float) * static_cast<std::size_t>(groups * Sharing * (shape.dim + 2)))
      .run(AttentionSplit<T, Sharing>{attention.task(), out});
  HostGrid(shape.heads, shape.sequences, 1, 32, 0).run(AttentionJoin<T>{attention.task(), out});
  attention.check("split");
}

TYPED_TEST(AttentionKernelTest, SplitsJoinedAreTheWhole) {
  split_and_join<TypeParam, 2>({2, 1, 36, 4, 2, 16, 37}, 3);
  split_and_join<TypeParam, 4>({1, 1, 40, 4, 1, 64, 41}, 2);
  split_and_join<TypeParam, 1>({1, 1, 4, 2, 2, 8, 5}, 7);  // some splits have no key
  split_and_join<TypeParam, 8>({1, 1, 0, 8, 1, 32, 1}, 1);
}

TYPED_TEST(AttentionKernelTest, SoftmaxOfAChunkLeavesOutWhatItsQueriesDoNotSee) {
  const int queries = 3, columns = 41, first = 38, batch = 2;
  const Drawn<float> scores(std::int64_t{batch} * queries * columns, 1, {0, 8});
  Drawn<TypeParam> p(std::int64_t{batch} * queries * columns);
  HostGrid(batch * queries, 1, 1, 64, sizeof(float) * kWarp)
      .run(SoftmaxRows<TypeParam>{scores.data(), p.data(), queries, columns, first, 0.5F});
  for (int row = 0; row < batch * queries; ++row) {
    const int visible = first + row % queries + 1;
    double sum = 0;
    for (int j = 0; j < visible; ++j) {
      sum += std::exp(0.5 * scores.values[row * columns + j]);
    }
    for (int j = 0; j < columns; ++j) {
      const double expected =
          j < visible ? std::exp(0.5 * scores.values[row * columns + j]) / sum : 0;
      EXPECT_NEAR(to_float(p.data()[row * columns + j]), expected,
                  expected * unit_roundoff(dtype_as<TypeParam>()) + 1e-6);
    }
  }
}

}  // namespace
}  // namespace weft::reference::cuda
