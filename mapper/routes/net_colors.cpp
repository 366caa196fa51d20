// SPDX-License-Identifier: Apache-2.0
#include "mapper/routes/net_colors.h"

#include <algorithm>
#include <bit>
#include <tuple>

namespace weft::mapper::routes {
namespace {

class Coloring {
 public:
  Coloring(const std::vector<Net>& nets, const std::vector<Tree>& trees, const Mesh& mesh)
      : nets_(nets), trees_(trees), mesh_(mesh), at_(mesh.tiles()), neighbors_(nets.size()) {
    for (std::size_t n = 0; n < trees.size(); ++n) {
      for (const TreeTile& node : trees[n]) {
        at_[mesh.index(node.tile)].push_back(static_cast<int>(n));
      }
    }
    std::vector<bool> seen(nets.size() * nets.size());
    for (const std::vector<int>& here : at_) {
      for (std::size_t i = 0; i < here.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
          const auto a = static_cast<std::size_t>(here[i]);
          const auto b = static_cast<std::size_t>(here[j]);
          if (!seen[a * nets.size() + b]) {
            seen[a * nets.size() + b] = true;
            neighbors_[a].push_back(b);
            neighbors_[b].push_back(a);
          }
        }
      }
    }
  }

  NetColors run(int colors) {
    NetColors result{std::vector<int>(nets_.size(), -1), {}, {}};
    std::vector<std::uint64_t> taken(nets_.size());  // colors of neighbors
    std::vector<bool> done(nets_.size());
    for (std::size_t step = 0; step < nets_.size(); ++step) {
      const std::size_t net = next(taken, done);
      done[net] = true;
      const int color = nets_[net].color >= 0 ? nets_[net].color : std::countr_one(taken[net]);
      if (color < colors && (taken[net] >> static_cast<unsigned>(color) & 1U) == 0) {
        result.colors[net] = color;
        for (const std::size_t other : neighbors_[net]) {
          taken[other] |= std::uint64_t{1} << static_cast<unsigned>(color);
        }
      } else {
        result.uncolored.push_back(static_cast<int>(net));
        contest(net, result.contested);
      }
    }
    std::sort(result.uncolored.begin(), result.uncolored.end());
    return result;
  }

 private:
  /// Nets that ask for a color, then the one with the fewest left, then the one that meets most.
  std::size_t next(const std::vector<std::uint64_t>& taken, const std::vector<bool>& done) const {
    std::size_t best = nets_.size();
    const auto rank = [&](std::size_t n) {
      return std::tuple(nets_[n].color >= 0, std::popcount(taken[n]), neighbors_[n].size());
    };
    for (std::size_t n = 0; n < nets_.size(); ++n) {
      if (!done[n] && (best == nets_.size() || rank(n) > rank(best))) {
        best = n;
      }
    }
    return best;
  }

  void contest(std::size_t net, std::vector<Tile>& contested) const {
    for (const TreeTile& node : trees_[net]) {
      if (at_[mesh_.index(node.tile)].size() > 1) {
        contested.push_back(node.tile);
      }
    }
  }

  const std::vector<Net>& nets_;
  const std::vector<Tree>& trees_;
  const Mesh& mesh_;
  std::vector<std::vector<int>> at_;  ///< nets of each tile
  std::vector<std::vector<std::size_t>> neighbors_;
};

}  // namespace

NetColors color_nets(const std::vector<Net>& nets, const std::vector<Tree>& trees, const Mesh& mesh,
                     int colors) {
  return Coloring(nets, trees, mesh).run(colors);
}

}  // namespace weft::mapper::routes
