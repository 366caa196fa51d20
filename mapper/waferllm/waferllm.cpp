// SPDX-License-Identifier: Apache-2.0
#include "mapper/waferllm/waferllm.h"

#include <fmt/format.h>

#include <cmath>
#include <map>

#include "arch/machine.h"
#include "isa/bundle.h"
#include "isa/layout.h"
#include "mapper/collectives/color_plan.h"
#include "mapper/decoder.h"
#include "mapper/kernels/mesh_kernel.h"
#include "mapper/sram_plan.h"
#include "mapper/waferllm/layer.h"

namespace weft::mapper {
namespace {

using isa::Axis;

int published_groups(int tiles) {
  static const std::map<int, int> groups = {{360, 18}, {420, 20}, {480, 20}, {512, 32},
                                            {540, 20}, {600, 24}, {660, 22}, {720, 24}};
  const auto known = groups.find(tiles);
  return known != groups.end()
             ? known->second
             : std::max(1, static_cast<int>(std::lround(std::sqrt(static_cast<double>(tiles)))));
}

Status check(const WaferLlm& model, const arch::Machine& machine) {
  const int most = std::min(machine.grid().width(), machine.grid().height());
  if (model.tiles < 2 || model.tiles > most) {
    return input_error(fmt::format("a square of {0}x{0} tiles: {1} has room for 2x2 to {2}x{2}",
                                   model.tiles, machine.name(), most));
  }
  if (model.groups < 1 || model.groups > model.tiles) {
    return input_error(fmt::format("{} groups of a line of {} tiles; take 1 to {}", model.groups,
                                   model.tiles, model.tiles));
  }
  for (const auto& [name, size] :
       {std::pair{"dim", model.dim}, {"ffn", model.ffn}, {"sequence", model.sequence}}) {
    if (size < model.tiles || size % model.tiles != 0) {
      return input_error(
          fmt::format("{} {}: not a multiple of {} tiles; pad it", name, size, model.tiles));
    }
  }
  if (model.layers < 1 || model.tokens < 1) {
    return input_error(
        fmt::format("{} layers, {} tokens: at least one of each", model.layers, model.tokens));
  }
  return {};
}

Result<TwoLevel> plan_axis(const WaferLlm& model, bool along_x, const arch::Machine& machine) {
  collectives::Wish wish;
  wish.back = false;
  wish.algorithm = collectives::Algorithm::ktree;
  wish.group = (model.tiles + model.groups - 1) / model.groups;
  const std::int64_t words = (3LL * model.dim_tile() + 1) / 2;
  WEFT_ASSIGN(auto plan, collectives::plan_line({model.tiles, 1, 0, along_x}, words,
                                                collectives::Timing::of(machine), wish));
  return TwoLevel{std::move(plan)};
}

/// The all-reduces along x and along y.
struct Axes {
  std::vector<TwoLevel> plans;
  std::vector<collectives::Colors> colors;
};

Result<Axes> plan_axes(const WaferLlm& model, const arch::Machine& machine) {
  Axes axes;
  for (const bool along_x : {true, false}) {
    WEFT_ASSIGN(TwoLevel plan, plan_axis(model, along_x, machine));
    axes.plans.push_back(std::move(plan));
  }
  WEFT_ASSIGN(axes.colors,
              collectives::assign_colors({axes.plans[0].flows(), axes.plans[1].flows()},
                                         machine.fabric().colors()));
  return axes;
}

/// Tiles of an axis by what they do.
using Places = std::map<TwoLevelPlace, std::vector<int>>;

Places places_of(const TwoLevel& plan) {
  Places places;
  for (int i = 0; i < plan.tree.line().length; ++i) {
    places[TwoLevelPlace::of(plan, i)].push_back(i);
  }
  return places;
}

isa::Load load(const std::string& buffer, const Axis& rows, const Axis& columns) {
  isa::Load made;
  made.set_tensor("host." + buffer);
  made.set_buffer(buffer);
  made.set_dtype(static_cast<int>(DType::f16));
  *made.mutable_rows() = rows;
  *made.mutable_columns() = columns;
  made.set_row_stride(columns.local());
  made.set_column_stride(1);
  return made;
}

void add_loads(const WaferLlm& model, isa::Bundle& bundle) {
  const auto along = [&](Axis::Along axis, int size) {
    return isa::block_axis(axis, size, model.tiles);
  };
  const Axis one = isa::replicated_axis(1);
  const Axis dim_x = along(Axis::X, model.dim);
  const Axis dim_y = along(Axis::Y, model.dim);
  const Axis ffn_x = along(Axis::X, model.ffn);
  const Axis positions = along(Axis::Y, model.sequence);
  std::vector<isa::Load> loads = {load("x", one, dim_y),
                                  load("gain", one, dim_y),
                                  load("q", dim_y, dim_x),
                                  load("k", dim_y, dim_x),
                                  load("v", dim_y, dim_x),
                                  load("cache.k", dim_x, positions),
                                  load("cache.v", positions, dim_x),
                                  load("o", dim_x, dim_y),
                                  load("up", dim_y, ffn_x),
                                  load("gate", dim_y, ffn_x),
                                  load("down", ffn_x, dim_y)};
  if (model.pairs() > 0) {
    const Axis angles = along(Axis::X, model.pairs() * model.tiles);
    loads.push_back(load("cos", one, angles));
    loads.push_back(load("sin", one, angles));
  }
  bundle.mutable_loads()->Assign(loads.begin(), loads.end());
}

void add_roles(const WaferLlm& model, const Axes& axes, int instruction_bytes,
               isa::Bundle& bundle) {
  const Places columns = places_of(axes.plans[0]);
  const Places rows = places_of(axes.plans[1]);
  for (const auto& [y, ys] : rows) {
    for (const auto& [x, xs] : columns) {
      isa::RoleBuilder builder(fmt::format("decode{}", bundle.roles_size()));
      write_waferllm(model, {x, &axes.colors[0]}, {y, &axes.colors[1]}, builder);
      isa::Role& role = *bundle.add_roles();
      role = builder.finish(instruction_bytes);
      for (const weft::TileSet& tiles : product_of(xs, ys)) {
        *role.add_tiles() = isa::to_proto(tiles);
      }
    }
  }
}

}  // namespace

WaferLlm WaferLlm::padded(int tiles, int width, int hidden, int positions) {
  const auto pad = [&](int size) { return block_of(size, tiles) * tiles; };
  return {tiles, published_groups(tiles), pad(width), pad(hidden), pad(positions)};
}

Result<WaferLlm> waferllm_of(const models::Graph& graph, int tiles, int positions, int tokens) {
  WEFT_ASSIGN(const Decoder decoder, fuse_decoder(graph));
  WaferLlm model = WaferLlm::padded(tiles, decoder.width, decoder.hidden, positions);
  model.layers = static_cast<int>(decoder.layers.size());
  model.tokens = tokens;
  return model;
}

Result<isa::Bundle> map_waferllm(const WaferLlm& model, const arch::Machine& machine,
                                 std::vector<std::string>& decisions) {
  WEFT_TRY(check(model, machine));
  WEFT_ASSIGN(const Axes axes, plan_axes(model, machine));
  isa::Bundle bundle;
  bundle.set_version(isa::kBundleVersion);
  bundle.set_machine(machine.name());
  bundle.set_machine_hash(arch::machine_hash(machine));
  bundle.set_model("waferllm");
  bundle.set_phase("decode");
  bundle.mutable_region()->set_width(model.tiles);
  bundle.mutable_region()->set_height(model.tiles);
  for (const std::string_view op : kWaferLlmOps) {
    bundle.add_graph_ops(fmt::format("layers.{{}}.{}", op));
  }
  isa::Probe& probe = *bundle.add_probes();
  probe.set_name("x");
  *probe.mutable_columns() = isa::block_axis(Axis::Y, model.dim, model.tiles);
  add_roles(model, axes, machine.tile().instruction_bytes(), bundle);
  const weft::Rect region{0, 0, model.tiles, model.tiles};
  for (std::size_t i = 0; i < axes.plans.size(); ++i) {
    for (isa::Route& route : axes.plans[i].routes(axes.colors[i], region)) {
      *bundle.add_routes() = std::move(route);
    }
  }
  add_loads(model, bundle);
  const std::int64_t bytes = largest_use(bundle).bytes;
  if (bytes > machine.tile().sram()) {
    return input_error(fmt::format(
        "dim {}, ffn {} and {} positions need {} bytes of SRAM a tile on {}x{} tiles, and {} has "
        "{}; take more tiles",
        model.dim, model.ffn, model.sequence, bytes, model.tiles, model.tiles, machine.name(),
        machine.tile().sram()));
  }
  decisions.push_back(
      fmt::format("strategy waferllm: {0}x{0} tiles, one head of {1}, ffn {2}, "
                  "cache of {3} positions, {4} groups a line, {5} layers",
                  model.tiles, model.dim, model.ffn, model.sequence, model.groups, model.layers));
  for (const TwoLevel& axis : axes.plans) {
    decisions.push_back(axis.tree.text());
  }
  return bundle;
}

}  // namespace weft::mapper
