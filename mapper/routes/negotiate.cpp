// SPDX-License-Identifier: Apache-2.0
#include "mapper/routes/negotiate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <map>
#include <tuple>

#include "mapper/routes/congestion.h"
#include "mapper/routes/net_colors.h"
#include "mapper/routes/nets.h"
#include "mapper/routes/search.h"

namespace weft::mapper::routes {
namespace {

class Negotiation {
 public:
  explicit Negotiation(const Problem& problem)
      : problem_(problem),
        mesh_(problem),
        nets_(nets_of(problem.flows)),
        congestion_(problem, nets_, mesh_),
        trees_(nets_.size()) {
    for (std::size_t n = 0; n < nets_.size(); ++n) {
      order_.push_back(static_cast<int>(n));
    }
    std::stable_sort(order_.begin(), order_.end(),
                     [&](int a, int b) { return net(a).words > net(b).words; });
  }

  Result<Solution> run(int most_rounds) {
    for (const int n : order_) {
      trees_[static_cast<std::size_t>(n)] = first_way(n);
      congestion_.place(n, tree(n));
    }
    for (int round = 0;; ++round) {
      NetColors colors;
      std::vector<int> torn;
      std::copy_if(order_.begin(), order_.end(), std::back_inserter(torn),
                   [&](int n) { return congestion_.is_crowded(n, tree(n)); });
      if (torn.empty()) {
        colors = color_nets(nets_, trees_, mesh_, problem_.colors);
        if (colors.uncolored.empty()) {
          return finish(colors.colors, round);
        }
        for (const Tile& tile : colors.contested) {
          congestion_.remember(tile);
        }
        torn = colors.uncolored;
      }
      if (round == most_rounds) {
        return refuse(torn, colors.uncolored);
      }
      for (const int n : torn) {
        congestion_.remember(n, tree(n));
      }
      // Now and then all ways are found anew, and whose turn comes first changes, so that nobody
      // gives way to the same one forever.
      if (round % 8 == 7) {
        torn = order_;
      }
      std::rotate(torn.begin(), torn.begin() + round % static_cast<int>(torn.size()), torn.end());
      find_anew(torn);
    }
  }

 private:
  const Net& net(int n) const { return nets_[static_cast<std::size_t>(n)]; }
  const Tree& tree(int n) const { return trees_[static_cast<std::size_t>(n)]; }

  Tree first_way(int n) {
    Tree straight = xy_tree(net(n).source, net(n).sinks);
    const std::vector<Link> links = links_of(straight);
    const bool open = std::all_of(links.begin(), links.end(),
                                  [&](const Link& link) { return mesh_.is_open(link); });
    return open ? straight : grow(n);
  }

  void find_anew(const std::vector<int>& torn) {
    for (const int n : torn) {
      congestion_.remove(n, tree(n));
      trees_[static_cast<std::size_t>(n)] = grow(n);
      congestion_.place(n, tree(n));
    }
    pressure_ = std::min<std::int64_t>(pressure_ + 1 + pressure_ / 2, 4096);
    margin_ = std::min(margin_ * 2, 1 << 14);
  }

  /// A tree out of shortest paths: to the nearest sink from the source, to the next from all tiles
  /// there are by then.
  Tree grow(int n) {
    const Net& own = net(n);
    std::vector<Tile> sinks = own.sinks;
    std::sort(sinks.begin(), sinks.end(), [&](Tile a, Tile b) {
      return std::tuple(distance(a, own.source), a) < std::tuple(distance(b, own.source), b);
    });
    const LinkCost cost = [&](const Link& link) {
      return mesh_.is_open(link) ? congestion_.cost(n, link, pressure_) : kClosed;
    };
    Tree grown = {{own.source, -1}};
    std::vector<Tile> tiles = {own.source};
    std::map<Tile, int> index = {{own.source, 0}};
    for (const Tile& sink : sinks) {
      if (index.contains(sink)) {
        continue;
      }
      const std::vector<Tile> way = way_to_sink(tiles, sink, cost);
      assert(!way.empty() && "check() has seen a way");
      int node = index.at(way.front());
      for (std::size_t i = 1; i < way.size(); ++i) {
        grown.push_back({way[i], node});
        tiles.push_back(way[i]);
        node = static_cast<int>(grown.size()) - 1;
        index[way[i]] = node;
      }
    }
    return grown;
  }

