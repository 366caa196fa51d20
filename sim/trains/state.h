// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <vector>

#include "isa/program_state.h"
#include "isa/route_tree.h"
#include "sim/core/script.h"
#include "sim/result.h"

namespace weft::sim::trains {

inline constexpr std::int32_t kNone = -1;

/// Words below this are none: what is left of fractions of a word after rounding.
inline constexpr double kNothing = 1e-6;

/// A point of a color's tree where words are counted: a point of isa::RouteTree, or a router before
/// a link where other colors join in. Counts are of words, fractions included, over all trains of
/// the tree.
struct Point {
  isa::RouteNode::Kind kind = isa::RouteNode::Kind::source;
  std::int32_t tree = 0;
  std::int32_t tile = kNone;
  std::int32_t parent = kNone;
  std::int32_t first_child = 0, child_count = 0;
  std::int32_t latency = 0;  ///< of the segment from the parent
  std::int32_t places = 0;
  std::int32_t first_use = 0, use_count = 0;  ///< shared links that words enter as they leave
  std::int32_t flow = kNone;                  ///< what moves words here now
  bool publishing = false;                    ///< its children are to be told before the cycle ends

  double passed = 0;  ///< words that had left in cycle `since`
  double rate = 0;    ///< words a cycle that leave from then on
  std::int64_t since = 0;
  double arrived = 0;  ///< the same of words that came from the parent
  double arrival_rate = 0;
  std::int64_t arrived_since = 0;
  double told = 0;  ///< what the children know of words leaving
  double told_rate = 0;
  std::int64_t told_at = 0;

  double passed_at(std::int64_t cycle) const {
    return passed + rate * static_cast<double>(cycle - since);
  }
  double arrived_at(std::int64_t cycle) const {
    return arrived + arrival_rate * static_cast<double>(cycle - arrived_since);
  }
};

/// Words on their way past a point, or through a core from one tree into another, at one rate: a
/// router that is always ready, or a transfer that has started.
struct Flow {
  std::int32_t in = kNone;   ///< point whose words it takes; kNone: a send
  std::int32_t out = kNone;  ///< point it sends them on from; kNone: a receive
  std::int32_t operation = kNone;
  std::uint32_t stamp = 0;  ///< of its latest prediction; earlier ones are void
  double rate = 0;
  double left = std::numeric_limits<double>::infinity();  ///< words to come
  std::int64_t since = 0;                                 ///< up to here everything is booked
  std::int64_t due = 0;    ///< cycle in which something changes if nobody else's does
  Bin cause = Bin::input;  ///< why it moves less than a word a cycle
  bool dirty = false;      ///< is looked at again in this cycle
  bool touched = false;    ///< has been looked at in this cycle
  std::uint8_t looks = 0;  ///< how often
};

/// A shared link and who wants it.
struct Link {
  struct Use {
    std::int32_t point = kNone;
    double wanted = 0;  ///< words a cycle, but for this link
  };
  std::vector<Use> uses;
  double level = 1;         ///< what each may have at most
  std::int64_t taken = -1;  ///< cycle in which a train last ended ahead of its fraction
};

/// A link that words enter as they leave a point.
struct LinkUse {
  std::int32_t link = 0;
  std::int32_t use = 0;
};

enum class Unit : std::uint8_t { datapath, ramp_in, ramp_out, engine, count_ };
inline constexpr std::size_t kUnits = static_cast<std::size_t>(Unit::count_);

/// A transfer past its issue.
struct Operation {
  std::int32_t tile = 0;
  std::int32_t in = kNone, out = kNone;  ///< points
  std::int32_t flow = kNone;             ///< once started
  std::int16_t engine = -1;
  bool receives = false, sends = false, computes = false;
  bool done = false;
  std::int8_t earlier = 0;  ///< claims not granted yet
  std::int64_t words = 0;
  std::int64_t start = 0;                  ///< from here on it may move
  std::int64_t end = 0;                    ///< one past its last word, once done
  std::int64_t watched = 0;                ///< since when its core stands still for it
  double moving = 0, input = 0, unit = 0;  ///< where those cycles went; the rest: output
  std::array<std::int32_t, kUnits> next{kNone, kNone, kNone, kNone};
};

struct Tile {
  enum class Wait : std::uint8_t { none, operation, datapath, halted };
  struct Loop {
    std::int64_t left = 0;
    std::int32_t index = 0;
  };
  std::int32_t script = kNone;
  std::int32_t at = 0;  ///< step
  std::int32_t graph_op = kNone;
  Wait wait = Wait::none;
  std::int32_t waited = kNone;  ///< operation
  std::int64_t now = 0;         ///< up to here its cycles are accounted for
  std::int64_t last_done = 0;
  std::int64_t datapath_free = 0;
  std::int32_t depth = 0;  ///< loops it is in
  std::array<Loop, isa::kLoopDepth> loops{};
  std::array<std::int32_t, isa::kEvents> events;
  std::array<std::int32_t, kUnits - 1> claimed{kNone, kNone, kNone};  ///< last claimant
  std::vector<std::int32_t> engines;
  std::vector<std::int32_t> sources;  ///< point by color
  std::vector<std::int32_t> sinks;
  TileResult totals;
};

}  // namespace weft::sim::trains
