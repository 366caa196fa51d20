// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "sim/vector/engine.h"

// What happens between two boundaries of a loop and, where it recurs, again.

namespace weft::sim::vector {

// Remembers when an op ended last, and for every snapshot that may be repeated that it did.
void Engine::note_op_end(const OpEnd& end) {
  if (end.graph_op >= static_cast<std::int32_t>(op_ends_.size())) {
    return;
  }
  const auto outer_index = static_cast<std::size_t>(end.index[0]);
  const auto inner_index = static_cast<std::size_t>(end.index[1]);
  auto& outer = op_ends_[static_cast<std::size_t>(end.graph_op)];
  outer.resize(std::max(outer.size(), outer_index + 1));
  auto& inner = outer[outer_index];
  inner.resize(std::max(inner.size(), inner_index + 1), 0);
  inner[inner_index] = std::max(inner[inner_index], end.cycle);
  for (Boundary* boundary : recording_) {
    boundary->ends.push_back(end);
  }
}

// Ends of ops of the iteration just run, once more for each that is added: all of groups that stand
// at the end of it.
void Engine::repeat_op_ends(const Boundary& boundary, std::int64_t iterations,
                            std::int64_t period) {
  constexpr std::int32_t kMostInstances = 1 << 16;
  for (const OpEnd& end : boundary.ends) {
    const GroupState& its = states_[static_cast<std::size_t>(end.group)];
    const auto level = static_cast<std::size_t>(its.open[static_cast<std::size_t>(its.depth - 1)]);
    for (std::int64_t i = level < 2 ? 1 : iterations; i <= iterations; ++i) {
      std::array<std::int32_t, 2> index = end.index;
      if (level < 2) {
        index[level] =
            static_cast<std::int32_t>(std::min<std::int64_t>(kMostInstances, index[level] + i));
      }
      note_op_end({end.group, end.graph_op, index, end.cycle + i * period});
    }
  }
}

// … and when which color was on a link.
void Engine::note_link_use(const LinkUse& use) {
  constexpr std::size_t kMostUses = std::size_t{1} << 22;  // 128 MiB; beyond, all iterations run
  shared_links_.at(use.link).use(use.color, use.first, use.last);
  std::erase_if(recording_, [&](Boundary* boundary) {
    const bool full = boundary->uses.size() == kMostUses;
    if (full) {
      boundary->before.reset();
      boundary->uses = {};
    } else {
      boundary->uses.push_back(use);
    }
    return full;
  });
}

// Who met whom depends on all uses, also those of other iterations: one after the other.
void Engine::repeat_link_uses(const Boundary& boundary, std::int64_t iterations,
                              std::int64_t period) {
  for (std::int64_t i = 1; i <= iterations; ++i) {
    for (const LinkUse& use : boundary.uses) {
      note_link_use({use.link, use.color, use.first + i * period, use.last + i * period});
    }
  }
}

}  // namespace weft::sim::vector
