// SPDX-License-Identifier: Apache-2.0
#include "tests/mapper/kernels/kernel_run.h"

#include <gtest/gtest.h>

#include <numeric>

#include "arch/machine.h"
#include "isa/bundle.h"
#include "isa/layout.h"
#include "isa/verify.h"

namespace weft::mapper {
namespace {

void show_result(const KernelRun& kernel, isa::RoleBuilder& role) {
  const isa::Axis::Along rows = kernel.probe.rows();
  role.emit(isa::Opcode::csrr, {31, rows == isa::Axis::X ? 0 : 1});
  role.emit(isa::Opcode::mul, {31, 31, rows == isa::Axis::NONE ? 0 : kernel.rows});
  role.td(47, role.buffer(kernel.result, 0), 0, DType::f32, {kernel.rows, kernel.columns});
  role.emit(isa::Opcode::probe, {0, 47, isa::Value::reg(31), 0});
}

// Showing the result takes the core a few cycles, so it is left out where time alone counts.
isa::Bundle bundle_of(const KernelRun& kernel, bool shown) {
  isa::Bundle bundle;
  bundle.set_version(isa::kBundleVersion);
  bundle.mutable_region()->set_width(kernel.width);
  bundle.mutable_region()->set_height(kernel.height);
  bundle.mutable_routes()->Assign(kernel.routes.begin(), kernel.routes.end());
  bundle.mutable_loads()->Assign(kernel.loads.begin(), kernel.loads.end());
  *bundle.add_probes() = kernel.probe;
  for (PlacedRole placed : kernel.roles) {
    isa::RoleBuilder& role = placed.role;
    if (shown) {
      show_result(kernel, role);
    }
    isa::Role& made = *bundle.add_roles();
    made = role.finish(kernel.machine.tile().instruction_bytes());
    for (const weft::TileSet& tiles : placed.tiles) {
      *made.add_tiles() = isa::to_proto(tiles);
    }
  }
  return bundle;
}

arch::Machine machine_of(const KernelRun& kernel) {
  arch::Machine machine = kernel.machine;
  machine.mutable_grid()->set_width(kernel.width);
  machine.mutable_grid()->set_height(kernel.height);
  return machine;
}

sim::RunResult run(const KernelRun& kernel, const sim::TensorSource& operands, bool data,
                   sim::EngineKind engine, bool shown = true) {
  const isa::Bundle bundle = bundle_of(kernel, shown);
  const arch::Machine machine = machine_of(kernel);
  const auto violations = isa::find_violations(bundle, machine);
  EXPECT_TRUE(violations.empty()) << violations.front();
  if (!violations.empty()) {
    return {};
  }
  sim::Options options;
  options.data = data;
  options.engine = engine;
  auto result = sim::simulate(bundle, machine, operands, options);
  EXPECT_TRUE(result.ok()) << result.error().message;
  if (!result.ok()) {
    return {};
  }
  EXPECT_TRUE(result->deadlock.empty()) << result->deadlock.front();
  return std::move(*result);
}

}  // namespace

arch::Machine roomy_machine() {
  arch::Machine machine = *arch::load_machine("mesh8");
  machine.mutable_tile()->set_sram(16 << 20);
  machine.clear_edge();
  return machine;
}

std::vector<int> first_colors(int count) {
  std::vector<int> colors(static_cast<std::size_t>(count));
  std::iota(colors.begin(), colors.end(), 0);
  return colors;
}

isa::Load load_of(const std::string& tensor, const std::string& buffer, DType dtype,
                  const isa::Axis& rows, const isa::Axis& columns, bool transposed) {
  isa::Load load;
  load.set_tensor(tensor);
  load.set_buffer(buffer);
  load.set_dtype(static_cast<int>(dtype));
  *load.mutable_rows() = rows;
  *load.mutable_columns() = columns;
  load.set_row_stride(columns.local());
  load.set_column_stride(1);
  load.set_transposed(transposed);
  return load;
}

DenseTensor small_numbers(int rows, int columns, int seed) {
  DenseTensor tensor{{rows, columns}, {}};
  for (int i = 0; i < rows * columns; ++i) {
    tensor.values.push_back(static_cast<float>((i * 7 + i / 5 + seed * 3) % 11 - 5));
  }
  return tensor;
}

Product::Product(const GemmSize& size, bool transposed) : c{{size.m, size.n}, {}} {
  const DenseTensor a = small_numbers(size.m, size.k, 1);
  const DenseTensor b =
      transposed ? small_numbers(size.n, size.k, 2) : small_numbers(size.k, size.n, 2);
  for (int i = 0; i < size.m; ++i) {
    for (int j = 0; j < size.n; ++j) {
      float sum = 0;
      for (int k = 0; k < size.k; ++k) {
        sum += a.values[static_cast<std::size_t>(i * size.k + k)] *
               b.values[static_cast<std::size_t>(transposed ? j * size.k + k : k * size.n + j)];
      }
      c.values.push_back(sum);
    }
  }
  operands.host = {{"host.a", a}, {"host.b", b}};
}

void Product::expect(const sim::RunResult& result) const {
  const auto shown = result.tensors.find("c");
  ASSERT_NE(shown, result.tensors.end());
  ASSERT_EQ(shown->second.shape[1], c.shape[1]);
  ASSERT_GE(shown->second.values.size(), c.values.size());
  for (std::size_t i = 0; i < c.values.size(); ++i) {
    ASSERT_EQ(shown->second.values[i], c.values[i]) << "element " << i;
  }
}

sim::RunResult time_of(const KernelRun& kernel) {
  return run(kernel, {}, false, sim::EngineKind::dataflow, false);
}

sim::RunResult word_engine(const KernelRun& kernel, const sim::TensorSource& operands) {
  return run(kernel, operands, true, sim::EngineKind::word);
}

sim::RunResult both_engines(const KernelRun& kernel, const sim::TensorSource& operands) {
  sim::RunResult flow = run(kernel, operands, true, sim::EngineKind::dataflow);
  const sim::RunResult word = run(kernel, operands, true, sim::EngineKind::word);
  const sim::RunResult timing = run(kernel, operands, false, sim::EngineKind::dataflow);
  EXPECT_TRUE(flow.exact) << flow.exactness;
  EXPECT_EQ(flow.cycles, word.cycles);
  EXPECT_EQ(flow.cycles, timing.cycles);
  for (const auto& [name, tensor] : flow.tensors) {
    const auto twin = word.tensors.find(name);
    EXPECT_TRUE(twin != word.tensors.end() && twin->second.values == tensor.values) << name;
  }
  return flow;
}

}  // namespace weft::mapper
