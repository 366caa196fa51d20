// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "isa/program_state.h"
#include "sim/result.h"
#include "sim/word/fabric.h"

namespace weft::sim::word {

/// Units of a core that instructions claim at issue: a claimant moves once all earlier ones are
/// done. Queue engine k is first_engine + k.
namespace unit {
enum : std::uint8_t { datapath, ramp_in, ramp_out, edge, first_engine };
}

/// A transfer past its issue. What every word of it needs comes first, for the cache.
struct alignas(64) Operation {
  std::int32_t sink = kNone;
  std::int32_t tree = kNone;
  std::int64_t words = 0;
  std::int64_t moved = 0;
  std::int64_t next_cycle = 0;  ///< first in which it may move its next word
  std::int64_t streak = 0;      ///< it has moved a word in every cycle since this one
  std::int64_t ready = -1;      ///< paced: cycle in which all but the pace let the next word go
  /// Since when the core stands still for it, and where its cycles went from then on; they count
  /// once the wait ends. Bins moving, input, output, unit and memory, in this order.
  std::int64_t watched = INT64_MAX;
  std::array<std::int64_t, 5> spent{};

  isa::Opcode opcode = isa::Opcode::send;
  bool started = false;
  bool done = false;
  std::int8_t earlier = 0;  ///< claims not granted yet
  std::uint8_t claims = 0;  ///< entries of units and next in use
  std::array<std::uint8_t, 4> units{};
  std::int32_t core = 0;
  std::int32_t pc = 0;
  std::array<std::int32_t, 4> next{kNone, kNone, kNone, kNone};  ///< later claimant, by claim
  std::int64_t in_first = 0;   ///< number of its first word on the sink
  std::int64_t out_first = 0;  ///< … on the tree
  std::int64_t live = 0;       ///< cycle from which it may move, earlier claimants aside
  std::int64_t address = 0;    ///< in edge memory
  isa::Descriptor tensor;
};

/// What a timeline is told of a transfer once that is known for good.
struct Past {
  struct Stretch {
    Bin bin = Bin::moving;
    std::int64_t from = 0, to = 0;
  };
  std::int64_t first = 0;          ///< cycle of its first word
  std::vector<Stretch> stretches;  ///< of the core's wait for it, in order of time
};

/// One core: its registers, what it is doing, and who claimed its units last.
struct Core {
  enum class State : std::uint8_t { running, waiting, waiting_for_datapath, halted };

  std::unique_ptr<isa::ProgramState> program;  ///< none without a role
  isa::Coordinates at;
  std::int32_t role = kNone;
  State state = State::running;
  bool is_set_up = false;       ///< the transfer at pc has paid its set-up
  std::int32_t waited = kNone;  ///< operation it waits for
  std::int32_t graph_op = -1;
  std::int64_t now = 0;            ///< up to here its cycles are accounted for
  std::int64_t last_done = 0;      ///< end of its latest operation
  std::int64_t datapath_free = 0;  ///< end of the latest one on the datapath
  std::array<std::int32_t, isa::kEvents> events;
  std::vector<std::int32_t> last_claimant;  ///< by unit
  std::vector<std::int32_t> trees;          ///< by color
  std::vector<std::int32_t> sinks;
  std::int32_t channel = kNone;  ///< of the edge
  TileResult totals;
};

/// Values on their way through one tree, by word number, dropped once every sink has taken them:
/// the order of words in a tree never changes, so they need not move with them.
struct Wire {
  std::int64_t first = 0;
  std::vector<std::uint32_t> words;
  std::vector<std::int64_t> taken;  ///< by sink of the tree
};

}  // namespace weft::sim::word
