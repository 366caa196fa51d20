// SPDX-License-Identifier: Apache-2.0
#include "mapper/kernels/summa.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/mapper/kernels/kernel_run.h"

namespace weft::mapper {
namespace {

KernelRun run_of(int side, const GemmSize& size, const arch::Machine& machine = roomy_machine()) {
  return square_run(Summa(side, size), side, size, "summa", machine);
}

TEST(Summa, EqualsPlainLoopsOnEverySideAndShape) {
  const GemmSize sizes[] = {{1, 1, 1, DType::f32},   {5, 3, 2, DType::f16},
                            {8, 8, 8, DType::bf16},  {13, 17, 11, DType::f16},
                            {21, 6, 30, DType::f32}, {40, 50, 60, DType::f16}};
  for (const int side : {1, 2, 3, 4, 5, 7, 12}) {
    for (const GemmSize& size : sizes) {
      SCOPED_TRACE(fmt::format("{0} x {0} tiles, {1} x {2} x {3}", side, size.m, size.k, size.n));
      const Product product(size);
      product.expect(both_engines(run_of(side, size), product.operands));
    }
  }
}

TEST(Summa, TakesTheCyclesItSays) {
  arch::Machine trains = roomy_machine();  // bound by trains
  trains.mutable_tile()->mutable_tensor_macs()->set_f16(512);
  trains.mutable_tile()->set_read_bandwidth(4096);
  trains.mutable_tile()->set_write_bandwidth(4096);
  for (const auto& machine : {roomy_machine(), trains}) {
    for (const int side : {4, 7, 12}) {
      for (const int block : {8, 20, 40}) {
        const GemmSize size{side * block, side * block, side * block, DType::f16};
        const auto ran = time_of(run_of(side, size, machine));
        EXPECT_TRUE(ran.exact) << ran.exactness;
        const auto simulated = static_cast<double>(ran.cycles.count());
        const auto said = static_cast<double>(Summa(side, size).cycles(machine));
        EXPECT_LT(std::abs(said / simulated - 1), 0.05)
            << side << ", " << block << ": " << said << " said, " << simulated << " simulated";
      }
    }
  }
}

TEST(Summa, TooFewColorsAreSaidWithTheirNumber) {
  EXPECT_TRUE(Summa(12, {}).check_colors(24).ok());
  EXPECT_TRUE(Summa(1, {}).check_colors(0).ok());
  EXPECT_EQ(
      Summa(13, {}).check_colors(24).error().message,
      "SUMMA on 13 x 13 tiles takes 26 colors, one for each source column and row, and 24 are "
      "left; use at most 12 x 12 tiles, or rings (MeshGEMM)");
}

}  // namespace
}  // namespace weft::mapper
