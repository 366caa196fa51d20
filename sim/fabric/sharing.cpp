// SPDX-License-Identifier: Apache-2.0
#include "sim/fabric/sharing.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <numeric>

namespace weft::sim {
namespace {

constexpr std::uint32_t kCore = ~std::uint32_t{0};  // where the first link of a tree comes from

struct Use {
  std::uint32_t link = 0;
  std::int32_t tree = 0;
  std::uint32_t before = kCore;
};

std::vector<Use> uses_of_links(const isa::RouteTrees& routes) {
  std::vector<Use> uses;
  std::vector<std::uint32_t> last;  // by node of the tree
  for (std::size_t t = 0; t < routes.trees.size(); ++t) {
    const auto& nodes = routes.trees[t].nodes;
    last.assign(nodes.size(), kCore);
    for (std::size_t n = 1; n < nodes.size(); ++n) {
      last[n] = last[static_cast<std::size_t>(nodes[n].parent)];
      for (const std::uint32_t link : nodes[n].links) {
        uses.push_back({link, static_cast<std::int32_t>(t), last[n]});
        last[n] = link;
      }
    }
  }
  std::sort(uses.begin(), uses.end(), [](const Use& a, const Use& b) {
    return a.link != b.link ? a.link < b.link : a.tree < b.tree;
  });
  return uses;
}

void find_links(const isa::RouteTrees& routes, Sharing& sharing) {
  const std::vector<Use> uses = uses_of_links(routes);
  for (auto from = uses.begin(); from != uses.end();) {
    const auto to =
        std::find_if(from, uses.end(), [&](const Use& use) { return use.link != from->link; });
    Sharing::Link link{from->link, {}, from->before == kCore};
    for (auto use = from; use != to; ++use) {
      if (link.trees.empty() || link.trees.back() != use->tree) {
        link.trees.push_back(use->tree);
      }
      link.joins = link.joins || use->before != from->before;
    }
    if (link.trees.size() > 1) {
      sharing.links.push_back(std::move(link));
    }
    from = to;
  }
}

std::string names(const std::vector<std::int32_t>& colors) {
  constexpr std::size_t kMost = 4;
  std::string text;
  for (std::size_t i = 0; i < std::min(kMost, colors.size()); ++i) {
    const bool last = i + 1 == colors.size();
    text += fmt::format("{}c{}", i == 0 ? "" : last ? " and " : ", ", colors[i]);
  }
  return colors.size() <= kMost ? text : fmt::format("{} and {} more", text, colors.size() - kMost);
}

}  // namespace

std::int32_t Sharing::find(std::uint32_t link) const {
  const auto at = std::lower_bound(links.begin(), links.end(), link,
                                   [](const Link& a, std::uint32_t b) { return a.link < b; });
  return at != links.end() && at->link == link ? static_cast<std::int32_t>(at - links.begin()) : -1;
}

std::string Sharing::text(int grid_width) const {
  static constexpr std::array<const char*, 4> kNames = {"east", "south", "west", "north"};
  const auto largest = std::max_element(
      groups.begin(), groups.end(),
      [](const Group& a, const Group& b) { return a.shared_links < b.shared_links; });
  if (largest == groups.end() || largest->is_exclusive()) {
    return "";
  }
  const auto tile = static_cast<int>(largest->example / 4);
  const auto more = std::count_if(groups.begin(), groups.end(),
                                  [](const Group& group) { return !group.is_exclusive(); });
  return fmt::format("{} share {} link{}, e.g. ({},{}) {}{}", names(largest->colors),
                     largest->shared_links, largest->shared_links == 1 ? "" : "s",
                     tile % grid_width, tile / grid_width, kNames[largest->example % 4],
                     more == 1 ? "" : fmt::format("; {} more such groups", more - 1));
}

Sharing find_sharing(const isa::RouteTrees& routes) {
  Sharing sharing;
  find_links(routes, sharing);
  std::int32_t colors = 0;
  for (const isa::RouteTree& tree : routes.trees) {
    colors = std::max(colors, tree.color + 1);
  }
  std::vector<std::int32_t> joined(static_cast<std::size_t>(colors));
  std::iota(joined.begin(), joined.end(), 0);
  const auto first_of = [&](std::int32_t color) {
    while (joined[static_cast<std::size_t>(color)] != color) {
      color = joined[static_cast<std::size_t>(color)];
    }
    return color;
  };
  const auto color_of = [&](std::int32_t tree) {
    return routes.trees[static_cast<std::size_t>(tree)].color;
  };
  for (const Sharing::Link& link : sharing.links) {
    for (const std::int32_t tree : link.trees) {
      const std::int32_t a = first_of(color_of(link.trees.front()));
      const std::int32_t b = first_of(color_of(tree));
      joined[static_cast<std::size_t>(std::max(a, b))] = std::min(a, b);
    }
  }
  std::map<std::int32_t, Sharing::Group> groups;
  for (const isa::RouteTree& tree : routes.trees) {
    auto& members = groups[first_of(tree.color)].colors;
    members.push_back(tree.color);
  }
  for (const Sharing::Link& link : sharing.links) {
    Sharing::Group& group = groups[first_of(color_of(link.trees.front()))];
    group.example = group.shared_links++ == 0 ? link.link : group.example;
  }
  for (auto& [lowest, group] : groups) {
    std::sort(group.colors.begin(), group.colors.end());
    group.colors.erase(std::unique(group.colors.begin(), group.colors.end()), group.colors.end());
    sharing.groups.push_back(std::move(group));
  }
  return sharing;
}

}  // namespace weft::sim
