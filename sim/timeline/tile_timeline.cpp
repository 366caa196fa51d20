// SPDX-License-Identifier: Apache-2.0
#include "sim/timeline/tile_timeline.h"

#include <algorithm>
#include <utility>

namespace weft::sim {
namespace {

constexpr std::uint32_t kLinks = 4;  // out of a tile

}  // namespace

TileTimeline::TileTimeline(const arch::Machine& machine, const Rect& region,
                           const isa::RouteTrees& routes, const TimelineLimits& limits)
    : grid_width_(machine.grid().width()),
      region_(region),
      routes_(routes),
      recorder_(region, limits),
      open_(routes.trees.size()),
      words_(routes.trees.size()) {
  footprints_.reserve(routes.trees.size());
  std::vector<std::int32_t> cells;
  for (const isa::RouteTree& tree : routes.trees) {
    cells.clear();
    for (const isa::RouteNode& node : tree.nodes) {
      for (const std::uint32_t link : node.links) {
        if (const std::int64_t tile = place_of(link); tile >= 0) {
          cells.push_back(recorder_.cell_at(static_cast<int>(tile % region_.width),
                                            static_cast<int>(tile / region_.width)));
        }
      }
    }
    std::sort(cells.begin(), cells.end());
    footprints_.emplace_back(cells);
  }
}

// The tile of the region a link leads out of, -1: none.
std::int64_t TileTimeline::place_of(std::uint32_t link) const {
  const int x = static_cast<int>(link / kLinks) % grid_width_;
  const int y = static_cast<int>(link / kLinks) / grid_width_;
  return region_.contains(x, y) ? std::int64_t{y - region_.y} * region_.width + x - region_.x : -1;
}

// A slice gets what is sent by its end, less what is by its begin: the same however long slices
// were when it was told.
void TileTimeline::sent(std::int32_t tree, std::int64_t first, std::int64_t end,
                        std::int64_t words) {
  const auto index = static_cast<std::size_t>(tree);
  words_[index] += words;
  Open& open = open_[index];
  end = std::max(end, first + 1);
  std::int64_t sent = 0;
  for (std::int64_t from = first; from < end;) {
    const std::int64_t here = std::min(end, recorder_.end_of_slice(from));
    const std::int64_t sent_then = words * (here - first) / (end - first);
    if (recorder_.end_of_slice(open.cycle) != recorder_.end_of_slice(from)) {
      put_on_links(index);
      open.cycle = from;
    }
    open.words += sent_then - sent;
    sent = sent_then;
    from = here;
  }
}

void TileTimeline::put_on_links(std::size_t tree) {
  Open& open = open_[tree];
  if (open.words > 0) {
    recorder_.sent(footprints_[tree], open.cycle, open.cycle + 1, open.words);
    open.words = 0;
  }
}

void TileTimeline::finish(RunResult& result) {
  const auto tiles = static_cast<std::size_t>(region_.area());
  result.link_words.assign(tiles * kLinks, 0);
  for (std::size_t t = 0; t < routes_.trees.size(); ++t) {
    put_on_links(t);
    for (const isa::RouteNode& node : routes_.trees[t].nodes) {
      for (const std::uint32_t link : node.links) {
        if (const std::int64_t tile = place_of(link); tile >= 0) {
          result.link_words[link % kLinks * tiles + static_cast<std::size_t>(tile)] += words_[t];
        }
      }
    }
  }
  result.timeline = recorder_.take(result.cycles.count());
}

}  // namespace weft::sim
