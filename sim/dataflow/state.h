// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "isa/program_state.h"
#include "isa/route_tree.h"
#include "sim/fabric/timeline.h"
#include "sim/result.h"

namespace weft::sim::dataflow {

inline constexpr std::int32_t kNone = -1;

/// A stretch of one operation's life in one bin, up to and excluding cycle `end`.
struct Span {
  Bin bin = Bin::unit;
  std::int64_t end = 0;
};

/// What an instruction claims at issue, each granted in issue order: a claimant starts when every
/// earlier one is done.
enum class Unit : std::uint8_t { datapath, ramp_in, ramp_out, edge, engine, count_ };
inline constexpr std::size_t kUnits = static_cast<std::size_t>(Unit::count_);

/// A transfer in flight: send, receive-op, forward-op or edge access.
struct Operation {
  isa::Opcode opcode = isa::Opcode::send;
  bool sync = true;
  bool started = false;
  bool done = false;
  std::int8_t engine = -1;
  std::int32_t tile = 0;
  std::int32_t pc = 0;
  std::int32_t in_node = kNone;
  std::int32_t out_node = kNone;
  std::int64_t in_first = 0;   ///< number of its first word on in_node
  std::int64_t out_first = 0;  ///< … on out_node
  std::int64_t words = 0;
  std::int64_t moved = 0;    ///< words whose cycle is known
  std::int64_t live = 0;     ///< cycle from which it may move, claims aside
  std::int64_t start = 0;    ///< … claims included; set when started
  std::int64_t first = 0;    ///< cycle of its first word; set once one moved
  std::int64_t end = 0;      ///< one past its last word; set when done
  std::int32_t earlier = 0;  ///< claimants not yet done
  std::array<std::int32_t, kUnits> next{kNone, kNone, kNone, kNone, kNone};
  std::int64_t address = 0;  ///< in edge memory
  isa::Descriptor tensor;
  bool forwarded = false;  ///< its words are on the out color (data on)
  bool queued = false;
  std::vector<Span> spans;  ///< from `live` on, contiguous
};

/// Last claimant of a unit and when the ones before it let go.
struct Claim {
  std::int32_t last = kNone;
  std::int64_t free = 0;
};

/// One core: registers, its clock and its units.
struct Tile {
  enum class Wait : std::uint8_t { none, operation, event, datapath, halted };

  isa::ProgramState program;
  isa::Coordinates at;
  std::int32_t role = kNone;
  std::int64_t now = 0;
  Wait wait = Wait::none;
  std::int32_t waited = kNone;  ///< operation the core waits for
  bool queued = false;
  std::array<std::int32_t, isa::kEvents> events;
  std::array<Claim, kUnits - 1> units;  ///< all but queue engines
  std::vector<Claim> engines;
  std::int32_t channel = kNone;  ///< of the edge
  std::int64_t last_done = 0;    ///< end of its latest operation
  std::int32_t graph_op = -1;
  std::int32_t at_pc = kNone;         ///< instruction its cycles are spent on
  std::vector<std::int32_t> sources;  ///< node by color, kNone: not routed
  std::vector<std::int32_t> sinks;
  TileResult totals;
};

/// One point of a color's tree (isa::RouteNode) with what is known of it.
struct Node {
  isa::RouteNode::Kind kind = isa::RouteNode::Kind::source;
  std::int32_t tree = 0;
  std::int32_t parent = kNone;
  std::int32_t first_child = 0;
  std::int32_t child_count = 0;
  std::int32_t tile = 0;
  std::int64_t latency = 0;
  std::int64_t places = 0;
  std::int64_t claimed = 0;        ///< words of all operations issued on it
  std::int64_t read = 0;           ///< words a sink took off the wire (data on)
  std::int32_t operation = kNone;  ///< the started one
  bool queued = false;
  /// Links of its segment that other trees use too, and where they lie on it.
  std::vector<std::pair<std::int32_t, isa::LinkAt>> shared_links;
  std::int64_t noted = INT64_MIN;  ///< last word of which their use is known
  Timeline passed;                 ///< when each word left this point
  Timeline held;  ///< when it could have left at the earliest, arrivals aside (see Engine::publish)
};

/// Words of one color on the wire, by number; dropped once every sink has read them.
struct Wire {
  std::int32_t color = 0;
  std::int64_t first = 0;
  std::vector<std::uint32_t> words;
  std::vector<std::int32_t> sinks;
  std::size_t next_scan = 1024;  ///< words on a multicast wire before all sinks are asked again
  std::int64_t pace_state = -1;  ///< s(w-1) of docs/timing_model.md "Pace", in 1/num cycles
};

}  // namespace weft::sim::dataflow
