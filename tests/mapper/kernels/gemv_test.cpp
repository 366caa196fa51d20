// SPDX-License-Identifier: Apache-2.0
#include "mapper/kernels/gemv.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "isa/layout.h"
#include "tests/mapper/kernels/kernel_run.h"

namespace weft::mapper {
namespace {

using isa::Axis;

KernelRun run_of(int width, int height, const GemmSize& size) {
  const Gemv gemv(width, height, size, roomy_machine());
  const std::vector<int> colors = first_colors(gemv.colors());
  KernelRun run;
  run.width = width;
  run.height = height;
  run.machine = roomy_machine();
  run.routes = gemv.routes({0, 0, width, height}, colors);
  run.roles = gemv.roles(colors);
  const Axis k = isa::block_axis(Axis::X, size.k, width);
  const Axis n = isa::block_axis(Axis::Y, size.n, height);
  run.loads = {load_of("host.a", "gemv.x", size.dtype, isa::replicated_axis(size.m), k),
               load_of("host.b", "gemv.w", size.dtype, k, n)};
  run.probe.set_name("c");
  *run.probe.mutable_columns() = n;
  run.result = "gemv.y";
  run.rows = size.m;
  run.columns = gemv.block_n();
  return run;
}

TEST(Gemv, EqualsPlainLoopsOnEveryRegion) {
  const GemmSize sizes[] = {{1, 1, 1, DType::f32}, {1, 23, 17, DType::f16}, {3, 8, 9, DType::bf16}};
  for (const auto& [width, height] :
       {std::pair{1, 1}, {2, 1}, {3, 2}, {4, 4}, {5, 3}, {7, 2}, {1, 5}, {8, 7}}) {
    for (const GemmSize& size : sizes) {
      SCOPED_TRACE(
          fmt::format("{} x {} tiles, {} x {} x {}", width, height, size.m, size.k, size.n));
      const Product product(size);
      product.expect(both_engines(run_of(width, height, size), product.operands));
    }
  }
}

TEST(Gemv, TakesTheCyclesItSays) {
  for (const int width : {8, 33, 100, 351}) {
    for (const int block : {1, 16, 100}) {
      const GemmSize size{1, width * block, 4 * block, DType::f16};
      const auto ran = time_of(run_of(width, 4, size));
      EXPECT_TRUE(ran.exact) << ran.exactness;
      const auto simulated = static_cast<double>(ran.cycles.count());
      const auto said =
          static_cast<double>(Gemv(width, 4, size, roomy_machine()).cycles(roomy_machine()));
      EXPECT_LT(std::abs(said / simulated - 1), 0.05)
          << width << ", " << block << ": " << said << " said, " << simulated << " simulated";
    }
  }
}

}  // namespace
}  // namespace weft::mapper
