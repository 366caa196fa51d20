// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "arch/arch.pb.h"
#include "base/rect.h"
#include "isa/route_tree.h"
#include "sim/result.h"
#include "sim/timeline/timeline_recorder.h"

namespace weft::sim {

/// The timeline of an engine that moves tiles one by one. It is told where the engine books cycles
/// of a tile into a bin, so slices are exact and sum to the bins; and of each train its issuer
/// sent, whose words are taken as even from the first to the last. Words are kept by tree and put
/// on links once a slice: what a train costs does not depend on how long its routes are.
class TileTimeline {
 public:
  /// `routes`: of the bundle, for as long as this lives.
  TileTimeline(const arch::Machine& machine, const Rect& region, const isa::RouteTrees& routes,
               const TimelineLimits& limits);

  /// A tile was in one bin in [from, to), its stretches in order of time. Idle need not be told.
  void spent(std::int32_t tile, Bin bin, std::int64_t from, std::int64_t to) {
    if (bin != Bin::idle && from < to) {
      recorder_.spent_in(tile, bin, from, to);
    }
  }
  /// Words entered a tree in [first, end).
  void sent(std::int32_t tree, std::int64_t first, std::int64_t end, std::int64_t words);

  /// Puts the timeline, and words over links, into the result of a run, whose cycles are known.
  void finish(RunResult& result);

 private:
  /// Words of a tree in the slice that `cycle` lies in, not put on its links yet.
  struct Open {
    std::int64_t cycle = 0;
    std::int64_t words = 0;
  };
  void put_on_links(std::size_t tree);
  std::int64_t place_of(std::uint32_t link) const;

  const int grid_width_;
  const Rect region_;
  const isa::RouteTrees& routes_;
  TimelineRecorder recorder_;
  std::vector<LinkFootprint> footprints_;  ///< by tree
  std::vector<Open> open_;
  std::vector<std::int64_t> words_;
};

}  // namespace weft::sim
