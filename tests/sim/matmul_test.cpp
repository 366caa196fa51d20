// SPDX-License-Identifier: Apache-2.0
// Every set of instructions gives the bits of the definition: one fma chain an element, k
// ascending.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <random>

#include "base/half.h"
#include "sim/core/matmul_kernels.h"

namespace weft::sim {
namespace {

constexpr float kUntouched = 12345;

std::vector<float> draw(std::mt19937& random, std::int64_t count) {
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& value : values) {
    // Full mantissas over many binades: another order of a sum would show.
    value = std::ldexp(static_cast<float>(random()) * 0x1p-32F - 0.5F,
                       static_cast<int>(random() % 24) - 12);
  }
  return values;
}

std::vector<float> by_definition(const MatmulOperands& m) {
  std::vector<float> c;
  for (std::int64_t r = 0; r < m.rows; ++r) {
    for (std::int64_t n = 0; n < m.columns; ++n) {
      float sum = 0;
      for (std::int64_t k = 0; k < m.depth; ++k) {
        sum = std::fma(m.a[r * m.depth + k], m.b[k * m.columns + n], sum);
      }
      c.push_back(sum);
    }
  }
  return c;
}

TEST(Matmul, EverySetOfInstructionsGivesTheDefinitionForEveryShape) {
  std::mt19937 random(7);
  for (const MatmulKernels& kernels : all_matmul_kernels()) {
    for (const std::int64_t rows : {1, 2, 3, 5, 6, 7, 8, 11, 13, 16}) {
      for (std::int64_t columns = 1; columns <= 140; columns += columns < 36 ? 1 : 13) {
        const std::int64_t depth = 1 + static_cast<std::int64_t>(random() % 33);
        const auto a = draw(random, rows * depth);
        const auto b = draw(random, depth * columns);
        std::vector<float> c(static_cast<std::size_t>(rows * columns) + 1, kUntouched);
        const MatmulOperands m{a.data(), b.data(), c.data(), rows, depth, columns};
        kernels.multiply(m);
        ASSERT_EQ(c.back(), kUntouched) << kernels.name << " writes behind C";
        c.pop_back();
        ASSERT_EQ(c, by_definition(m))
            << kernels.name << ' ' << rows << 'x' << depth << 'x' << columns;
      }
    }
  }
}

TEST(Matmul, AProductOverNothingIsZero) {
  for (const MatmulKernels& kernels : all_matmul_kernels()) {
    const std::vector<float> nothing(33);
    std::vector<float> c(9 * 33, kUntouched);
    kernels.multiply({nothing.data(), nothing.data(), c.data(), 9, 0, 33});
    EXPECT_EQ(c, std::vector<float>(9 * 33, 0)) << kernels.name;
  }
}

TEST(Matmul, EveryHalfIsDecodedAlike) {
  std::vector<std::uint16_t> halves(65536 + 3);
  for (std::size_t i = 0; i < halves.size(); ++i) {
    halves[i] = static_cast<std::uint16_t>(i);
  }
  for (const MatmulKernels& kernels : all_matmul_kernels()) {
    std::vector<float> found(halves.size());
    kernels.decode_f16(reinterpret_cast<const std::byte*>(halves.data()), found.data(),
                       static_cast<std::int64_t>(halves.size()));
    for (std::size_t i = 0; i < halves.size(); ++i) {
      ASSERT_EQ(std::bit_cast<std::uint32_t>(found[i]),
                std::bit_cast<std::uint32_t>(f16_to_f32(halves[i])))
          << kernels.name << ' ' << i;
    }
  }
}

TEST(Matmul, HalvesAreRoundedAlikeTiesAndNanIncluded) {
  // All signs, exponents and upper mantissas; below them nothing, the tie, and its neighbors.
  std::vector<float> values;
  for (std::uint32_t high = 0; high < 1U << 20; ++high) {
    for (const std::uint32_t low : {0x000U, 0x001U, 0x7ffU, 0xfffU}) {
      values.push_back(std::bit_cast<float>(high << 12 | low));
    }
  }
  values.push_back(1);
  for (const MatmulKernels& kernels : all_matmul_kernels()) {
    std::vector<std::uint16_t> found(values.size());
    kernels.encode_f16(values.data(), reinterpret_cast<std::byte*>(found.data()),
                       static_cast<std::int64_t>(values.size()));
    for (std::size_t i = 0; i < values.size(); ++i) {
      ASSERT_EQ(found[i], f32_to_f16(values[i]))
          << kernels.name << ' ' << std::bit_cast<std::uint32_t>(values[i]);
    }
  }
}

}  // namespace
}  // namespace weft::sim
