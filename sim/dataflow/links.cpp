// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "sim/dataflow/engine.h"

namespace weft::sim::dataflow {

// The engine gives every color its links to itself. Where two colors do share one, that is exact as
// long as their trains were never on it at once.
void Engine::audit_links(RunResult& result) const {
  std::int64_t overlaps = 0;
  for (const auto& [link, uses] : shared_uses_) {
    auto sorted = uses;
    std::sort(sorted.begin(), sorted.end(), [](const LinkUse& a, const LinkUse& b) {
      return std::tuple(a.first, a.last, a.tree) < std::tuple(b.first, b.last, b.tree);
    });
    std::int64_t busy_until = -1;
    std::int32_t busy_tree = kNone;
    for (const LinkUse& use : sorted) {
      overlaps += use.first <= busy_until && use.tree != busy_tree ? 1 : 0;
      if (use.last > busy_until) {
        busy_until = use.last;
        busy_tree = use.tree;
      }
    }
  }
  result.exact = overlaps == 0;
  result.exactness =
      overlaps == 0
          ? shared_uses_.empty() ? "every link carries one color"
                                 : "colors share links, never at the same time"
          : fmt::format("trains of different colors met on a link {} times; their bandwidth "
                        "sharing is not modelled",
                        overlaps);
}

void Engine::find_shared_links() {
  std::map<std::uint32_t, std::int32_t> owner;
  for (std::size_t t = 0; t < routes_.trees.size(); ++t) {
    for (const isa::RouteNode& node : routes_.trees[t].nodes) {
      for (const std::uint32_t link : node.links) {
        const auto [at, fresh] = owner.emplace(link, static_cast<std::int32_t>(t));
        if (!fresh && at->second != static_cast<std::int32_t>(t)) {
          shared_uses_.emplace(link, std::vector<LinkUse>());
        }
      }
    }
  }
  if (shared_uses_.empty()) {
    return;
  }
  for (std::size_t t = 0; t < routes_.trees.size(); ++t) {
    const auto& nodes = routes_.trees[t].nodes;
    for (std::size_t n = 0; n < nodes.size(); ++n) {
      for (const std::uint32_t link : nodes[n].links) {
        if (shared_uses_.contains(link)) {
          nodes_[static_cast<std::size_t>(first_node_[t]) + n].shared = true;
        }
      }
    }
  }
}

// Words passed `node` in [cycle, cycle + count): its segment's links were in use from the moment the
// first of them can have entered the segment.
void Engine::note_link_use(std::int32_t node_index, std::int64_t cycle, std::int64_t count) {
  const Node& node = nodes_[static_cast<std::size_t>(node_index)];
  const auto& route = routes_.trees[static_cast<std::size_t>(node.tree)]
                          .nodes[static_cast<std::size_t>(
                              node_index - first_node_[static_cast<std::size_t>(node.tree)])];
  const Timeline& parent = nodes_[static_cast<std::size_t>(node.parent)].passed;
  const std::int64_t first_word = node.passed.known() - count;
  const std::int64_t entered = parent.window(first_word).cycle;
  for (const std::uint32_t link : route.links) {
    if (const auto at = shared_uses_.find(link); at != shared_uses_.end()) {
      at->second.push_back({node.tree, entered, cycle + count - 1});
    }
  }
}

}  // namespace weft::sim::dataflow
