// SPDX-License-Identifier: Apache-2.0
#include "sim/slow_way.h"

#include <fmt/format.h>

#include "base/text.h"
#include "isa/bundle.h"

namespace weft::sim {
namespace {

constexpr std::int64_t kManyTiles = 50'000;

// Measured for decode steps of Llama-3-8B, 240 instructions a tile: 42 to 57 KB a tile stretch by
// stretch, 9 KB and more with the train model.
std::int64_t bytes_an_instruction(SlowWay way) {
  return way == SlowWay::stretch_by_stretch ? 160 : 32;
}

}  // namespace

Status check_slow_way(SlowWay way, const isa::Bundle& bundle, const Options& options,
                      const std::string& why) {
  std::int64_t tiles = 0;
  std::int64_t instructions = 0;
  for (const isa::Role& role : bundle.roles()) {
    for (const isa::TileSet& set : role.tiles()) {
      const std::int64_t here = isa::tile_set_of(set).size();
      tiles += here;
      instructions += here * role.code_size();
    }
  }
  const std::int64_t bytes = instructions * bytes_an_instruction(way);
  if (tiles <= kManyTiles || !options.host_bytes || bytes <= *options.host_bytes) {
    return {};
  }
  return failed_error(fmt::format(
      "this run does not go over vectors of tiles ({}), and {} {} tiles take about {} of memory "
      "where {} are free; use a smaller --region, fewer layers or a host with more memory",
      why.empty() ? "it did not ask to" : why,
      way == SlowWay::stretch_by_stretch ? "one by one" : "by the train model", with_commas(tiles),
      human_bytes(bytes), human_bytes(*options.host_bytes)));
}

}  // namespace weft::sim
