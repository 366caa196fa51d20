// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <functional>
#include <map>
#include <numeric>

#include "bench/calibration/rows.h"
#include "isa/bundle.h"
#include "isa/layout.h"
#include "isa/verify.h"
#include "mapper/collectives/emit.h"
#include "mapper/collectives/multicast.h"
#include "mapper/collectives/ring.h"
#include "mapper/kernels/mesh_kernel.h"
#include "mapper/waferllm/waferllm.h"
#include "sim/simulate.h"

namespace weft::bench {
namespace {

namespace collectives = mapper::collectives;
using isa::Opcode;

/// Published runs repeat a layer so often, after others that warm up.
constexpr int kLayers = 100;

Result<double> run(const isa::Bundle& bundle, const arch::Machine& machine) {
  WEFT_TRY(isa::verify(bundle, machine));
  sim::Options options;
  options.data = false;
  WEFT_ASSIGN(const sim::RunResult result, sim::simulate(bundle, machine, {}, options));
  if (!result.deadlock.empty() || !result.exact) {
    return failed_error(result.exact ? result.deadlock.front() : result.exactness);
  }
  return static_cast<double>(result.cycles.count());
}

/// A collective on f32 words: its flows are colors in their order, and `emit` writes the program of
/// a tile behind the descriptor of its vector, which is tensor register 0 over buffer 0.
struct Collective {
  int width = 1, height = 1;
  std::vector<isa::Route> routes;
  std::function<std::string(int x, int y)> role;  ///< tiles of one name run one program
  std::function<void(isa::RoleBuilder&, int x, int y)> emit;
};

Result<double> run(const Collective& made, const PublishedRow& row, const arch::Machine& machine) {
  isa::Bundle bundle;
  bundle.set_version(isa::kBundleVersion);
  bundle.mutable_region()->set_width(made.width);
  bundle.mutable_region()->set_height(made.height);
  bundle.mutable_routes()->Assign(made.routes.begin(), made.routes.end());
  isa::Load& load = *bundle.add_loads();
  load.set_tensor("host.in");
  load.set_buffer("x");
  *load.mutable_rows() = isa::replicated_axis(1);
  *load.mutable_columns() = isa::replicated_axis(row.words);
  load.set_row_stride(row.words);
  load.set_column_stride(1);
  std::map<std::string, std::vector<weft::TileSet>> tiles;
  std::map<std::string, isa::RoleBuilder> roles;
  for (int y = 0; y < made.height; ++y) {
    for (int x = 0; x < made.width; ++x) {
      const std::string name = made.role(x, y);
      const auto [at, fresh] = roles.try_emplace(name, name);
      if (fresh) {
        at->second.td(0, at->second.buffer("x", row.words * 4L), 0, DType::f32, {1, row.words});
        made.emit(at->second, x, y);
      }
      tiles[name].push_back({{x, 1, 1}, {y, 1, 1}});
    }
  }
  for (auto& [name, builder] : roles) {
    isa::Role& role = *bundle.add_roles();
    role = builder.finish(machine.tile().instruction_bytes());
    for (const weft::TileSet& set : tiles[name]) {
      *role.add_tiles() = isa::to_proto(set);
    }
  }
  return run(bundle, machine);
}

collectives::Colors first(int count) {
  collectives::Colors colors(static_cast<std::size_t>(count));
  std::iota(colors.begin(), colors.end(), 0);
  return colors;
}

Result<double> run_tree(const PublishedRow& row, const arch::Machine& machine) {
  collectives::Wish wish;
  wish.back = false;
  wish.apart = false;
  wish.root = 0;
  wish.colors = machine.fabric().colors();
  wish.places = row.tiles;
  wish.algorithm = collectives::algorithm_of(row.kind);
  if (!wish.algorithm) {
    return input_error(fmt::format("{}: nobody knows kind {}", row.name, row.kind));
  }
  WEFT_ASSIGN(const auto plan, collectives::plan_line({row.tiles, 1, 0, true}, row.words,
                                                      collectives::Timing::of(machine), wish));
  const auto colors = first(plan.colors());
  Collective made{row.tiles, 1, plan.routes(colors, {0, 0, row.tiles, 1}), {}, {}};
  made.role = [&](int x, int) {
    const collectives::Place place = plan.place(x);
    return fmt::format("{} in {} out {} {}", static_cast<int>(place.kind), fmt::join(place.in, " "),
                       place.out, place.stores);
  };
  made.emit = [&](isa::RoleBuilder& role, int x, int) {
    emit_reduce(role, plan.place(x), colors, Opcode::recv_add, Opcode::fwd_add, 0);
  };
  return run(made, row, machine);
}

Result<double> run_ring(const PublishedRow& row, const arch::Machine& machine) {
  const collectives::Ring ring({row.tiles, 1, 0, true});
  const auto colors = first(ring.colors());
  Collective made{row.tiles, 1, ring.routes(colors, {0, 0, row.tiles, 1}), {}, {}};
  made.role = [](int x, int) { return fmt::format("{}", x); };
  made.emit = [&](isa::RoleBuilder& role, int x, int) {
    collectives::RingOperand operand;
    operand.share = row.words / row.tiles;
    ring.emit_all_reduce(role, ring.place(x), colors, Opcode::recv_add, operand);
  };
  return run(made, row, machine);
}

Result<double> run_broadcast(const PublishedRow& row, const arch::Machine& machine) {
  const int height = row.kind == "broadcast" ? 1 : row.tiles;
  const collectives::MeshBroadcast broadcast{row.tiles, height, 0, 0};
  Collective made{row.tiles, height, broadcast.routes({0}, {0, 0, row.tiles, height}), {}, {}};
  made.role = [&](int x, int y) { return broadcast.sends(x, y) ? "source" : "others"; };
  made.emit = [&](isa::RoleBuilder& role, int x, int y) {
    collectives::emit_multicast(role, broadcast.sends(x, y), 0, 0);
  };
  return run(made, row, machine);
}

Result<double> run_waferllm(const PublishedRow& row, const arch::Machine& machine) {
  std::vector<std::string> decisions;
  const mapper::WaferLlm model{row.tiles, row.groups, row.dim, row.ffn, row.sequence, kLayers, 1};
  WEFT_ASSIGN(const isa::Bundle bundle, mapper::map_waferllm(model, machine, decisions));
  WEFT_ASSIGN(const double cycles, run(bundle, machine));
  return cycles / kLayers;
}

}  // namespace

Result<double> simulate_row(const PublishedRow& row, const arch::Machine& machine) {
  const auto result = row.kind == "waferllm"          ? run_waferllm(row, machine)
                      : row.kind == "ring"            ? run_ring(row, machine)
                      : row.kind.starts_with("broad") ? run_broadcast(row, machine)
                                                      : run_tree(row, machine);
  if (!result.ok()) {
    Error error = result.error();
    error.message = row.title() + ": " + error.message;
    return error;
  }
  return *result;
}

}  // namespace weft::bench
