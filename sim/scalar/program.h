// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <unordered_map>
#include <utility>
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

/// A step of a script with what comes before and after it folded in. Long programs are read once
/// from memory and not again: this is small.
struct alignas(32) Code {
  enum class Kind : std::uint8_t {
    compute,
    send,
    receive,
    forward,
    wait,
    loop,
    end,
    op,  ///< what follows belongs to another graph op
    op_end,
    halt
  };
  Kind kind = Kind::halt;
  std::uint8_t slot = 0;        ///< of the operation: its event's, or one for all of the core's own
  std::uint8_t level = 0;       ///< loop, end
  std::uint8_t engine = 0;      ///< transfer: unit that carries it out
  std::uint8_t ramp = 0;        ///< … and the ramp it holds, the one in of a forward
  bool sync : 1 = false;        ///< … does the core wait for it
  bool datapath : 1 = false;    ///< … does it claim the datapath
  bool both_ramps : 1 = false;  ///< … and the other ramp
  std::int16_t graph_op = -1;   ///< op, op_end
  std::int16_t in_port = -1;
  std::int16_t out_port = -1;
  /// Words of a transfer; cycles of compute on the datapath; core time of an end that goes back.
  std::int32_t amount = 0;
  Time setup = 0;          ///< compute, transfer: on the core, first
  Time after = 0;          ///< core time before the next
  std::int32_t back = 0;   ///< end: how many codes it goes back
  std::int32_t index = 0;  ///< loop: of its first iteration; end: one past its last

  bool operator==(const Code&) const = default;
};
static_assert(sizeof(Code) == 32);

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
  struct OfOp {
    std::int64_t setup = 0, compute = 0;
  };
  std::map<std::int16_t, OfOp> ops;  ///< totals by graph op, -1: none
};

inline constexpr Time kMostCycles = 1 << 26;  ///< of one step, and words of a train

/// The programs of a bundle. Those that differ in colors alone have their codes in common.
class Programs {
 public:
  /// The number of a script's program; -1 when a step of it takes more than kMostCycles, or there
  /// are too many of them.
  std::int32_t add(const Script& script);

  const std::vector<Code>& codes() const { return codes_; }
  const Program& operator[](std::int32_t i) const { return programs_[static_cast<std::size_t>(i)]; }
  /// How far a core that stands at code `at` is, 0 to 1, iterations of its outermost loop counted.
  double fraction(const Program& program, std::int32_t at, std::int32_t index) const;

 private:
  bool share_codes(Program& program);

  std::vector<Code> codes_;
  std::vector<Program> programs_;
  std::unordered_map<std::size_t, std::vector<std::pair<std::int32_t, std::int32_t>>> by_hash_;
};

}  // namespace weft::sim::scalar
