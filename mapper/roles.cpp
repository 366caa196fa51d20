// SPDX-License-Identifier: Apache-2.0
#include "mapper/roles.h"

#include <fmt/format.h>

#include <map>

#include "isa/bundle.h"
#include "mapper/program.h"

namespace weft::mapper {
namespace {

std::string place_name(const ChainPlace& place) {
  using Kind = ChainPlace::Kind;
  if (place.kind == Kind::alone) {
    return "alone";
  }
  if (place.kind == Kind::outside) {
    return "outside";
  }
  if (place.kind == Kind::root) {
    return "root";
  }
  return fmt::format("{}{}{}", place.right ? "right" : "left", place.parity,
                     place.kind == Kind::first ? "first" : "");
}

/// Columns and rows of a region by what their tiles do in the chains.
struct PlaceSets {
  std::map<std::pair<ChainPlace, ChainPlace>, std::vector<int>> columns;
  std::map<ChainPlace, std::vector<int>> rows;
};

PlaceSets place_sets(const Shape& shape) {
  const ChainAxes axes = chain_axes(shape);
  const auto place = [&](Axis axis, int index) {
    return axes[static_cast<std::size_t>(axis)].place(index);
  };
  PlaceSets sets;
  for (int x = 0; x < shape.region.width; ++x) {
    sets.columns[{place(Axis::x, x), place(Axis::group, x)}].push_back(x);
  }
  for (int y = 0; y < shape.region.height; ++y) {
    sets.rows[place(Axis::y, y)].push_back(y);
  }
  return sets;
}

void add_tiles(const std::vector<int>& xs, const std::vector<int>& ys, const weft::Rect& region,
               isa::Role& role) {
  for (const weft::Stride& sx : to_strides(xs)) {
    for (const weft::Stride& sy : to_strides(ys)) {
      *role.add_tiles() = isa::to_proto(
          {{sx.first + region.x, sx.step, sx.count}, {sy.first + region.y, sy.step, sy.count}});
    }
  }
}

std::string prefix_of(const Placement& placement, const std::vector<std::size_t>& regions) {
  return placement.single() ? std::string() : placement.regions[regions.front()].name + ".";
}

}  // namespace

ChainAxes chain_axes(const Shape& shape) {
  const int w = shape.region.width;
  const int h = shape.region.height;
  ChainAxes axes;
  axes[static_cast<std::size_t>(Axis::x)] = {w, 1, w, true};
  axes[static_cast<std::size_t>(Axis::y)] = {h, 1, h, false};
  axes[static_cast<std::size_t>(Axis::group)] = {
      shape.heads.columns_per_group, shape.heads.columns_per_group > 1 ? shape.heads.groups : w, w,
      true};
  return axes;
}

RegionKind kind_of(const Placement& placement, const Handoffs& handoffs, std::size_t region) {
  const std::size_t count = placement.regions.size();
  RegionKind kind;
  kind.layers = placement.regions[region].layers;
  kind.vocabulary = placement.regions[region].vocabulary;
  kind.single = placement.single();
  if (!kind.single) {
    kind.before_head = placement.regions[(region + 1) % count].vocabulary;
    kind.out = handoffs.ways[region].colors;
    kind.in = handoffs.ways[(region + count - 1) % count].colors;
    kind.row_color = handoffs.row_color;
  }
  return kind;
}

Status write_roles(const Decoder& decoder, const Shape& shape, const Request& request,
                   const Placement& placement, const Handoffs& handoffs, const ColorPlan& colors,
                   int instruction_bytes, isa::Bundle& bundle) {
  std::map<RegionKind, std::vector<std::size_t>> kinds;
  for (std::size_t r = 0; r < placement.regions.size(); ++r) {
    kinds[kind_of(placement, handoffs, r)].push_back(r);
  }
  const PlaceSets sets = place_sets(shape);
  NameTable names;
  for (const auto& [kind, regions] : kinds) {
    for (const auto& [column, xs] : sets.columns) {
      for (const auto& [row, ys] : sets.rows) {
        if (request.stop && request.stop()) {
          return failed_error("stopped before the model was mapped");
        }
        Emitter emitter(
            decoder, shape, request, kind, colors, {column.first, row, column.second}, names,
            fmt::format("{}x_{}.group_{}.y_{}", prefix_of(placement, regions),
                        place_name(column.first), place_name(column.second), place_name(row)));
        write_program(emitter);
        isa::Role role = emitter.role().finish(instruction_bytes);
        for (const std::size_t region : regions) {
          add_tiles(xs, ys, placement.regions[region].rect, role);
        }
        *bundle.add_roles() = std::move(role);
      }
    }
  }
  for (const std::string& name : names.graph_ops()) {
    bundle.add_graph_ops(name);
  }
  for (const isa::Probe& probe : names.probes()) {
    *bundle.add_probes() = probe;
  }
  return {};
}

}  // namespace weft::mapper
