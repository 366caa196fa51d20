// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/tensor_file.h"
#include "isa/layout.h"
#include "mapper/kernels/mesh_kernel.h"
#include "sim/simulate.h"

namespace weft::mapper {

/// A kernel alone on a machine of its own size: roles, routes, where operands come from and how the
/// result lies.
struct KernelRun {
  int width = 1;
  int height = 1;
  std::vector<isa::Route> routes;
  std::vector<PlacedRole> roles;
  std::vector<isa::Load> loads;
  isa::Probe probe;       ///< of the result
  std::string result;     ///< its buffer, fp32
  int rows = 1;           ///< a tile holds
  int columns = 1;        ///< a tile holds
  arch::Machine machine;  ///< any; grid and SRAM are made to fit
};

/// mesh8 with room for everything.
arch::Machine roomy_machine();

/// 0, 1, … count-1.
std::vector<int> first_colors(int count);

/// A load of logical [rows.size, columns.size] into the first block of `buffer`.
isa::Load load_of(const std::string& tensor, const std::string& buffer, DType dtype,
                  const isa::Axis& rows, const isa::Axis& columns, bool transposed = false);

/// C = A B on side x side tiles, blocks of rows over y and of columns over x; operands and result
/// in buffers PREFIX.a, .b and .c. `transposed`: B is stored [n, k].
template <class Gemm>
KernelRun square_run(const Gemm& gemm, int side, const GemmSize& size, const std::string& prefix,
                     const arch::Machine& machine, bool transposed = false) {
  using isa::Axis;
  const std::vector<int> colors = first_colors(gemm.colors());
  const auto block = [&](Axis::Along along, int elements) {
    return isa::block_axis(along, elements, side);
  };
  KernelRun run;
  run.width = run.height = side;
  run.machine = machine;
  run.routes = gemm.routes({0, 0, side, side}, colors);
  run.roles = gemm.roles(colors);
  run.loads = {
      load_of("host.a", prefix + ".a", size.dtype, block(Axis::Y, size.m), block(Axis::X, size.k)),
      load_of("host.b", prefix + ".b", size.dtype, block(Axis::Y, transposed ? size.n : size.k),
              block(Axis::X, transposed ? size.k : size.n))};
  run.probe.set_name("c");
  *run.probe.mutable_columns() = block(Axis::X, size.n);
  run.probe.set_rows(Axis::Y);
  run.result = prefix + ".c";
  run.rows = gemm.block_m();
  run.columns = gemm.block_n();
  return run;
}

/// Small whole numbers, so that sums are exact in any order; deterministic.
DenseTensor small_numbers(int rows, int columns, int seed);

/// Operands host.a [m, k] and host.b [k, n], and the product by plain loops; `transposed`: host.b
/// is [n, k].
struct Product {
  explicit Product(const GemmSize& size, bool transposed = false);
  /// What the probe `c` showed is the product; rows of padding may follow.
  void expect(const sim::RunResult& result) const;

  sim::TensorSource operands;
  DenseTensor c;
};

/// Verified, then run without values. Fails the test when refused or deadlocked.
sim::RunResult time_of(const KernelRun& kernel);

/// Verified, then run with values word by word.
sim::RunResult word_engine(const KernelRun& kernel, const sim::TensorSource& operands);

/// Verified; run by both engines with values, and by the dataflow engine without: exact, with the
/// same cycles and bits. The result by dataflow.
sim::RunResult both_engines(const KernelRun& kernel, const sim::TensorSource& operands);

}  // namespace weft::mapper
