// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "isa/program_state.h"
#include "isa/route_tree.h"
#include "isa/verify/descriptor_rules.h"
#include "isa/verify/written.h"

namespace weft::isa {

inline constexpr std::int32_t kNobody = -1;

/// What the skeleton does with an instruction, worked out once per role.
enum class StepKind : std::uint8_t {
  core,  ///< step_core and nothing else
  halt,
  loop,
  divide,
  descriptor,
  busy,
  compute,
  transfer,
  wait,
  probe,
};

struct Step {
  StepKind kind = StepKind::core;
  std::uint8_t tensors = 0;            ///< tensor operands
  std::array<std::uint8_t, 4> slot{};  ///< their argument slots
  std::array<bool, 4> writes{};        ///< … written
  std::array<bool, 4> reads{};         ///< … read
  bool fills = false;                  ///< the first one is written element for element
  bool constant = false;               ///< a td without registers: one check is enough
  bool checked = false;                ///< … and it was good
  std::uint16_t said = 0;              ///< rules already reported here, a bit each
  TransferOperands transfer;
};

/// What a transfer claims at issue, each granted in issue order (docs/timing_model.md).
enum class Unit : std::uint8_t { datapath, ramp_in, ramp_out, edge, engine, count_ };
inline constexpr std::size_t kUnits = static_cast<std::size_t>(Unit::count_);

/// A send, receive, forward or edge access in flight, in words without cycles.
struct Transfer {
  Opcode opcode = Opcode::send;
  bool sync = true;
  bool started = false;
  bool done = false;
  bool queued = false;
  bool writes = false;  ///< its own memory; else it only reads it
  std::int32_t engine = -1;
  std::int32_t event = -1;
  std::int32_t tile = 0;
  std::int32_t pc = 0;
  std::int32_t in_node = kNobody;
  std::int32_t out_node = kNobody;
  std::int64_t in_first = 0;   ///< number of its first word on in_node
  std::int64_t out_first = 0;  ///< … on out_node
  std::int64_t words = 0;
  std::int64_t moved = 0;
  std::int32_t earlier = 0;  ///< claimants not yet done
  std::array<std::int32_t, kUnits> next{kNobody, kNobody, kNobody, kNobody, kNobody};
  ByteRange bytes;
  Descriptor tensor;  ///< … of a receive: written once the core is past its wait
};

/// One core: registers, claims, and what its events stand for.
struct Core {
  enum class Wait : std::uint8_t { none, transfer, event, datapath, halted };
  /// Of an event: its WAIT is due, though its transfer had no words.
  static constexpr std::int32_t kNothingMoves = -2;

  ProgramState state;
  Coordinates at;
  std::int32_t role = kNobody;
  Wait wait = Wait::none;
  std::int32_t waited = kNobody;  ///< transfer the core stands still for
  bool queued = false;
  std::uint16_t fenced = 0;  ///< events whose transfers have not been waited for
  std::int64_t executed = 0;
  std::array<std::int32_t, kEvents> events{};
  std::array<std::int32_t, kUnits - 1> last{kNobody, kNobody, kNobody, kNobody};  ///< claimants
  WrittenBytes written;
};

/// A point of a color's tree (RouteNode) with the words that have passed it.
struct SkeletonNode {
  RouteNode::Kind kind = RouteNode::Kind::source;
  bool queued = false;
  std::int32_t tree = 0;
  std::int32_t parent = kNobody;
  std::int32_t first_child = 0;
  std::int32_t child_count = 0;
  std::int32_t tile = kNobody;      ///< index in the region
  std::int32_t sink = kNobody;      ///< index among all sinks
  std::int32_t transfer = kNobody;  ///< the started one
  std::int64_t places = 0;
  std::int64_t passed = 0;
  std::int64_t claimed = 0;  ///< words of all transfers issued on it
};

}  // namespace weft::isa
