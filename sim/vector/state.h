// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "isa/program_state.h"
#include "sim/bin.h"
#include "sim/timeline/timeline_recorder.h"
#include "sim/vector/groups.h"
#include "sim/vector/net.h"
#include "sim/vector/pace.h"
#include "sim/vector/plane.h"

namespace weft::sim::vector {

/// One end of a train, by the group and slot there.
struct Awaited {
  std::int32_t group = -1;  ///< -1: none
  std::int16_t slot = -1;
  bool receives = false;
  std::int64_t train = 0;
};

/// A transfer of all tiles of a group, from issue to retirement.
struct Operation {
  std::int32_t group = 0;
  const Step* step = nullptr;
  Port port;
  std::int64_t in_train = 0;   ///< how many trains its in slot carried before
  std::int64_t out_train = 0;  ///< … its out slot
  std::int64_t words = 0;
  Awaited missing;           ///< of its net, when that was last looked for
  std::int32_t earlier = 0;  ///< claimants of its units before it that are not worked out yet
  bool worked_out = false;
  bool stalls = false;            ///< words wait inside the train on some tile: last > first
  bool stalled_by_input = false;  ///< … for words, not for places
  Times start;                    ///< claims included; valid once earlier is 0
  Times first;                    ///< cycle of its first word
  Times last;                     ///< cycle of its last word, less words - 1
  Times stood_at;                 ///< with stalls: the word they came before, or kNowhere, kSeveral
  /// With a pace: Shape of each tile's words, packed; null: all at the pace, or all that came.
  std::shared_ptr<PlanePool::Plane> shape;
  Times phase;  ///< … with a pace: num-th of a cycle its last word left in; no plane: the shift
  /// … and where some shape is irregular, cycles between words spent waiting.
  std::shared_ptr<PlanePool::Plane> gaps_in, gaps_out;
  std::int64_t epoch = 0;                          ///< cycle its times count from
  std::int32_t logged = -1;                        ///< number in the dependency log of its group
  std::vector<std::shared_ptr<Operation>> before;  ///< claimants whose end its start waits for
  std::vector<std::weak_ptr<Operation>> after;

  Times end() const { return last.plus(words); }
};
using OperationPtr = std::shared_ptr<Operation>;

/// Units an operation claims; each keeps its latest claimant until the core has waited for it.
enum class Unit : std::uint8_t { datapath, ramp_in, ramp_out, engine_0 };

/// The last train a slot carried: when its last word was consumed or copied.
struct Tail {
  Times end;
  std::int64_t words = 0;  ///< 0: none yet
  bool clean = true;       ///< its words moved in consecutive cycles on every tile; paced: steadily
  /// With a pace: when its first word was consumed, how the others were.
  Times first;
  std::shared_ptr<PlanePool::Plane> shape;
  bool issues = false;
};

/// With a pace: when the last word of the last train of a slot was issued, in cycles and the num-th
/// of a cycle.
struct PaceTail {
  Times last;
  Times phase;  ///< without a plane: its shift
  bool any = false;
};

/// Cycles that tiles of a group spent waiting, by tile; uniform bins are in GroupState. What is
/// left of a tile's cycles is words moving.
struct WaitPlanes {
  std::vector<std::int32_t> unit, input, output;
  std::array<std::vector<std::int64_t>, 3> before;  ///< what was folded away, by the order above

  std::array<std::vector<std::int32_t>*, 3> planes() { return {&unit, &input, &output}; }
  std::array<const std::vector<std::int32_t>*, 3> planes() const {
    return {&unit, &input, &output};
  }
  std::int64_t total(std::size_t which, std::size_t tile) const {
    return (*planes()[which])[tile] + (before[which].empty() ? 0 : before[which][tile]);
  }
  /// Keeps the 32-bit planes small.
  void fold() { add_difference({}, 0); }
  /// Adds what came since `then`, that many times more; an empty `then` held nothing.
  void add_difference(const WaitPlanes& then, std::int64_t times) {
    for (std::size_t which = 0; which < 3; ++which) {
      std::vector<std::int32_t>& plane = *planes()[which];
      std::vector<std::int64_t>& sum = before[which];
      sum.resize(plane.size(), 0);
      const bool from_nothing = then.planes()[which]->empty();
      for (std::size_t k = 0; k < plane.size(); ++k) {
        const std::int64_t now = sum[k] + plane[k];
        const std::int64_t was = from_nothing ? 0 : then.total(which, k);
        sum[k] = now + times * (now - was);
        plane[k] = 0;
      }
    }
  }
};

/// Where a group stands.
struct GroupState {
  struct Loop {
    std::int64_t left = 0;
    std::int32_t index = 0;
  };
  std::size_t at = 0;  ///< step
  std::array<Loop, isa::kLoopDepth> loops{};
  int depth = 0;
  std::array<std::int16_t, isa::kLoopDepth> open{};  ///< level of each open loop
  Times now;
  OperationPtr waits_for;
  bool retires = false;  ///< the core waits for its end; otherwise for the datapath it claimed
  bool queued = false;
  bool halted = false;
  std::vector<OperationPtr> units;  ///< by Unit, engines last
  std::array<OperationPtr, isa::kEvents> events{};
  std::vector<OperationPtr> posted;                 ///< issued and not worked out
  std::vector<std::int64_t> in_trains, out_trains;  ///< by slot
  std::vector<Tail> in_tails;
  std::vector<PaceTail> pace_tails;     ///< by out slot
  std::vector<std::int64_t> words_out;  ///< by out slot
  WaitPlanes waits;
  std::int64_t setup = 0, compute = 0;  ///< cycles, the same on every tile
  std::int64_t words_sent = 0, words_received = 0, macs = 0, instructions = 0;
  std::int64_t last_done = 0;  ///< absolute
  /// Sums over the tiles of what their cycles went into; `now`: all of them.
  struct Spent {
    std::int64_t now = 0, setup = 0, compute = 0;
    std::array<std::int64_t, 3> waits{};  ///< in the order of WaitPlanes
  };
  Spent settled;                   ///< booked in op_bins
  std::int32_t op = -1;            ///< graph op the tiles are at
  std::vector<BinCycles> op_bins;  ///< by graph op, the last outside all
  std::int64_t epoch = 0;          ///< cycle that times of this group count from
};

/// What a group had spent when a timeline last looked at it, and where its words go.
struct TimeMark {
  std::int64_t setup = 0, compute = 0;
  std::int64_t looked = 0;              ///< simulated time of its last tile
  std::size_t first = 0;                ///< number of its first tile; the others follow
  std::vector<std::int64_t> words_out;  ///< by out slot
  std::vector<LinkFootprint> footprints;
};

/// The same of a tile, those of a group together: the low bits, which tell what came since.
struct TileMark {
  std::uint32_t at = 0;                  ///< simulated time
  std::array<std::uint32_t, 3> waits{};  ///< in the order of WaitPlanes
};

/// Calls body(first index in a plane, stride, count) for the tiles of a group.
template <class Body>
void for_rows(const Group& group, Body&& body) {
  for (const PlaneRun& run : group.runs) {
    body(run.from, run.step, run.count);
  }
}

}  // namespace weft::sim::vector
