// SPDX-License-Identifier: Apache-2.0
#include "mapper/kernels/mesh_gemm.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/mapper/kernels/kernel_run.h"

namespace weft::mapper {
namespace {

KernelRun run_of(int side, const GemmSize& size, Align align = Align::forward,
                 const arch::Machine& machine = roomy_machine()) {
  return square_run(MeshGemm(side, size, align), side, size, "gemm", machine);
}

const GemmSize kSizes[] = {{1, 1, 1, DType::f32},   {5, 3, 2, DType::f16},
                           {8, 8, 8, DType::bf16},  {13, 17, 11, DType::f16},
                           {21, 6, 30, DType::f32}, {3, 29, 10, DType::f16}};

TEST(MeshGemm, EqualsPlainLoopsOnEverySideAndShape) {
  for (const int side : {1, 2, 3, 4, 5, 6, 7, 8}) {
    for (const GemmSize& size : kSizes) {
      SCOPED_TRACE(fmt::format("{0} x {0} tiles, {1} x {2} x {3}", side, size.m, size.k, size.n));
      const Product product(size);
      product.expect(both_engines(run_of(side, size), product.operands));
    }
  }
}

TEST(MeshGemm, TheShortWayIntoLineGivesTheSameValuesSooner) {
  for (const int side : {1, 2, 3, 4, 5, 7, 8}) {
    for (const GemmSize& size : kSizes) {
      SCOPED_TRACE(fmt::format("{0} x {0} tiles, {1} x {2} x {3}", side, size.m, size.k, size.n));
      const Product product(size);
      const auto quick = word_engine(run_of(side, size, Align::shortest), product.operands);
      product.expect(quick);
      EXPECT_LE(quick.cycles, word_engine(run_of(side, size), product.operands).cycles);
    }
  }
}

/// Bound by products, by trains, and by vector operations of products.
std::vector<arch::Machine> machines() {
  arch::Machine trains = roomy_machine();
  trains.mutable_tile()->mutable_tensor_macs()->set_f16(512);
  trains.mutable_tile()->set_read_bandwidth(4096);
  trains.mutable_tile()->set_write_bandwidth(4096);
  arch::Machine rows = roomy_machine();
  rows.mutable_tile()->mutable_setup()->set_product_row(16);
  return {roomy_machine(), trains, rows};
}

void expect_cycles(int side, int block, Align align, const arch::Machine& machine) {
  const GemmSize size{side * block, side * (block - 1) + 1, side * block, DType::f16};
  const auto ran = time_of(run_of(side, size, align, machine));
  EXPECT_TRUE(ran.exact) << ran.exactness;
  const auto simulated = static_cast<double>(ran.cycles.count());
  const auto said = static_cast<double>(MeshGemm(side, size, align).cycles(machine));
  EXPECT_LT(std::abs(said / simulated - 1), 0.05)
      << side << ", " << block << ": " << said << " said, " << simulated << " simulated";
}

TEST(MeshGemm, TakesTheCyclesItSaysWithBlocksToGetIntoLine) {
  for (const auto& machine : machines()) {
    for (const int side : {8, 15, 24}) {
      for (const int block : {6, 24}) {
        expect_cycles(side, block, Align::forward, machine);
      }
    }
  }
}

TEST(MeshGemm, TakesTheCyclesItSaysWithBlocksInLine) {
  for (const auto& machine : machines()) {
    for (const int side : {20, 61, 200}) {
      for (const int block : {4, 12, 40}) {
        expect_cycles(side, block, Align::none, machine);
      }
    }
  }
}

TEST(MeshGemm, ATileHoldsTwoBlocksOfEachOperandAndOneOfTheResult) {
  const MeshGemm gemm(4, {40, 80, 20, DType::f16});
  const auto bytes = sram_bytes(gemm.roles(first_colors(gemm.colors())), roomy_machine());
  const int buffers = 2 * 10 * 20 * 2 + 2 * 20 * 5 * 2 + 10 * 5 * 4;
  EXPECT_GE(bytes, buffers);
  EXPECT_LE(bytes, buffers + 16 * 120 + 48);
}

}  // namespace
}  // namespace weft::mapper
