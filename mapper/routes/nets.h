// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>
#include <vector>

#include "mapper/routes/problem.h"

namespace weft::mapper::routes {

/// Flows that take one way and one color: the same source, the same sinks, at different times.
/// Every other flow is a net of its own.
struct Net {
  std::string name;  ///< of its first flow
  Tile source;
  std::vector<Tile> sinks;
  std::int64_t words = 0;  ///< of its largest flow
  int color = -1;          ///< that one of its flows asks for
  std::vector<int> flows;
  std::vector<std::pair<int, int>> lives;  ///< of each flow, first and last phase

  bool lives_with(const Net& other) const;
};

/// In order of their first flows.
std::vector<Net> nets_of(const std::vector<Flow>& flows);

}  // namespace weft::mapper::routes
