// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "mapper/routes/problem.h"

namespace weft::mapper::routes {
namespace {

bool is_blocked(const Problem& problem, Tile tile) {
  return tile.x < 0 || tile.y < 0 || tile.x >= problem.width || tile.y >= problem.height ||
         std::any_of(problem.blocked.begin(), problem.blocked.end(),
                     [&](const weft::Rect& rect) { return rect.contains(tile.x, tile.y); });
}

std::string text_of(Tile tile) { return fmt::format("({},{})", tile.x, tile.y); }

/// Empty for tiles that are not neighbors.
std::vector<isa::Direction> between(Tile from, Tile to) {
  if (from.y == to.y && to.x == from.x + 1) {
    return {isa::EAST};
  }
  if (from.y == to.y && to.x == from.x - 1) {
    return {isa::WEST};
  }
  if (from.x == to.x && to.y == from.y + 1) {
    return {isa::SOUTH};
  }
  if (from.x == to.x && to.y == from.y - 1) {
    return {isa::NORTH};
  }
  return {};
}

/// What a router does with a color.
struct Rule {
  Tile from;  ///< itself: its own core
  std::set<Tile> to;
  bool core = false;
  bool operator==(const Rule&) const = default;
};

/// Rules a tree needs, by tile; a fault where it is no tree from source to all sinks.
std::string read_tree(const Problem& problem, const Flow& flow, const Tree& tree,
                      std::map<Tile, Rule>& rules) {
  if (tree.empty() || tree[0].tile != flow.source || tree[0].parent != -1) {
    return "its tree does not begin at its source";
  }
  for (std::size_t i = 0; i < tree.size(); ++i) {
    const auto [tile, parent] = tree[i];
    if (is_blocked(problem, tile)) {
      return fmt::format("crosses {}, which is blocked or no tile", text_of(tile));
    }
    if (!rules.try_emplace(tile, Rule{tile, {}, false}).second) {
      return fmt::format("comes to {} twice", text_of(tile));
    }
    if (i == 0) {
      continue;
    }
    if (parent < 0 || static_cast<std::size_t>(parent) >= i) {
      return fmt::format("{} has no parent before it", text_of(tile));
    }
    const Tile from = tree[static_cast<std::size_t>(parent)].tile;
    const auto way = between(from, tile);
    if (way.empty()) {
      return fmt::format("jumps from {} to {}", text_of(from), text_of(tile));
    }
    if (std::count(problem.blocked_links.begin(), problem.blocked_links.end(),
                   Link{from, way.front()}) > 0) {
      return fmt::format("takes the blocked link from {} to {}", text_of(from), text_of(tile));
    }
    rules[tile].from = from;
    rules[from].to.insert(tile);
  }
  for (const Tile& sink : flow.sinks) {
    if (!rules.contains(sink)) {
      return fmt::format("does not come to sink {}", text_of(sink));
    }
    rules[sink].core = true;
  }
  for (const auto& [tile, rule] : rules) {
    if (rule.to.empty() && !rule.core) {
      return fmt::format("ends at {}, which is no sink", text_of(tile));
    }
  }
  return {};
}

}  // namespace

std::string verify(const Problem& problem, const Solution& solution) {
  const std::size_t count = problem.flows.size();
  if (solution.trees.size() != count || solution.colors.size() != count) {
    return "as many trees and colors as flows are needed";
  }
  struct Use {
    std::size_t flow = 0;
    Rule rule;
  };
  std::map<std::pair<Tile, int>, std::vector<Use>> routers;  // by tile and color
  std::map<std::pair<Tile, Tile>, std::vector<std::size_t>> links;
  for (std::size_t f = 0; f < count; ++f) {
    const Flow& flow = problem.flows[f];
    const int color = solution.colors[f];
    if (color < 0 || color >= problem.colors || (flow.color >= 0 && color != flow.color)) {
      return fmt::format("route '{}' has color c{}", flow.name, color);
    }
    std::map<Tile, Rule> rules;
    if (const std::string fault = read_tree(problem, flow, solution.trees[f], rules);
        !fault.empty()) {
      return fmt::format("route '{}' {}", flow.name, fault);
    }
    for (const auto& [tile, rule] : rules) {
      for (const Use& use : routers[{tile, color}]) {
        const Flow& other = problem.flows[use.flow];
        if (use.rule != rule || flow.lives_with(other)) {
          return fmt::format("routes '{}' and '{}' {} color c{} at {}", flow.name, other.name,
                             use.rule != rule ? "have different rules for" : "live together on",
                             color, text_of(tile));
        }
      }
      routers[{tile, color}].push_back({f, rule});
      for (const Tile& to : rule.to) {
        for (const std::size_t other : links[{tile, to}]) {
          if (!problem.share_links && flow.lives_with(problem.flows[other])) {
            return fmt::format("routes '{}' and '{}' live together on the link from {} to {}",
                               flow.name, problem.flows[other].name, text_of(tile), text_of(to));
          }
        }
        links[{tile, to}].push_back(f);
      }
    }
  }
  return {};
}

}  // namespace weft::mapper::routes
