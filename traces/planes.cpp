// SPDX-License-Identifier: Apache-2.0
#include "traces/planes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "traces/figures.h"
#include "traces/packed.h"

namespace weft::traces {
namespace {

constexpr double kPicojoulesANanojoule = 1000;

std::string label_of(const Plane& plane) {
  if (plane.name() == "sram_bytes") {
    return "SRAM in use";
  }
  if (plane.name().starts_with("link_")) {
    return "link " + plane.name().substr(5);
  }
  return plane.name();
}

bool on_a_machine(const Region& region) {
  constexpr int kFar = 1 << 20;
  const auto near = [](int at) { return at >= 0 && at <= kFar; };
  return near(region.x()) && near(region.y()) && near(region.width()) && near(region.height());
}

bool fits(const Timeline& timeline, const Region& region) {
  constexpr int kMostSlices = 1 << 16;
  constexpr std::int64_t kLongest = std::int64_t{1} << 40;
  const int scale = timeline.scale();
  const bool cells = scale > 0 && scale <= region.width() + region.height() &&
                     timeline.width() == (region.width() + scale - 1) / scale &&
                     timeline.height() == (region.height() + scale - 1) / scale;
  return cells && timeline.slice() > 0 && timeline.slice() <= kLongest && timeline.slices() > 0 &&
         timeline.slices() <= kMostSlices &&
         std::all_of(timeline.added().begin(), timeline.added().end(),
                     [](const Added& added) { return added.period() > 0; }) &&
         std::all_of(timeline.series().begin(), timeline.series().end(), [](const Series& series) {
           return std::isfinite(series.scale().zero()) && std::isfinite(series.scale().full());
         });
}

}  // namespace

Status check_tiles(const Recording& recording) {
  const Region& region = recording.region();
  const std::int64_t tiles = static_cast<std::int64_t>(region.width()) * region.height();
  if (region.width() <= 0 || region.height() <= 0 || !on_a_machine(region) ||
      tiles != recording.tiles_size()) {
    return input_error(
        fmt::format("recording is damaged: {}x{} tiles in the region, {} recorded; run again",
                    region.width(), region.height(), recording.tiles_size()));
  }
  if (!on_a_machine(recording.floorplan().machine())) {
    return input_error("recording is damaged: its machine is of no size; run again");
  }
  if (recording.has_timeline() && !fits(recording.timeline(), region)) {
    return input_error("recording is damaged: its timeline is not that of its region; run again");
  }
  return {};
}

Result<std::vector<TilePlane>> tile_planes(const Recording& recording) {
  WEFT_TRY(check_tiles(recording));
  const auto tiles = static_cast<std::size_t>(recording.tiles_size());
  std::vector<TilePlane> planes;
  for (const BinRow& row : rows_of(Bins())) {
    planes.push_back({std::string(row.key), std::string(row.label), "cycles", {}});
  }
  planes.push_back({"words_sent", "words sent", "words", {}});
  planes.push_back({"words_received", "words received", "words", {}});
  planes.push_back({"macs", "MACs", "MACs", {}});
  planes.push_back({"energy", "energy", "pJ", {}});
  for (TilePlane& plane : planes) {
    plane.values.resize(tiles);
  }
  const auto put = [&](std::size_t plane, std::size_t tile, std::int64_t value) {
    planes[plane].values[tile] = value;
  };
  for (std::size_t i = 0; i < tiles; ++i) {
    const TileTotals& totals = recording.tiles(static_cast<int>(i));
    const auto& bins = totals.bins();
    std::size_t plane = 0;
    for (const std::int64_t cycles :
         {bins.compute(), bins.setup(), bins.moving(), bins.input(), bins.output(), bins.unit(),
          bins.memory(), bins.idle(), totals.words_sent(), totals.words_received(),
          totals.macs()}) {
      put(plane++, i, cycles);
    }
    const double energy = totals.energy() * kPicojoulesANanojoule;
    put(plane, i, std::isfinite(energy) && std::abs(energy) < 9e18 ? std::llround(energy) : 0);
  }
  constexpr std::size_t kBins = 8;
  planes.erase(std::remove_if(planes.begin() + kBins, planes.end(),
                              [](const TilePlane& plane) {
                                return std::all_of(plane.values.begin(), plane.values.end(),
                                                   [](std::int64_t value) { return value == 0; });
                              }),
               planes.end());
  for (const Plane& plane : recording.planes()) {
    WEFT_ASSIGN(auto values, unpack_numbers(plane.deflated(), tiles));
    planes.push_back({plane.name(), label_of(plane), plane.unit(), std::move(values)});
  }
  return planes;
}

}  // namespace weft::traces
