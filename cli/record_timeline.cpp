// SPDX-License-Identifier: Apache-2.0
#include "cli/record_timeline.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "isa/bundle.h"
#include "sim/memory/sram.h"
#include "traces/packed.h"

namespace weft::cli {
namespace {

constexpr std::array<const char*, sim::kSeries> kSeriesNames{
    "compute", "setup", "moving", "input", "output", "unit", "memory", "idle", "link"};

std::string packed(const std::vector<std::uint8_t>& bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return bytes.empty() ? std::string() : traces::deflated(text);
}

void put_plane(const char* name, const char* unit, const std::vector<std::int64_t>& numbers,
               traces::Recording& recording) {
  traces::Plane& plane = *recording.add_planes();
  plane.set_name(name);
  plane.set_unit(unit);
  plane.set_deflated(traces::pack_numbers(numbers));
}

// Program and buffers of the role of each tile.
std::vector<std::int64_t> sram_bytes(const isa::Bundle& bundle) {
  const auto& region = bundle.region();
  std::vector<std::int64_t> bytes(
      static_cast<std::size_t>(std::int64_t{region.width()} * region.height()));
  for (const isa::Role& role : bundle.roles()) {
    const std::int64_t extent = sim::sram_extent(role);
    for (const isa::TileSet& set : role.tiles()) {
      const weft::TileSet tiles = isa::tile_set_of(set);
      for (int j = 0; j < tiles.y.count; ++j) {
        const std::int64_t row =
            std::int64_t{tiles.y.first + j * tiles.y.step - region.y()} * region.width() +
            tiles.x.first - region.x();
        for (int i = 0; i < tiles.x.count; ++i) {
          bytes[static_cast<std::size_t>(row + std::int64_t{i} * tiles.x.step)] = extent;
        }
      }
    }
  }
  return bytes;
}

}  // namespace

void record_timeline(const sim::RunResult& result, const isa::Bundle& bundle,
                     traces::Recording& recording) {
  put_plane("sram_bytes", "bytes", sram_bytes(bundle), recording);
  if (!result.link_words.empty()) {
    constexpr std::array<const char*, 4> kNames{"link_east", "link_south", "link_west",
                                                "link_north"};
    const auto tiles = static_cast<std::ptrdiff_t>(result.link_words.size() / kNames.size());
    auto from = result.link_words.begin();
    for (const char* name : kNames) {
      put_plane(name, "words", {from, from + tiles}, recording);
      from += tiles;
    }
  }
  if (!result.timeline) {
    return;
  }
  const sim::RunTimeline& from = *result.timeline;
  traces::Timeline& to = *recording.mutable_timeline();
  to.set_scale(from.scale);
  to.set_width(from.width);
  to.set_height(from.height);
  to.set_slice(from.slice);
  to.set_slices(from.slices);
  to.set_cycles(from.cycles);
  for (const sim::RunTimeline::Added& added : from.added) {
    traces::Added& row = *to.add_added();
    row.set_at(added.at);
    row.set_iterations(added.iterations);
    row.set_period(added.period);
  }
  for (std::size_t series = 0; series < sim::kSeries; ++series) {
    traces::Series& row = *to.add_series();
    row.set_name(kSeriesNames[series]);
    row.set_mean(packed(from.mean[series]));
    row.set_max(packed(from.max[series]));
  }
  if (from.power) {
    traces::Series& row = *to.add_series();
    row.set_name("power");
    row.set_mean(packed(from.power->mean));
    row.set_max(packed(from.power->max));
    row.mutable_scale()->set_unit("W");
    row.mutable_scale()->set_zero(from.power->least);
    row.mutable_scale()->set_full(from.power->most);
  }
}

}  // namespace weft::cli
