// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "sim/core/audit.h"
#include "sim/dataflow/engine.h"

namespace weft::sim::dataflow {

// The engine gives every color its links to itself. Where two colors do share one, that is exact as
// long as their trains were never on it at once.
void Engine::audit_links(RunResult& result) const {
  std::int64_t meetings = 0;
  for (const SharedLink& link : shared_links_) {
    meetings += link.meetings();
  }
  say_exactness(meetings, !shared_links_.empty(), result);
}

void Engine::find_shared_links() {
  std::map<std::uint32_t, std::vector<std::int32_t>> users;
  for (std::size_t t = 0; t < routes_.trees.size(); ++t) {
    for (const isa::RouteNode& node : routes_.trees[t].nodes) {
      for (const std::uint32_t link : node.links) {
        auto& trees = users[link];
        if (trees.empty() || trees.back() != static_cast<std::int32_t>(t)) {
          trees.push_back(static_cast<std::int32_t>(t));
        }
      }
    }
  }
  std::map<std::uint32_t, std::int32_t> shared;
  for (const auto& [link, trees] : users) {
    if (trees.size() > 1) {
      shared.emplace(link, static_cast<std::int32_t>(shared_links_.size()));
      SharedLink& added = shared_links_.emplace_back();
      for (const std::int32_t tree : trees) {
        added.add_tree(tree);
      }
    }
  }
  for (std::size_t t = 0; t < routes_.trees.size(); ++t) {
    const auto& nodes = routes_.trees[t].nodes;
    for (std::size_t n = 0; n < nodes.size(); ++n) {
      const auto links = isa::links_at(routes_.trees[t], n, machine_.fabric());
      for (std::size_t i = 0; i < links.size(); ++i) {
        if (const auto at = shared.find(nodes[n].links[i]); at != shared.end()) {
          nodes_[static_cast<std::size_t>(first_node_[t]) + n].shared_links.emplace_back(at->second,
                                                                                         links[i]);
        }
      }
    }
  }
}

// Words passed `node` in [cycle, cycle + count). A word enters a link when it can have come there
// and the word `places` before it, from the link to the node, has passed: at once where those all
// passed before.
void Engine::note_link_use(std::int32_t node_index, std::int64_t cycle, std::int64_t count) {
  Node& node = nodes_[static_cast<std::size_t>(node_index)];
  const Timeline& parent = nodes_[static_cast<std::size_t>(node.parent)].passed;
  const std::int64_t first_issue = parent.window(node.passed.known() - count).cycle;
  const std::int64_t last_issue = parent.window(node.passed.known() - 1).cycle;
  const std::int64_t last = cycle + count - 1;
  for (const auto& [link, at] : node.shared_links) {
    const std::int64_t behind = node.places - at.places;
    const std::int64_t freed = count > behind ? last - behind : node.noted;
    shared_links_[static_cast<std::size_t>(link)].use(node.tree, first_issue + at.latency,
                                                      std::max(last_issue + at.latency, freed));
  }
  node.noted = last;
}

}  // namespace weft::sim::dataflow
