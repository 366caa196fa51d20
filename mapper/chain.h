// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <vector>

#include "base/rect.h"
#include "isa/bundle.pb.h"

namespace weft::mapper {

/// The five flows of an all-reduce along one axis: two alternating ones per half of the chain to
/// the centre, and the multicast back.
enum class Flow { left0, left1, right0, right1, broadcast, count_ };
inline constexpr int kFlows = static_cast<int>(Flow::count_);

/// What one tile does in a centre-rooted chain of `length` tiles: tiles below the root send towards
/// higher indices, tiles above it towards lower ones. Neighbouring links use different flows.
struct ChainPlace {
  enum class Kind { alone, outside, first, middle, root };
  Kind kind = Kind::alone;
  bool right = false;                          ///< above the root
  int parity = 0;                              ///< of the hop towards the root: 0 next to it
  bool from_left = false, from_right = false;  ///< root: which halves exist

  auto operator<=>(const ChainPlace&) const = default;
};

/// Chains over one mesh axis: `length` consecutive tiles a chain, `chains` of them from index 0 on;
/// indices past the last chain are outside.
struct ChainAxis {
  int length = 1;
  int chains = 1;
  int extent = 1;  ///< tiles along the axis
  bool along_x = true;

  int root() const { return length / 2; }
  ChainPlace place(int index) const;
};

/// Color of every flow of one ChainAxis, -1 where the flow has no links.
using FlowColors = std::array<int, kFlows>;

/// Axis indices whose routers a flow configures; empty: the flow has no links.
std::vector<int> flow_indices(const ChainAxis& axis, Flow flow);

/// Route rules of all flows over the region, in machine coordinates.
std::vector<isa::Route> chain_routes(const ChainAxis& axis, const FlowColors& colors,
                                     const weft::Rect& region);

/// Splits sorted indices into few arithmetic progressions.
std::vector<weft::Stride> to_strides(const std::vector<int>& indices);

}  // namespace weft::mapper
