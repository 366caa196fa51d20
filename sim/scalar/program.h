// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/core/script.h"
#include "sim/scalar/runs.h"

namespace weft::sim::scalar {

/// Units of a tile by number. A core carries out its own transfers, one at a time; then come the
/// queue engines its program uses.
inline constexpr std::uint8_t kDatapath = 0;
inline constexpr std::uint8_t kRampIn = 1;
inline constexpr std::uint8_t kRampOut = 2;
inline constexpr std::uint8_t kCore = 3;
inline constexpr std::uint8_t kFirstEngine = 4;

/// A step of a script with what comes before and after it folded in.
struct alignas(64) Code {
  enum class Kind : std::uint8_t { compute, send, receive, forward, wait, loop, end, op_end, halt };
  Kind kind = Kind::halt;
  bool sync = true;
  std::uint8_t slot = 0;        ///< of the operation: its event's, or one for all of the core's own
  std::uint8_t level = 0;       ///< of a loop
  std::uint8_t engine = kCore;  ///< transfer: unit that carries it out
  std::uint8_t ramp = kRampIn;  ///< … and the ramp it holds, the one in of a forward
  bool datapath = false;        ///< … does it claim the datapath
  bool both_ramps = false;      ///< … and the other ramp
  std::int16_t in_port = -1;
  std::int16_t out_port = -1;
  std::int16_t graph_op = -1;
  std::int32_t words = 0;
  Time setup = 0;           ///< compute, transfer: on the core, first
  Time cycles = 0;          ///< compute: on the datapath; end: core time when it goes back
  Time after = 0;           ///< core time before the next
  std::int32_t to = 0;      ///< end: the code it goes back to
  std::int32_t first = 0;   ///< loop: index of its first iteration
  std::int32_t past = 0;    ///< end: one past the index of its last
  std::int32_t outer = -1;  ///< the outermost loop it lies in, its end
};

/// What a script comes to, whatever the others do.
struct Totals {
  std::int64_t setup = 0, compute = 0, macs = 0;
  std::int64_t words_sent = 0, words_received = 0, instructions = 0;
};

/// One script, ready to be interpreted, and how tiles that run it are laid out.
struct Program {
  std::int32_t begin = 0;  ///< its first code
  std::int32_t size = 0;
  Time lead = 0;  ///< core time before the first
  std::int32_t slots = 0;
  std::vector<std::int16_t> engines;                ///< unit - 3 -> queue engine
  std::vector<std::int16_t> in_colors, out_colors;  ///< by port, those out after those in
  Totals totals;
};

inline constexpr Time kMostCycles = 1 << 26;  ///< of one step, and words of a train

/// Appends the codes of a script. Nothing when a step takes more than kMostCycles.
std::optional<Program> compile(const Script& script, std::vector<Code>& codes);

}  // namespace weft::sim::scalar
