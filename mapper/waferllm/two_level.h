// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <vector>

#include "isa/role_builder.h"
#include "mapper/collectives/line_plan.h"

namespace weft::mapper {

/// Scalar registers: of the flags that are tested, of descriptors under way.
inline constexpr int kFlagRegister = 31, kWordRegister = 30;

/// The published two-level all-reduce along every line of one axis of a square: chains to the roots
/// of groups, a chain of these to the middle one, and from there a multicast either way.
struct TwoLevel {
  collectives::LinePlan tree;  ///< of the reduction alone

  /// The first of the two flows of the multicasts: to lower positions, then to higher ones.
  int back() const { return tree.colors(); }
  std::vector<collectives::Flow> flows() const;
  std::vector<isa::Route> routes(const collectives::Colors& colors, const weft::Rect& region) const;

 private:
  std::vector<collectives::LineRule> back_rules() const;
};

/// What a tile does in it. The published program is the same on every tile, which finds its part by
/// testing flags; `tests` are how many it looks at before each phase.
struct TwoLevelPlace {
  enum class Kind { leaf, inner, group_root, root };
  Kind kind = Kind::leaf;
  std::vector<int> near;  ///< flows from its own group, in order
  std::vector<int> far;   ///< flows from other groups' roots
  int out = -1;
  std::vector<int> back;  ///< flows of the multicasts: sent by the root, received by others
  std::array<int, 3> tests{};

  static TwoLevelPlace of(const TwoLevel& plan, int index);
  auto operator<=>(const TwoLevelPlace&) const = default;
};

/// Sums (or maxima) of t over the line, into everyone's.
void emit_two_level(isa::RoleBuilder& role, const TwoLevelPlace& place,
                    const collectives::Colors& colors, isa::Opcode receive, isa::Opcode forward,
                    int t);

}  // namespace weft::mapper
