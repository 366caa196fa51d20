// SPDX-License-Identifier: Apache-2.0
#include "mapper/roles.h"

#include <fmt/format.h>

#include <map>

#include "isa/bundle.h"
#include "mapper/program.h"

namespace weft::mapper {
namespace {

using collectives::Place;

/// Columns and rows of a region by what their tiles do in the collectives along their axis.
struct PlaceSets {
  std::map<std::vector<Place>, std::vector<int>> columns, rows;
};

PlaceSets place_sets(const Shape& shape, const Reductions& reductions) {
  const auto places = [&](bool along_x, int index) {
    std::vector<Place> of;
    for (const collectives::LinePlan& plan : reductions.plans) {
      if (plan.line().along_x == along_x) {
        of.push_back(plan.place(index));
      }
    }
    return of;
  };
  PlaceSets sets;
  for (int x = 0; x < shape.region.width; ++x) {
    sets.columns[places(true, x)].push_back(x);
  }
  for (int y = 0; y < shape.region.height; ++y) {
    sets.rows[places(false, y)].push_back(y);
  }
  return sets;
}

/// Places by plan, of a column and a row.
std::vector<Place> places_of(const Reductions& reductions, const std::vector<Place>& column,
                             const std::vector<Place>& row) {
  std::vector<Place> places;
  auto across = column.begin();
  auto down = row.begin();
  for (const collectives::LinePlan& plan : reductions.plans) {
    places.push_back(plan.line().along_x ? *across++ : *down++);
  }
  return places;
}

void add_tiles(const std::vector<int>& xs, const std::vector<int>& ys, const weft::Rect& region,
               isa::Role& role) {
  for (const weft::Stride& sx : collectives::strides_of(xs)) {
    for (const weft::Stride& sy : collectives::strides_of(ys)) {
      *role.add_tiles() = isa::to_proto(
          {{sx.first + region.x, sx.step, sx.count}, {sy.first + region.y, sy.step, sy.count}});
    }
  }
}

std::string prefix_of(const Placement& placement, const std::vector<std::size_t>& regions) {
  return placement.single() ? std::string() : placement.regions[regions.front()].name + ".";
}

}  // namespace

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
                   const Placement& placement, const Handoffs& handoffs,
                   const Reductions& reductions, int instruction_bytes, isa::Bundle& bundle) {
  std::map<RegionKind, std::vector<std::size_t>> kinds;
  for (std::size_t r = 0; r < placement.regions.size(); ++r) {
    kinds[kind_of(placement, handoffs, r)].push_back(r);
  }
  const PlaceSets sets = place_sets(shape, reductions);
  NameTable names;
  for (const auto& [kind, regions] : kinds) {
    int column_kind = 0;
    for (const auto& [column, xs] : sets.columns) {
      int row_kind = 0;
      for (const auto& [row, ys] : sets.rows) {
        if (request.stop && request.stop()) {
          return failed_error("stopped before the model was mapped");
        }
        Emitter emitter(
            decoder, shape, request, kind, reductions, places_of(reductions, column, row), names,
            fmt::format("{}x{}.y{}", prefix_of(placement, regions), column_kind, row_kind++));
        write_program(emitter);
        isa::Role role = emitter.role().finish(instruction_bytes);
        for (const std::size_t region : regions) {
          add_tiles(xs, ys, placement.regions[region].rect, role);
        }
        *bundle.add_roles() = std::move(role);
      }
      ++column_kind;
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
