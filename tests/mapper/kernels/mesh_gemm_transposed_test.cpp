// SPDX-License-Identifier: Apache-2.0
#include "mapper/kernels/mesh_gemm_transposed.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/mapper/kernels/kernel_run.h"

namespace weft::mapper {
namespace {

KernelRun run_of(int side, const GemmSize& size, const arch::Machine& machine = roomy_machine()) {
  return square_run(MeshGemmTransposed(side, size), side, size, "gemmt", machine, true);
}

TEST(MeshGemmTransposed, EqualsPlainLoopsOnEverySideAndShape) {
  const GemmSize sizes[] = {{1, 1, 1, DType::f32},   {5, 3, 2, DType::f16},
                            {8, 8, 8, DType::bf16},  {13, 17, 11, DType::f16},
                            {21, 6, 30, DType::f32}, {40, 50, 60, DType::f16}};
  for (const int side : {1, 2, 3, 4, 5, 6, 7, 8, 11}) {
    for (const GemmSize& size : sizes) {
      SCOPED_TRACE(fmt::format("{0} x {0} tiles, {1} x {2} x {3}", side, size.m, size.k, size.n));
      const Product product(size, true);
      product.expect(both_engines(run_of(side, size), product.operands));
    }
  }
}

TEST(MeshGemmTransposed, TakesTheCyclesItSays) {
  arch::Machine trains = roomy_machine();  // bound by trains
  trains.mutable_tile()->mutable_tensor_macs()->set_f16(512);
  trains.mutable_tile()->set_read_bandwidth(4096);
  trains.mutable_tile()->set_write_bandwidth(4096);
  for (const auto& machine : {roomy_machine(), trains}) {
    for (const int side : {16, 25, 32}) {
      for (const auto& [block, deep] : {std::pair{8, 8}, {8, 40}, {24, 24}, {24, 96}}) {
        const GemmSize size{side * block, side * deep, side * block, DType::f16};
        const auto ran = time_of(run_of(side, size, machine));
        EXPECT_TRUE(ran.exact) << ran.exactness;
        const auto simulated = static_cast<double>(ran.cycles.count());
        const auto said = static_cast<double>(MeshGemmTransposed(side, size).cycles(machine));
        EXPECT_LT(std::abs(said / simulated - 1), 0.05)
            << side << ", " << block << ": " << said << " said, " << simulated << " simulated";
      }
    }
  }
}

}  // namespace
}  // namespace weft::mapper
