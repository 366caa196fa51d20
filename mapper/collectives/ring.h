// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "base/dtype.h"
#include "isa/role_builder.h"
#include "mapper/collectives/line.h"
#include "mapper/collectives/timing.h"

namespace weft::mapper::collectives {

/// What a tile does in a ring.
struct RingPlace {
  bool works = false;
  bool odd = false;  ///< its position is: it is on the way back
  int in = -1, out = -1;

  auto operator<=>(const RingPlace&) const = default;
};

/// Where the vector of a ring lies in every tile, and what its code may use.
struct RingOperand {
  int buffer = 0;
  int offset = 0;  ///< bytes to the first share
  DType dtype = DType::f32;
  int share = 1;        ///< elements; the vector has one share a tile of the line, padding included
  int out = 0, in = 1;  ///< tensor registers
  int a = 0, b = 1;     ///< scalar registers
  int engine = 0, event = 0;
};

/// A ring on a line whose neighbors are at most two hops apart: up over the even positions, back
/// over the odd ones. Every router has three trains, so three flows do. The vector is cut into
/// shares, one a tile; a step sends one on and receives one, P - 1 steps to add, P - 1 to spread.
class Ring {
 public:
  explicit Ring(const Line& line);

  const Line& line() const { return line_; }
  int colors() const { return colors_; }
  /// Where in the ring a tile comes, by its position on the line.
  int order(int position) const;
  /// The share a tile has the sum of after a reduce-scatter, and starts from in an all-gather.
  int share_of(int position) const { return (order(position) + 1) % line_.length; }

  /// Cycles by the words of a share, all tiles starting together.
  std::int64_t all_reduce_cost(std::int64_t share_words, const Timing& timing) const {
    return cost(2, false, share_words, timing);
  }
  std::int64_t reduce_scatter_cost(std::int64_t share_words, const Timing& timing) const {
    return cost(1, false, share_words, timing);
  }
  std::int64_t all_gather_cost(std::int64_t share_words, const Timing& timing) const {
    return cost(1, true, share_words, timing);
  }
  std::string text(std::int64_t share_words, const Timing& timing) const;

  RingPlace place(int index) const;
  std::vector<Flow> flows() const;
  std::vector<isa::Route> routes(const Colors& colors, const weft::Rect& region) const;

  void emit_reduce_scatter(isa::RoleBuilder& role, const RingPlace& place, const Colors& colors,
                           isa::Opcode receive, const RingOperand& operand) const;
  void emit_all_gather(isa::RoleBuilder& role, const RingPlace& place, const Colors& colors,
                       const RingOperand& operand) const;
  void emit_all_reduce(isa::RoleBuilder& role, const RingPlace& place, const Colors& colors,
                       isa::Opcode receive, const RingOperand& operand) const;

 private:
  int next(int position) const;
  std::vector<LineRule> rules() const;
  std::int64_t cost(int rounds, bool gather, std::int64_t share_words, const Timing& timing) const;
  void emit_start(isa::RoleBuilder& role, bool odd, bool gather, const RingOperand& operand) const;
  void emit_round(isa::RoleBuilder& role, const RingPlace& place, const Colors& colors,
                  isa::Opcode receive, const RingOperand& operand) const;

  Line line_;
  std::vector<int> out_;  ///< flow by position
  std::vector<int> in_;
  int colors_ = 0;
};

}  // namespace weft::mapper::collectives
