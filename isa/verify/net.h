// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "arch/arch.pb.h"
#include "base/rect.h"
#include "isa/bundle.pb.h"
#include "isa/verify/comm_trace.h"

namespace weft::isa {

/// A point where the words of a tree are counted: a core that sends or receives, a router that
/// copies. Small, for a wafer has millions. Counts wrap around; only their differences, which
/// places and transfers bound, mean anything.
struct NetNode {
  enum class Kind : std::uint8_t { unrouted, source, sink, fork };
  static constexpr std::uint32_t kNone = UINT32_MAX;
  static constexpr std::int32_t kMostPlaces = UINT16_MAX;  ///< more are taken for these

  std::uint32_t passed = 0;
  std::uint32_t up = kNone;       ///< node before; of a source its tile
  std::uint32_t down = kNone;     ///< first node behind; of a sink its tile
  std::uint32_t sibling = kNone;  ///< next node behind the same one
  std::uint32_t tree = 0;    ///< of a sink its source; of a source how many sinks are not ready
  std::uint16_t places = 0;  ///< on the way here
  Kind kind = Kind::unrouted;
  bool queued : 1 = false;
  bool ready : 1 = false;  ///< of a sink: its tile takes words now and does nothing else with them
};

/// The trees of all colors that some program sends on. The nodes of a tile's ports lie together, in
/// the order of its trace; forks come last.
struct Net {
  std::vector<NetNode> nodes;
  std::vector<std::uint32_t> first_port;  ///< by tile
};

/// Nothing when a route breaks a rule, a program uses a color that is not routed, or the two ends
/// of a tree do not count the same trains.
std::optional<Net> lay_net(const Bundle& bundle, const arch::Machine& machine,
                           const weft::Rect& region, const CommTraces& traces);

}  // namespace weft::isa
