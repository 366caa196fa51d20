// SPDX-License-Identifier: Apache-2.0
// The bodies of the kernels on host threads, against float64, at sizes that no block divides.
#include "reference/kernels.h"

#include <gtest/gtest.h>

#include <cmath>

#include "reference/cuda/argmax.h"
#include "reference/cuda/draw.h"
#include "reference/cuda/elementwise.h"
#include "reference/cuda/linear.h"
#include "reference/cuda/rms_norm.h"
#include "reference/cuda/rope.h"
#include "reference/cuda/rope_table.h"
#include "tests/reference/cuda/drawn_tensor.h"
#include "tests/reference/cuda/host_grid.h"

namespace weft::reference::cuda {
namespace {

int blocks(std::int64_t count, int threads) {
  return static_cast<int>((count + threads - 1) / threads);
}

/// Every element within a rounding of the storage type and `slack` roundings of fp32.
template <class T>
void expect_near(const T* got, const std::vector<double>& expected, double slack) {
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double bound = unit_roundoff(dtype_as<T>()) * std::abs(expected[i]) +
                         slack * unit_roundoff(DType::f32) + 0x1p-25;
    ASSERT_NEAR(to_float(got[i]), expected[i], bound) << "element " << i;
  }
}

template <class T>
class KernelTest : public testing::Test {};

using Types = testing::Types<float, F16, BF16>;
TYPED_TEST_SUITE(KernelTest, Types);

TYPED_TEST(KernelTest, PlainLinearIsTheProduct) {
  using T = TypeParam;
  const std::int64_t rows = 3, inputs = 29, outputs = 13;
  const Drawn<T> x(rows * inputs, 1), w(outputs * inputs, 2);
  Drawn<T> y(rows * outputs);
  HostGrid(blocks(rows * outputs, 32), 1, 1, 32, 0)
      .run(LinearPlain<T, T>{x.data(), w.data(), y.data(), rows, inputs, outputs});
  std::vector<double> expected;
  for (std::int64_t i = 0; i < rows * outputs; ++i) {
    double sum = 0;
    for (std::int64_t k = 0; k < inputs; ++k) {
      sum += x.values[i / outputs * inputs + k] * w.values[i % outputs * inputs + k];
    }
    expected.push_back(sum);
  }
  expect_near(y.data(), expected, 100);
}

/// x (inputs) times w (outputs, inputs).
template <class T>
std::vector<double> row_product(const Drawn<T>& x, const Drawn<T>& w, std::int64_t outputs) {
  std::vector<double> expected;
  const auto inputs = static_cast<std::int64_t>(x.values.size());
  for (std::int64_t n = 0; n < outputs; ++n) {
    double sum = 0;
    for (std::int64_t k = 0; k < inputs; ++k) {
      sum += x.values[k] * w.values[n * inputs + k];
    }
    expected.push_back(sum);
  }
  return expected;
}

/// Inputs: less than a warp's packs, just those, four of them and a rest.
template <class T, int Rows>
void gemv_is_the_product() {
  for (const std::int64_t packs : {5, 32, 32 * 4, 32 * 9 + 7}) {
    const std::int64_t inputs = packs * Pack<T>::size, outputs = 19;
    const Drawn<T> x(inputs, 1), w(outputs * inputs, 2, {0, 0.0625F}), residual(outputs, 3);
    Drawn<T> y(outputs), sum(outputs);
    Drawn<float> wide(outputs);
    const int grid = blocks(outputs, 2 * Rows);
    HostGrid(grid, 1, 1, 64, 0)
        .run(Gemv<T, T, Rows>{x.data(), w.data(), nullptr, y.data(), inputs, outputs});
    HostGrid(grid, 1, 1, 64, 0)
        .run(Gemv<T, float, Rows>{x.data(), w.data(), nullptr, wide.data(), inputs, outputs});
    HostGrid(grid, 1, 1, 64, 0)
        .run(Gemv<T, T, Rows>{x.data(), w.data(), residual.data(), sum.data(), inputs, outputs});
    const std::vector<double> expected = row_product(x, w, outputs);
    expect_near(y.data(), expected, 600);
    expect_near(wide.data(), expected, 600);
    for (std::int64_t n = 0; n < outputs; ++n) {  // joined or not, the same bits
      EXPECT_EQ(to_float(sum.data()[n]),
                rounded_to<T>(to_float(residual.data()[n]) + to_float(y.data()[n])));
    }
  }
}

TYPED_TEST(KernelTest, GemvIsTheProductWithAndWithoutResidual) {
  gemv_is_the_product<TypeParam, 1>();
  gemv_is_the_product<TypeParam, 2>();
  gemv_is_the_product<TypeParam, 4>();
}

TYPED_TEST(KernelTest, GemvWithSiluHasTheBitsOfThreeOperations) {
  using T = TypeParam;
  const std::int64_t inputs = 40 * Pack<T>::size, outputs = 11;
  const Drawn<T> x(inputs, 1), gate(outputs * inputs, 2, {0, 0.125F}), up(outputs * inputs, 3);
  Drawn<T> g(outputs), u(outputs), apart(outputs), joined(outputs);
  HostGrid(6, 1, 1, 32, 0)
      .run(Gemv<T, T, 2>{x.data(), gate.data(), nullptr, g.data(), inputs, outputs});
  HostGrid(6, 1, 1, 32, 0)
      .run(Gemv<T, T, 2>{x.data(), up.data(), nullptr, u.data(), inputs, outputs});
  HostGrid(1, 1, 1, 32, 0)
      .run(Elementwise<T, SiluMulFunction>{g.data(), u.data(), apart.data(), outputs, {}});
  HostGrid(3, 1, 1, 64, 0)
      .run(GemvSiluMul<T, 2>{x.data(), gate.data(), up.data(), joined.data(), inputs, outputs});
  for (std::int64_t n = 0; n < outputs; ++n) {
    EXPECT_EQ(to_float(joined.data()[n]), to_float(apart.data()[n])) << n;
  }
}

TYPED_TEST(KernelTest, RmsNormDividesByTheRoot) {
  using T = TypeParam;
  const std::int64_t rows = 5, width = 75 * Pack<T>::size;
  const Drawn<T> x(rows * width, 1), gain(width, 2, {1, 0.25F});
  Drawn<T> plain(rows * width), block(rows * width);
  HostGrid(1, 1, 1, 32, 0)
      .run(RmsNormPlain<T>{x.data(), gain.data(), plain.data(), rows, width, 1e-5F});
  HostGrid(rows, 1, 1, 64, kWarp * sizeof(float))
      .run(RmsNormBlock<T>{x.data(), gain.data(), block.data(), width, 1e-5F});
  std::vector<double> expected(static_cast<std::size_t>(rows * width));
  rms_norm(x.values.data(), gain.values.data(), rows, width, 1e-5, expected.data());
  expect_near(plain.data(), expected, 1000);
  expect_near(block.data(), expected, 100);
}

TYPED_TEST(KernelTest, RopeTurnsPairsByTheirPosition) {
  using T = TypeParam;
  const int heads = 3, dim = 10, first = 4, rows = 5;
  Node node;
  node.head_dim = dim;
  node.rope_theta = 10000;
  const RopeTable table = make_rope_table(node, first + rows);
  const std::int64_t count = std::int64_t{rows} * heads * dim;
  const Drawn<T> x(count, 1);
  Drawn<T> y(count);
  HostGrid(blocks(count / 2, 32), 1, 1, 32, 0)
      .run(Rope<T>{x.data(),
                   y.data(),
                   {table.cosines.data(), table.sines.data()},
                   {&first, rows},
                   rows,
                   heads,
                   dim});
  std::vector<double> padded(static_cast<std::size_t>(first) * heads * dim);
  padded.insert(padded.end(), x.values.begin(), x.values.end());
  std::vector<double> expected(padded.size());
  const RopeShape shape{heads, dim, 10000};
  rope(padded.data(), first + rows, shape, expected.data(), static_cast<double*>(nullptr));
  expected.erase(expected.begin(), expected.begin() + std::int64_t{first} * heads * dim);
  expect_near(y.data(), expected, 10);
}

/// Two sequences, one step: what the joined kernel leaves is what rope and append leave.
TYPED_TEST(KernelTest, RopeAppendIsRopeAndAppend) {
  using T = TypeParam;
  const int heads = 4, dim = 6, first = 3, rows = 2;
  const CacheShape shape{2, 7, dim};
  const int q_width = heads * dim, kv_width = shape.kv_heads * dim, width = q_width + 2 * kv_width;
  Node node;
  node.head_dim = dim;
  node.rope_theta = 500000;
  const RopeTable table = make_rope_table(node, 7);
  const RopeTables tables{table.cosines.data(), table.sines.data()};
  const Steps steps{&first, 1};
  const Drawn<T> qkv(rows * width, 1);
  Drawn<T> q(rows * q_width), k(rows * kv_width), v(rows * kv_width);
  for (int row = 0; row < rows; ++row) {
    std::copy_n(qkv.data() + row * width, q_width, q.data() + row * q_width);
    std::copy_n(qkv.data() + row * width + q_width, kv_width, k.data() + row * kv_width);
    std::copy_n(qkv.data() + row * width + q_width + kv_width, kv_width, v.data() + row * kv_width);
  }
  const std::int64_t cached = rows * shape.per_sequence();
  Drawn<T> q_rope(rows * q_width), k_rope(rows * kv_width), keys(cached), values(cached);
  HostGrid(2, 1, 1, 32, 0).run(Rope<T>{q.data(), q_rope.data(), tables, steps, rows, heads, dim});
  HostGrid(1, 1, 1, 32, 0)
      .run(Rope<T>{k.data(), k_rope.data(), tables, steps, rows, shape.kv_heads, dim});
  HostGrid(1, 1, 1, 32, 0).run(Append<T>{k_rope.data(), keys.data(), shape, steps, rows});
  HostGrid(1, 1, 1, 32, 0).run(Append<T>{v.data(), values.data(), shape, steps, rows});

  Drawn<T> y(rows * q_width), own_keys(cached), own_values(cached);
  HostGrid(2, 1, 1, 32, 0)
      .run(RopeAppend<T>{qkv.data(), y.data(), own_keys.data(), own_values.data(), tables, shape,
                         steps, rows, heads});
  EXPECT_EQ(std::memcmp(y.data(), q_rope.data(), sizeof(T) * rows * q_width), 0);
  EXPECT_EQ(std::memcmp(own_keys.data(), keys.data(), sizeof(T) * cached), 0);
  EXPECT_EQ(std::memcmp(own_values.data(), values.data(), sizeof(T) * cached), 0);
  int written = 0;
  for (std::int64_t i = 0; i < cached; ++i) {
    written += std::isnan(to_float(keys.data()[i])) ? 0 : 1;
  }
  EXPECT_EQ(written, rows * kv_width) << "one position of every head, nothing else";
}

TYPED_TEST(KernelTest, ElementsAreAddedToTheLast) {
  using T = TypeParam;
  const std::int64_t count = 32 * Pack<T>::size + 3;
  const Drawn<T> a(count, 1), b(count, 2);
  Drawn<T> sum(count), product(count);
  HostGrid(2, 1, 1, 32, 0)
      .run(Elementwise<T, AddFunction>{a.data(), b.data(), sum.data(), count, {}});
  HostGrid(2, 1, 1, 32, 0)
      .run(Elementwise<T, SiluMulFunction>{a.data(), b.data(), product.data(), count, {}});
  std::vector<double> added, multiplied(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) {
    added.push_back(a.values[i] + b.values[i]);
  }
  silu_mul(a.values.data(), b.values.data(), count, multiplied.data());
  expect_near(sum.data(), added, 2);
  expect_near(product.data(), multiplied, 16);
}

TYPED_TEST(KernelTest, EmbeddingGathersRows) {
  using T = TypeParam;
  const std::vector<int> tokens{6, 0, 3};
  const std::int64_t width = 21;
  const Drawn<T> table(7 * width, 1);
  Drawn<T> y(3 * width);
  HostGrid(2, 1, 1, 32, 0).run(Embed<T>{tokens.data(), table.data(), y.data(), 3, width});
  for (std::int64_t i = 0; i < 3 * width; ++i) {
    EXPECT_EQ(to_float(y.data()[i]), table.values[tokens[i / width] * width + i % width]);
  }
}

TYPED_TEST(KernelTest, WeightsAreDrawnAsTheHostDrawsThem) {
  using T = TypeParam;
  const std::int64_t count = 1000;
  const Law law{1, 0.25F};
  Drawn<T> y(count);
  HostGrid(3, 1, 1, 32, 0).run(Draw<T>{y.data(), count, law, 7, 5});
  for (std::int64_t i = 0; i < count; ++i) {
    EXPECT_EQ(to_float(y.data()[i]), rounded_to<T>(law.value(7, 5, static_cast<std::uint64_t>(i))));
  }
}

TEST(ArgmaxKernel, TheLowestOfEqualsWins) {
  const std::int64_t rows = 6, width = 203;
  std::vector<float> logits;
  for (std::int64_t i = 0; i < rows * width; ++i) {
    logits.push_back(std::round(counter_uniform(3, 0, static_cast<std::uint64_t>(i)) * 8));
  }
  std::fill_n(logits.begin(), width, -INFINITY);
  std::fill_n(logits.begin() + width, width, -3.0F);
  std::vector<int> plain(rows, -1), block(rows, -1);
  HostGrid(1, 1, 1, 32, 0).run(ArgmaxPlain{logits.data(), plain.data(), rows, width});
  HostGrid(rows, 1, 1, 64, 64 * 8).run(ArgmaxBlock{logits.data(), block.data(), width});
  for (std::int64_t row = 0; row < rows; ++row) {
    const int expected = static_cast<int>(argmax(logits.data() + row * width, width));
    EXPECT_EQ(plain[row], expected);
    EXPECT_EQ(block[row], expected);
  }
}

TEST(ArgmaxKernel, RowsShorterThanABlockHaveTheirOwnIds) {
  const std::vector<float> logits{-INFINITY, -5, -5, -7};
  int id = -1;
  HostGrid(1, 1, 1, 64, 64 * 8).run(ArgmaxBlock{logits.data(), &id, 4});
  EXPECT_EQ(id, 1);
}

TEST(AdvanceKernel, MovesOnByOne) {
  int first = 41;
  HostGrid(1, 1, 1, 32, 0).run(Advance{&first});
  EXPECT_EQ(first, 42);
}

}  // namespace
}  // namespace weft::reference::cuda
