// SPDX-License-Identifier: Apache-2.0
#include "mapper/routes/congestion.h"

#include <fmt/format.h>

#include <algorithm>

namespace weft::mapper::routes {

Congestion::Congestion(const Problem& problem, const std::vector<Net>& nets, const Mesh& mesh)
    : problem_(problem),
      nets_(nets),
      mesh_(mesh),
      on_tile_(mesh.tiles()),
      tile_past_(mesh.tiles()) {
  std::int64_t words = 0;
  for (const Net& net : nets) {
    words += net.words;
  }
  const auto count = static_cast<std::int64_t>(nets.size());
  mean_words_ = std::max<std::int64_t>(1, words / std::max<std::int64_t>(1, count));
}

void Congestion::place(int net, const Tree& tree) {
  for (const Link& link : links_of(tree)) {
    on_link_[mesh_.index(link)].push_back(net);
  }
  for (const TreeTile& node : tree) {
    ++on_tile_[mesh_.index(node.tile)];
  }
}

void Congestion::remove(int net, const Tree& tree) {
  for (const Link& link : links_of(tree)) {
    std::erase(on_link_[mesh_.index(link)], net);
  }
  for (const TreeTile& node : tree) {
    --on_tile_[mesh_.index(node.tile)];
  }
}

/// Others on a link that live while the net does.
std::vector<int> Congestion::company(int net, const Link& link) const {
  std::vector<int> others;
  const auto at = on_link_.find(mesh_.index(link));
  if (at != on_link_.end()) {
    const Net& own = nets_[static_cast<std::size_t>(net)];
    for (const int other : at->second) {
      if (other != net && own.lives_with(nets_[static_cast<std::size_t>(other)])) {
        others.push_back(other);
      }
    }
  }
  return others;
}

int Congestion::surplus(Tile tile, int more) const {
  return std::max(0, on_tile_[mesh_.index(tile)] + more - problem_.colors);
}

std::int64_t Congestion::cost(int net, const Link& link, std::int64_t pressure) const {
  const Tile to = step(link.from, link.way);
  const auto past = link_past_.find(mesh_.index(link));
  std::int64_t price = kHop + tile_past_[mesh_.index(to)];
  price += past == link_past_.end() ? 0 : past->second;
  std::int64_t company_price = 0;
  for (const int other : company(net, link)) {
    const std::int64_t words = nets_[static_cast<std::size_t>(other)].words;
    company_price += problem_.share_links
                         ? kHop * std::clamp<std::int64_t>(words / mean_words_, 1, 16)
                         : price * pressure;
  }
  return price + company_price + price * pressure * surplus(to, 1);
}

bool Congestion::is_crowded(int net, const Tree& tree) const {
  const bool on_links = !problem_.share_links && [&] {
    const std::vector<Link> links = links_of(tree);
    return std::any_of(links.begin(), links.end(),
                       [&](const Link& link) { return !company(net, link).empty(); });
  }();
  return on_links || std::any_of(tree.begin(), tree.end(),
                                 [&](const TreeTile& node) { return surplus(node.tile, 0) > 0; });
}

void Congestion::remember(int net, const Tree& tree) {
  if (!problem_.share_links) {
    for (const Link& link : links_of(tree)) {
      if (!company(net, link).empty()) {
        link_past_[mesh_.index(link)] += kHop / 2;
      }
    }
  }
  for (const TreeTile& node : tree) {
    if (surplus(node.tile, 0) > 0) {
      remember(node.tile);
    }
  }
}

std::string Congestion::complaint(int net, const Tree& tree) const {
  const std::string& name = nets_[static_cast<std::size_t>(net)].name;
  for (const Link& link : links_of(tree)) {
    const std::vector<int> others = company(net, link);
    if (!others.empty() && !problem_.share_links) {
      return fmt::format(
          "route '{}' finds no links of its own: it would share link {} with '{}', which lives "
          "when "
          "it does",
          name, text_of(link), nets_[static_cast<std::size_t>(others.front())].name);
    }
  }
  for (const TreeTile& node : tree) {
    if (surplus(node.tile, 0) > 0) {
      return fmt::format("route '{}' is one of {} through tile {}, whose router has {} colors",
                         name, on_tile_[mesh_.index(node.tile)], text_of(node.tile),
                         problem_.colors);
    }
  }
  return fmt::format("route '{}' finds no way", name);
}

}  // namespace weft::mapper::routes
