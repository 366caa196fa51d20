// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <vector>

#include "isa/role_builder.h"
#include "mapper/collectives/line_plan.h"

namespace weft::mapper {

/// The scalar register whose value those tests look at.
inline constexpr int kFlagRegister = 31;

/// What a tile does in the published two-level all-reduce of one axis. The published program is the
/// same on every tile, which finds its part by testing flags; `tests` are how many it looks at
/// before each of the three phases.
struct TwoLevelPlace {
  enum class Kind { leaf, inner, group_root, root };
  Kind kind = Kind::leaf;
  std::vector<int> near;  ///< flows from its own group, in order
  std::vector<int> far;   ///< flows from other groups' roots
  int out = -1;
  int back = -1;
  std::array<int, 3> tests{};

  static TwoLevelPlace of(const collectives::LinePlan& plan, int index);
  auto operator<=>(const TwoLevelPlace&) const = default;
};

/// Sums (or maxima) of t over the line, into everyone's: chains to the roots of groups, a chain of
/// these to the middle one, a multicast back.
void emit_two_level(isa::RoleBuilder& role, const TwoLevelPlace& place,
                    const collectives::Colors& colors, isa::Opcode receive, isa::Opcode forward,
                    int t);

}  // namespace weft::mapper
