// SPDX-License-Identifier: Apache-2.0
#include "collective_case.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <numeric>

#include "arch/machine.h"
#include "isa/bundle.h"
#include "isa/layout.h"
#include "isa/verify.h"
#include "mapper/collectives/emit.h"

namespace weft::mapper::collectives {
namespace {

using isa::Opcode;

constexpr int kCsrY = 1;
constexpr int kRowRegister = 31;
constexpr int kStart = 47;

struct Tiles {
  int x, y;                                 ///< the first of them
  std::map<int, std::vector<int>> columns;  ///< by row
};

}  // namespace

isa::Bundle CollectiveCase::bundle() const {
  isa::Bundle bundle;
  bundle.set_version(isa::kBundleVersion);
  auto& area = *bundle.mutable_region();
  area.set_x(region.x);
  area.set_y(region.y);
  area.set_width(region.width);
  area.set_height(region.height);
  bundle.mutable_routes()->Assign(routes.begin(), routes.end());
  const isa::Axis columns = isa::block_axis(isa::Axis::X, region.width * elements, region.width);
  if (values) {
    isa::Probe& probe = *bundle.add_probes();
    probe.set_name("shown");
    *probe.mutable_columns() = columns;
  }
  isa::Load& load = *bundle.add_loads();
  load.set_tensor("host.in");
  load.set_buffer("x");
  *load.mutable_rows() = isa::block_axis(isa::Axis::Y, region.height, region.height);
  *load.mutable_columns() = columns;
  load.set_row_stride(elements);
  load.set_column_stride(1);
  std::map<std::string, Tiles> same;
  for (int y = 0; y < region.height; ++y) {
    for (int x = 0; x < region.width; ++x) {
      const std::string key = fmt::format(
          "{} start {}", role ? role(x, y) : fmt::format("{} {}", x, y), start ? start(x, y) : 0);
      auto [at, fresh] = same.try_emplace(key, Tiles{x, y, {}});
      at->second.columns[y].push_back(x);
    }
  }
  for (const auto& [key, tiles] : same) {
    isa::RoleBuilder builder(key);
    const int buffer = builder.buffer("x", elements * 4);
    builder.td(0, buffer, 0, DType::f32, {1, elements});
    if (const int cycles = start ? start(tiles.x, tiles.y) : 0; cycles > 0) {
      builder.emit(Opcode::busy, {cycles});
    }
    emit(builder, tiles.x, tiles.y);
    if (values) {
      builder.emit(Opcode::csrr, {kRowRegister, kCsrY});
      builder.td(kStart, buffer, 0, DType::f32, {1, elements});
      builder.emit(Opcode::probe, {0, kStart, isa::Value::reg(kRowRegister), 0});
    }
    isa::Role made = builder.finish(machine.tile().instruction_bytes());
    for (const auto& [y, xs] : tiles.columns) {
      for (weft::Stride stride : strides_of(xs)) {
        stride.first += region.x;
        *made.add_tiles() = isa::to_proto({stride, {region.y + y, 1, 1}});
      }
    }
    *bundle.add_roles() = std::move(made);
  }
  return bundle;
}

sim::RunResult CollectiveCase::run(sim::EngineKind engine) const {
  const isa::Bundle made = bundle();
  const auto wrong = isa::find_violations(made, machine);
  EXPECT_TRUE(wrong.empty()) << wrong.front();
  sim::TensorSource source;
  if (values) {
    DenseTensor& in = source.host["host.in"];
    in.shape = {region.height, region.width * elements};
    for (int y = 0; y < region.height; ++y) {
      for (int x = 0; x < region.width; ++x) {
        for (int i = 0; i < elements; ++i) {
          in.values.push_back(static_cast<float>(value(x, y, i)));
        }
      }
    }
  }
  sim::Options options;
  options.engine = engine;
  options.data = values;
  options.sample_hops = 0;
  auto result = sim::simulate(made, machine, source, options);
  if (!result.ok() || !result->deadlock.empty()) {
    ADD_FAILURE() << (result.ok() ? result->deadlock.front() : result.error().message);
    return {};
  }
  return std::move(*result);
}

float CollectiveCase::shown(const sim::RunResult& result, const CollectiveCase& of, int x, int y,
                            int i) {
  const auto at = result.tensors.find("shown");
  if (at == result.tensors.end()) {
    return -1.0F;
  }
  const std::size_t index = static_cast<std::size_t>((y * of.region.width + x) * of.elements + i);
  return index < at->second.values.size() ? at->second.values[index] : -1.0F;
}

arch::Machine machine_with(int transfer, int width, int height,
                           const std::vector<std::string>& overrides) {
  auto machine = arch::load_machine("wse2", overrides);
  EXPECT_TRUE(machine.ok()) << machine.error().message;
  auto& setup = *machine->mutable_tile()->mutable_setup();
  setup.Clear();
  setup.set_transfer(transfer);
  machine->mutable_grid()->set_width(width);
  machine->mutable_grid()->set_height(height);
  machine->clear_edge();
  machine->mutable_tile()->set_sram(1 << 20);
  return *machine;
}

std::string key_of(const Place& place) {
  return fmt::format("{} in {} out {} {} back {}", static_cast<int>(place.kind),
                     fmt::join(place.in, " "), place.out, place.stores, place.back);
}

CollectiveCase line_case(const LinePlan& plan, const arch::Machine& machine, int across,
                         int words) {
  CollectiveCase made;
  const Line line = plan.line();
  const int extent = line.first + line.length * line.lines + 1;
  made.machine = machine;
  made.machine.mutable_grid()->set_width(line.along_x ? extent : across);
  made.machine.mutable_grid()->set_height(line.along_x ? across : extent);
  made.machine.mutable_fabric()->set_colors(std::min(64, std::max(24, plan.colors())));
  made.region = {0, 0, line.along_x ? extent : across, line.along_x ? across : extent};
  made.elements = words;
  Colors colors(static_cast<std::size_t>(plan.colors()));
  std::iota(colors.begin(), colors.end(), 0);
  made.routes = plan.routes(colors, made.region);
  const auto place = [plan](int x, int y) { return plan.place(plan.line().along_x ? x : y); };
  made.role = [place](int x, int y) { return key_of(place(x, y)); };
  made.emit = [plan, place, colors](isa::RoleBuilder& role, int x, int y) {
    if (plan.back()) {
      emit_all_reduce(role, place(x, y), colors, Opcode::recv_add, Opcode::fwd_add, 0);
    } else {
      emit_reduce(role, place(x, y), colors, Opcode::recv_add, Opcode::fwd_add, 0);
    }
  };
  return made;
}

}  // namespace weft::mapper::collectives