  /// Looks between the sink and the tile of the tree next to it first, and farther out where there
  /// is no way.
  std::vector<Tile> way_to_sink(const std::vector<Tile>& from, Tile sink,
                                const LinkCost& cost) const {
    const Tile nearest = *std::min_element(from.begin(), from.end(), [&](Tile a, Tile b) {
      return distance(a, sink) < distance(b, sink);
    });
    for (int margin = margin_;; margin *= 4) {
      const weft::Rect window = window_of(nearest, sink, margin);
      std::vector<Tile> way = cheapest_way(from, sink, window, cost);
      if (!way.empty() || window == weft::Rect{0, 0, mesh_.width(), mesh_.height()}) {
        return way;
      }
    }
  }

  static int distance(Tile a, Tile b) { return std::abs(a.x - b.x) + std::abs(a.y - b.y); }

  weft::Rect window_of(Tile a, Tile b, int margin) const {
    const int left = std::max(0, std::min(a.x, b.x) - margin);
    const int top = std::max(0, std::min(a.y, b.y) - margin);
    const int right = std::min(mesh_.width() - 1, std::max(a.x, b.x) + margin);
    const int bottom = std::min(mesh_.height() - 1, std::max(a.y, b.y) + margin);
    return {left, top, right - left + 1, bottom - top + 1};
  }

  /// What a net has, all its flows have.
  Solution finish(const std::vector<int>& colors, int rounds) const {
    const std::size_t count = problem_.flows.size();
    Solution solution{std::vector<Tree>(count), std::vector<int>(count), rounds, 0};
    for (std::size_t n = 0; n < nets_.size(); ++n) {
      const bool straight = trees_[n] == xy_tree(nets_[n].source, nets_[n].sinks);
      for (const int f : nets_[n].flows) {
        solution.trees[static_cast<std::size_t>(f)] = trees_[n];
        solution.colors[static_cast<std::size_t>(f)] = colors[n];
        solution.rerouted += straight ? 0 : 1;
      }
    }
    return solution;
  }

  Error refuse(const std::vector<int>& crowded, const std::vector<int>& uncolored) const {
    constexpr std::size_t most = 8;
    std::vector<std::string> lines;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < std::min(most, crowded.size()); ++i) {
      lines.push_back(congestion_.complaint(crowded[i], tree(crowded[i])));
      names.push_back(fmt::format("'{}'", net(crowded[i]).name));
      if (net(crowded[i]).color >= 0) {
        names.back() += fmt::format(" (asks for c{})", net(crowded[i]).color);
      }
    }
    const std::string more =
        crowded.size() > most ? fmt::format(" and {} more", crowded.size() - most) : "";
    if (!uncolored.empty()) {
      return input_error(fmt::format(
          "{} colors do not do for these routes: {}{} find none that is free all along their way; "
          "raise fabric.colors or ask for fewer routes that cross",
          problem_.colors, fmt::join(names, ", "), more));
    }
    return input_error(fmt::format("{}{}", fmt::join(lines, "\n"), more));
  }

  const Problem& problem_;
  Mesh mesh_;
  std::vector<Net> nets_;
  Congestion congestion_;
  std::vector<Tree> trees_;
  std::vector<int> order_;
  std::int64_t pressure_ = 1;
  int margin_ = 4;
};

}  // namespace

Result<Solution> route_flows(const Problem& problem, int most_rounds) {
  WEFT_TRY(check(problem));
  return Negotiation(problem).run(most_rounds);
}

}  // namespace weft::mapper::routes
