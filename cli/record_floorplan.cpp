// SPDX-License-Identifier: Apache-2.0
#include "cli/record_floorplan.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "base/dtype.h"
#include "isa/bundle.h"
#include "isa/text.h"
#include "traces/packed.h"

namespace weft::cli {
namespace {

// What traces/recording.proto promises.
constexpr int kMostOutlines = 64;
constexpr std::size_t kMostText = std::size_t{1} << 20;
constexpr std::size_t kMostNumbers = std::size_t{1} << 22;

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

// Whether a program that runs at the corner of a region ends ops of layers.
bool holds_layers(const isa::Bundle& bundle, const isa::Region& region) {
  const int role = isa::role_at(bundle, region.x(), region.y());
  if (role < 0) {
    return false;
  }
  const auto& code = bundle.roles(role).code();
  return std::any_of(code.begin(), code.end(), [&](const isa::Instruction& instruction) {
    const int op = instruction.graph_op() - 1;
    return op >= 0 && op < bundle.graph_ops_size() && bundle.graph_ops(op).starts_with("layers.") &&
           !bundle.graph_ops(op).ends_with("handoff");
  });
}

// Regions count the layers they hold from the first; the next one tells where they end.
std::string region_name(const isa::Bundle& bundle, const isa::Region& region, int layers) {
  if (!holds_layers(bundle, region)) {
    return "embedding and head";
  }
  const int first = region.first_index();
  int next = layers;
  for (const isa::Region& other : bundle.regions()) {
    if (other.first_index() > first && (next == 0 || other.first_index() < next)) {
      next = other.first_index();
    }
  }
  if (next == 0) {
    return fmt::format("layers {} on", first);
  }
  return next == first + 1 ? fmt::format("layer {}", first)
                           : fmt::format("layers {}-{}", first, next - 1);
}

/// Index of the role of each tile of the region, counted from 1.
std::vector<std::int64_t> roles_of_tiles(const isa::Bundle& bundle) {
  const weft::Rect region = isa::rect_of(bundle.region());
  std::vector<std::int64_t> roles(static_cast<std::size_t>(std::max(0LL, region.area())));
  for (int role = 0; role < bundle.roles_size(); ++role) {
    for (const isa::TileSet& set : bundle.roles(role).tiles()) {
      const weft::TileSet tiles = isa::tile_set_of(set);
      for (int j = 0; j < tiles.y.count; ++j) {
        for (int i = 0; i < tiles.x.count; ++i) {
          const int x = tiles.x.first + i * tiles.x.step;
          const int y = tiles.y.first + j * tiles.y.step;
          if (region.contains(x, y)) {
            roles[static_cast<std::size_t>(y - region.y) * static_cast<std::size_t>(region.width) +
                  static_cast<std::size_t>(x - region.x)] = role + 1;
          }
        }
      }
    }
  }
  return roles;
}

/// Programs of roles differ in few lines, so each line is kept once.
void put_programs(const isa::Bundle& bundle, const std::vector<int>& by_tiles,
                  traces::Floorplan& plan) {
  std::unordered_map<std::string, std::int64_t> numbers;
  std::vector<std::vector<std::int64_t>> programs(by_tiles.size());
  std::size_t text = 0;
  std::size_t kept = by_tiles.size();
  for (const int role : by_tiles) {
    std::vector<std::int64_t> program;
    for (std::string& line : isa::print_instructions(bundle, bundle.roles(role))) {
      const auto [found, fresh] = numbers.try_emplace(std::move(line), std::ssize(numbers));
      if (fresh) {
        text += found->first.size();
        plan.add_lines(found->first);
      }
      program.push_back(found->second);
    }
    kept += program.size();
    if (text > kMostText || kept > kMostNumbers) {
      break;
    }
    programs[static_cast<std::size_t>(role)] = std::move(program);
  }
  std::vector<std::int64_t> all;
  for (const auto& program : programs) {
    all.push_back(std::ssize(program));
    all.insert(all.end(), program.begin(), program.end());
  }
  plan.set_programs(traces::pack_numbers(all));
  plan.set_program_numbers(std::ssize(all));
}

void put_roles(const isa::Bundle& bundle, traces::Floorplan& plan) {
  const std::vector<std::int64_t> roles = roles_of_tiles(bundle);
  plan.set_role_of_tile(traces::pack_numbers(roles));
  std::vector<std::int64_t> tiles(static_cast<std::size_t>(bundle.roles_size()) + 1);
  for (const std::int64_t role : roles) {
    ++tiles[static_cast<std::size_t>(role)];
  }
  std::vector<int> by_tiles;
  for (int role = 0; role < bundle.roles_size(); ++role) {
    plan.add_roles()->set_name(bundle.roles(role).name());
    by_tiles.push_back(role);
  }
  const auto count = [&](int role) { return tiles[static_cast<std::size_t>(role) + 1]; };
  std::stable_sort(by_tiles.begin(), by_tiles.end(),
                   [&](int a, int b) { return count(a) > count(b); });
  put_programs(bundle, by_tiles, plan);
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

void record_floorplan(const isa::Bundle& bundle, const arch::Machine& machine, int layers,
                      traces::Floorplan& plan) {
  plan.mutable_machine()->set_width(machine.grid().width());
  plan.mutable_machine()->set_height(machine.grid().height());
  for (int i = 0; i < std::min(bundle.regions_size(), kMostOutlines); ++i) {
    traces::Outline& outline = *plan.add_outlines();
    outline.set_name(region_name(bundle, bundle.regions(i), layers));
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
