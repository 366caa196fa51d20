// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "isa/bundle.h"
#include "sim/dataflow/engine.h"

namespace weft::sim::dataflow {
namespace {

std::string short_tile(std::int32_t tile, const weft::Rect& region) {
  return fmt::format("tile ({},{})", tile % region.width + region.x,
                     tile / region.width + region.y);
}

}  // namespace

// A node short of words: climb to the source, or to the branch that holds a fork back.
Engine::Blame Engine::blame_words(std::int32_t node_index, std::string& why) const {
  const Node& node = nodes_[static_cast<std::size_t>(node_index)];
  const Node& parent = nodes_[static_cast<std::size_t>(node.parent)];
  if (parent.kind == isa::RouteNode::Kind::source) {
    why = fmt::format("waits for words of color c{} from {}",
                      wires_[static_cast<std::size_t>(node.tree)].color,
                      short_tile(parent.tile, region_));
    return {parent.tile, parent.operation};
  }
  if (arrival_limit(node.parent) <= parent.passed.known()) {
    return blame_words(node.parent, why);
  }
  return blame_places(node.parent, why);
}

// A node without a free place: descend to the branch with the fewest.
Engine::Blame Engine::blame_places(std::int32_t node_index, std::string& why) const {
  const Node& node = nodes_[static_cast<std::size_t>(node_index)];
  std::int32_t tightest = kNone;
  std::int64_t fewest = INT64_MAX;
  for (std::int32_t i = 0; i < node.child_count; ++i) {
    const std::int32_t child = children_[static_cast<std::size_t>(node.first_child + i)];
    const Node& branch = nodes_[static_cast<std::size_t>(child)];
    if (credit(branch).known() + branch.places < fewest) {
      fewest = credit(branch).known() + branch.places;
      tightest = child;
    }
  }
  const Node& branch = nodes_[static_cast<std::size_t>(tightest)];
  const int color = wires_[static_cast<std::size_t>(branch.tree)].color;
  if (branch.kind == isa::RouteNode::Kind::fork) {
    return arrival_limit(tightest) <= branch.passed.known() ? blame_words(tightest, why)
                                                            : blame_places(tightest, why);
  }
  if (branch.kind == isa::RouteNode::Kind::dead_end) {
    why = fmt::format("color c{} is not routed on past tile index {}: its words go nowhere", color,
                      branch.tile);
    return {};
  }
  why = fmt::format("is blocked on color c{}: its {} places are full until {} receives", color,
                    branch.places, short_tile(branch.tile, region_));
  std::int32_t receive = branch.operation;
  for (std::size_t id = 0; id < operations_.size() && receive == kNone; ++id) {
    const bool waits = operations_[id].in_node == tightest && !operations_[id].started;
    receive = waits ? static_cast<std::int32_t>(id) : kNone;  // issued, its units not granted
  }
  return {branch.tile, receive};
}

// Whom a blocked core or operation waits for, and why in words.
Engine::Blame Engine::blame_of(const Blame& blocked, std::string& why) const {
  const Tile& tile = tiles_[static_cast<std::size_t>(blocked.tile)];
  if (blocked.operation == kNone) {
    if (tile.wait == Tile::Wait::halted) {
      why = "has ended its program";
      return {};
    }
    why = "";
    return {blocked.tile, tile.waited};
  }
  const Operation& operation = operations_[static_cast<std::size_t>(blocked.operation)];
  if (!operation.started) {
    for (std::size_t id = 0; id < operations_.size(); ++id) {
      const Operation& earlier = operations_[id];
      const bool holds = std::find(earlier.next.begin(), earlier.next.end(), blocked.operation) !=
                         earlier.next.end();
      if (!earlier.done && earlier.tile == operation.tile && holds) {
        why = fmt::format("waits for a unit held by instruction {}", earlier.pc);
        return {operation.tile, static_cast<std::int32_t>(id)};
      }
    }
    why = "uses a color that is not routed at this tile";
    return {};
  }
  if (isa::is_edge(operation.opcode)) {
    why = "waits for edge memory, which never answers";
    return {};
  }
  if (operation.in_node != kNone &&
      arrival_limit(operation.in_node) <= operation.in_first + operation.moved) {
    return blame_words(operation.in_node, why);
  }
  return blame_places(operation.out_node, why);
}

// Follows the waits from the first blocked tile until one comes round again or ends.
void Engine::explain_deadlock(RunResult& result) const {
  std::vector<std::string>& lines = result.deadlock;
  const auto first = std::find_if(tiles_.begin(), tiles_.end(),
                                  [](const Tile& tile) { return tile.wait != Tile::Wait::halted; });
  Blame at{kNone, kNone};
  if (first != tiles_.end()) {
    at.tile = static_cast<std::int32_t>(first - tiles_.begin());
  } else {
    for (std::size_t id = 0; id < operations_.size(); ++id) {
      if (!operations_[id].done) {
        at = {operations_[id].tile, static_cast<std::int32_t>(id)};
      }
    }
  }
  std::vector<Blame> path;
  while (at.tile != kNone) {
    const auto seen = std::find(path.begin(), path.end(), at);
    if (seen != path.end()) {
      lines.erase(lines.begin(), lines.begin() + (seen - path.begin()));
      path.erase(path.begin(), seen);
      lines.push_back("… and so round: a cycle of waits");
      break;
    }
    path.push_back(at);
    std::string why;
    const Blame next = blame_of(at, why);
    const Tile& tile = tiles_[static_cast<std::size_t>(at.tile)];
    const std::int32_t pc = at.operation == kNone
                                ? tile.program.pc
                                : operations_[static_cast<std::size_t>(at.operation)].pc;
    lines.push_back(why.empty() ? "" : where(tile, pc) + ": " + why);
    at = next;
  }
  std::erase(lines, std::string());
  for (const Blame& blame : path) {
    result.deadlock_tiles.push_back(blame.tile);
  }
}

}  // namespace weft::sim::dataflow
