// SPDX-License-Identifier: Apache-2.0
#include "cli/record_floorplan.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/dtype.h"
#include "isa/text.h"

namespace weft::cli {
namespace {

// What traces/recording.proto promises.
constexpr int kMostOutlines = 64;
constexpr int kMostGrids = 4096;
constexpr std::size_t kMostText = std::size_t{1} << 20;

const isa::Load* product_of(const isa::Bundle& bundle) {
  const auto found = std::find_if(bundle.loads().begin(), bundle.loads().end(),
                                  [](const isa::Load& load) { return load.transposed(); });
  return found == bundle.loads().end() ? nullptr : &*found;
}

void put_region(const isa::Region& from, traces::Region& to) {
  to.set_x(from.x());
  to.set_y(from.y());
  to.set_width(from.width());
  to.set_height(from.height());
}

// Regions count the layers they hold from the first; the next one tells where they end.
std::string region_name(const isa::Bundle& bundle, int region) {
  const int first = bundle.regions(region).first_index();
  int next = -1;
  for (const isa::Region& other : bundle.regions()) {
    if (other.first_index() > first && (next < 0 || other.first_index() < next)) {
      next = other.first_index();
    }
  }
  if (next < 0) {
    return fmt::format("layers {} on", first);
  }
  return next == first + 1 ? fmt::format("layer {}", first)
                           : fmt::format("layers {}-{}", first, next - 1);
}

void put_roles(const isa::Bundle& bundle, traces::Floorplan& plan) {
  int grids = 0;
  std::size_t text = 0;
  for (const isa::Role& role : bundle.roles()) {
    grids += role.tiles_size();
    if (grids > kMostGrids) {
      return;
    }
    traces::RoleText& to = *plan.add_roles();
    to.set_name(role.name());
    for (const isa::TileSet& tiles : role.tiles()) {
      traces::TileGrid& grid = *to.add_tiles();
      grid.set_x(tiles.x().first());
      grid.set_x_step(tiles.x().step());
      grid.set_x_count(tiles.x().count());
      grid.set_y(tiles.y().first());
      grid.set_y_step(tiles.y().step());
      grid.set_y_count(tiles.y().count());
    }
    if (text > kMostText) {
      continue;
    }
    const auto lines = isa::print_instructions(bundle, role);
    for (const std::string& line : lines) {
      text += line.size();
    }
    if (text <= kMostText) {
      to.mutable_code()->Assign(lines.begin(), lines.end());
    }
  }
}

}  // namespace

double peak_macs(const isa::Bundle& bundle, const arch::Machine& machine) {
  const auto& rates = machine.tile().tensor_macs();
  const isa::Load* product = product_of(bundle);
  if (product == nullptr) {
    return std::max({rates.f32(), rates.f16(), rates.bf16()});
  }
  switch (static_cast<DType>(product->dtype())) {
    case DType::f16:
      return rates.f16();
    case DType::bf16:
      return rates.bf16();
    default:
      return rates.f32();
  }
}

void record_floorplan(const isa::Bundle& bundle, const arch::Machine& machine,
                      traces::Floorplan& plan) {
  plan.mutable_machine()->set_width(machine.grid().width());
  plan.mutable_machine()->set_height(machine.grid().height());
  for (int i = 0; i < std::min(bundle.regions_size(), kMostOutlines); ++i) {
    traces::Outline& outline = *plan.add_outlines();
    outline.set_name(region_name(bundle, i));
    put_region(bundle.regions(i), *outline.mutable_tiles());
  }
  put_roles(bundle, plan);
  traces::Roofs& roofs = *plan.mutable_roofs();
  roofs.set_macs(peak_macs(bundle, machine));
  roofs.set_read_bytes(machine.tile().read_bandwidth());
  const isa::Load* product = product_of(bundle);
  constexpr int kWidest = 4;
  roofs.set_weight_bytes(product == nullptr ? kWidest
                                            : bytes_of(static_cast<DType>(product->dtype())));
  const auto& pace = machine.fabric().words_per_cycle();
  roofs.set_link_words(static_cast<double>(std::max(1, pace.num())) / std::max(1, pace.den()));
}

}  // namespace weft::cli
