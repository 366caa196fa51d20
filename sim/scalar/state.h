// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <vector>

#include "isa/opcode.h"
#include "isa/route_tree.h"
#include "sim/scalar/program.h"
#include "sim/scalar/runs.h"

namespace weft::sim::scalar {

inline constexpr std::int32_t kNone = -1;

/// What a core can wait for that depends on others; everything else is known from its program.
enum class Wait : std::uint8_t { unit, input, output, count_ };

/// A place for one transfer of a tile: there is one for each event, and one for transfers the core
/// itself waits for. Words move from `first` to `end`, but for pauses.
struct Operation {
  enum class State : std::uint8_t { free, claimed, started, done };
  static constexpr Time kNoPause = kLongAgo;

  Time start = 0;  ///< cycle from which it may move, claims included once started
  Time first = 0;
  Time end = 0;           ///< one past its last word
  Time pause = kNoPause;  ///< words stand still from here, end - first - words cycles long
  std::int32_t code = 0;
  std::int32_t tile = 0;
  std::array<std::int8_t, 4> next{};  ///< slots that claimed a unit next; kCore: any engine
  State state = State::free;
  std::uint8_t earlier = 0;   ///< claimants not yet done
  Wait before = Wait::input;  ///< what it waited for between start and first
  Wait inside = Wait::input;  ///< … in the pause; count_: several, in the list numbered `pause`
};
static_assert(sizeof(Operation) == 32);

/// Words stand still in [begin, end).
struct Pause {
  Time begin = 0;
  Time end = 0;
  Wait cause = Wait::input;
};

/// A unit of a tile.
struct Unit {
  Time free = 0;              ///< when all claimants that are done had let go
  std::int32_t last = kNone;  ///< slot of the latest claimant not yet done
};

/// One core: its clock, where it stands, and where the rest of it begins in the engine's arrays.
struct Tile {
  Time now = 0;
  std::int32_t at = 0;  ///< code
  std::int32_t slots = 0;
  std::int32_t units = 0;
  std::int32_t ports = 0;
  std::int16_t waited = kNone;  ///< slot it waits for
  bool halted = false;
  std::array<std::int32_t, isa::kLoopDepth> loops{};                         ///< indices
  std::array<std::int64_t, static_cast<std::size_t>(Wait::count_)> waits{};  ///< cycles

  std::int64_t& wait(Wait cause) { return waits[static_cast<std::size_t>(cause)]; }
};
static_assert(sizeof(Tile) == 64);

using WaitCycles = std::array<std::int64_t, static_cast<std::size_t>(Wait::count_)>;

/// What of a tile's cycles is booked under graph ops, and the op it is at.
struct Settled {
  std::int32_t op = kNone;
  std::int64_t now = 0;
  WaitCycles waits{};
};

/// Cycles of all tiles in one graph op.
struct Spent {
  std::int64_t all = 0;
  WaitCycles waits{};
};

/// A segment of a route (isa::RouteNode), from a point where words are counted to the next.
struct alignas(64) Segment {
  static constexpr std::int32_t kFork = -2;

  Runs held;    ///< when its end could have let each word go at the earliest, arrivals aside
  Runs passed;  ///< when each word left the point above
  std::int32_t sender =
      kNone;  ///< operation that issues into it; kFork: several segments begin there
  std::int32_t taker = kNone;  ///< operation that takes its words; kFork: routers copy them
  Word taken = 0;              ///< words that left its end
  std::uint16_t places = 0;
  std::uint16_t latency : 15 = 0;
  bool shared : 1 = false;  ///< other trees use its links too
};
static_assert(sizeof(Segment) == 64);
inline constexpr std::int32_t kMostPlaces = (1 << 15) - 1;  ///< latency too

/// A shared link of a segment and where it lies on it.
struct SharedHop {
  std::int32_t link = 0;
  isa::LinkAt at;
};

/// What is rarely asked of a segment.
struct Ends {
  std::int32_t above = kNone;  ///< junction it begins at; kNone: a core, whose only segment it is
  std::int32_t below = kNone;  ///< junction it ends at; kNone: a core
  std::int32_t tree = 0;
  std::int64_t words = 0;  ///< of the tree, that word 0 stands for
  std::vector<SharedHop> shared_links;
  std::int64_t noted = std::numeric_limits<std::int64_t>::min();  ///< last word let out at the end
  bool sink = false;
};

/// A point where words are copied: a router, or a core from which several segments begin.
struct Junction {
  std::int32_t up = kNone;  ///< segment that ends here; kNone: a core
  std::int32_t first = 0;   ///< of its segments, in the engine's list
  std::int32_t count = 0;
  std::int32_t sender = kNone;  ///< operation of the core
  bool queued = false;
};

}  // namespace weft::sim::scalar
