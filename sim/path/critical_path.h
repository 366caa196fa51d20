// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/rect.h"
#include "isa/route_map.h"
#include "sim/path/dependencies.h"

namespace weft::sim {

/// One stretch of the chain of causes that the length of a run hangs on.
struct PathSegment {
  enum class Kind : std::uint8_t {
    compute,  ///< the tile computes
    setup,    ///< … sets instructions up, steps through its program
    words,    ///< words of a train follow each other
    link,     ///< the way from core to core: ramps, hops, turns
    places,   ///< a train before it on the same color still fills the places
    count_
  };
  Kind kind = Kind::setup;
  std::int32_t tile = 0;   ///< where it ends; row-major over the region
  std::int32_t from = -1;  ///< of a link: the tile that sent, or that held up a router on the way
  std::int32_t hops = 0;   ///< of a link from a sender
  std::int32_t graph_op = -1;
  std::int32_t layer = -1;
  std::int32_t pc = -1;
  std::int16_t color = -1;
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::int64_t times = 1;  ///< how often it is passed, counting iterations that were added
};

/// From the cycle the run ended in back to cycle 0: every cycle lies in one segment.
struct CriticalPath {
  std::string unknown_because;        ///< empty: the path is there
  std::vector<PathSegment> segments;  ///< from the last to the first
};

/// Walks back from the tile that ended last. A core's clock came from its own work since it last
/// stood still, or from the end of what it waited for; an operation's first word from its claims or
/// from the word's arrival (on a tie, the arrival, as bins have it); its last word from its first,
/// from the last word's arrival, or from the start of a late receiver below; a claim from the
/// claimant before. On links of `num`/`den` words a cycle, in lowest terms, also from the train
/// before, whose pace goes on; what stood inside a train is followed where den is a multiple of
/// num.
CriticalPath walk_back(const Dependencies& run, const isa::RouteMap& routes, const Rect& region,
                       std::int64_t num = 1, std::int64_t den = 1);

}  // namespace weft::sim
