// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/tensor_file.h"
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
