// SPDX-License-Identifier: Apache-2.0
#include "sim/vector/refine.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

namespace weft::sim::vector {
namespace {

/// Disjoint sets of tiles.
class Clusters {
 public:
  explicit Clusters(std::size_t tiles) : above_(tiles) {
    std::iota(above_.begin(), above_.end(), 0);
  }
  std::int32_t of(std::int32_t tile) {
    while (above_[static_cast<std::size_t>(tile)] != tile) {
      std::int32_t& above = above_[static_cast<std::size_t>(tile)];
      above = above_[static_cast<std::size_t>(above)];
      tile = above;
    }
    return tile;
  }
  void join(std::int32_t a, std::int32_t b) {
    a = of(a);
    b = of(b);
    above_[static_cast<std::size_t>(std::max(a, b))] = std::min(a, b);
  }

 private:
  std::vector<std::int32_t> above_;
};

/// What a cluster does with another kind of cluster, or which colors it uses.
using Trait = std::pair<std::int32_t, std::uint64_t>;  // cluster, trait

std::uint64_t trait_of(bool sends, std::int16_t own_slot, std::int16_t other_slot,
                       std::int32_t other_kind) {
  return std::uint64_t{sends} << 63 | std::uint64_t(static_cast<std::uint16_t>(own_slot)) << 47 |
         std::uint64_t(static_cast<std::uint16_t>(other_slot)) << 31 |
         static_cast<std::uint32_t>(other_kind);
}

/// Kinds of clusters by their kind so far and their traits; how many there are.
std::int32_t sort_kinds(std::vector<Trait>& traits, std::vector<std::int32_t>& kind) {
  std::sort(traits.begin(), traits.end());
  traits.erase(std::unique(traits.begin(), traits.end()), traits.end());
  std::map<std::pair<std::int32_t, std::vector<std::uint64_t>>, std::int32_t> known;
  std::vector<std::uint64_t> own;
  for (std::size_t i = 0; i < traits.size();) {
    const std::int32_t cluster = traits[i].first;
    own.clear();
    for (; i < traits.size() && traits[i].first == cluster; ++i) {
      own.push_back(traits[i].second);
    }
    std::int32_t& now = kind[static_cast<std::size_t>(cluster)];
    now = known.try_emplace({now, own}, static_cast<std::int32_t>(known.size())).first->second;
  }
  return static_cast<std::int32_t>(known.size());
}

}  // namespace

std::vector<std::int32_t> refine(const std::vector<std::int16_t>& script,
                                 const std::vector<std::int16_t>& atom,
                                 const std::vector<TalkEdge>& edges) {
  Clusters clusters(script.size());
  for (const TalkEdge& edge : edges) {
    if (script[static_cast<std::size_t>(edge.from)] == script[static_cast<std::size_t>(edge.to)]) {
      clusters.join(edge.from, edge.to);
    }
  }
  std::vector<std::int32_t> kind(script.size(), 0);
  std::vector<Trait> traits;
  for (std::size_t tile = 0; tile < script.size(); ++tile) {
    if (script[tile] >= 0) {
      traits.emplace_back(clusters.of(static_cast<std::int32_t>(tile)),
                          static_cast<std::uint64_t>(atom[tile]));
    }
  }
  const std::vector<Trait> colors = traits;
  std::int32_t kinds = sort_kinds(traits, kind);
  for (std::int32_t before = 0; kinds != before;) {
    before = kinds;
    traits = colors;
    for (const TalkEdge& edge : edges) {
      const std::int32_t from = clusters.of(edge.from);
      const std::int32_t to = clusters.of(edge.to);
      if (from != to) {
        traits.emplace_back(
            from, trait_of(true, edge.out_slot, edge.in_slot, kind[static_cast<std::size_t>(to)]));
        traits.emplace_back(
            to, trait_of(false, edge.in_slot, edge.out_slot, kind[static_cast<std::size_t>(from)]));
      }
    }
    kinds = sort_kinds(traits, kind);
  }
  std::vector<std::int32_t> group(script.size(), -1);
  std::map<std::int32_t, std::int32_t> number;
  for (std::size_t tile = 0; tile < script.size(); ++tile) {
    if (script[tile] >= 0) {
      const std::int32_t its =
          kind[static_cast<std::size_t>(clusters.of(static_cast<std::int32_t>(tile)))];
      group[tile] = number.try_emplace(its, static_cast<std::int32_t>(number.size())).first->second;
    }
  }
  return group;
}

}  // namespace weft::sim::vector
