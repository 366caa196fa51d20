// SPDX-License-Identifier: Apache-2.0
#include "isa/tile_classes.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <unordered_map>

namespace weft::isa {
namespace {

constexpr std::size_t index_of(std::int32_t number) { return static_cast<std::size_t>(number); }

std::uint64_t mixed(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9E3779B97F4A7C15ULL;
  return hash ^ hash >> 29;
}

/// Disjoint sets of tiles.
class Sets {
 public:
  explicit Sets(std::size_t tiles) : above_(tiles) { std::iota(above_.begin(), above_.end(), 0); }
  std::int32_t of(std::int32_t tile) {
    while (above_[index_of(tile)] != tile) {
      std::int32_t& above = above_[index_of(tile)];
      above = above_[index_of(above)];
      tile = above;
    }
    return tile;
  }
  void join(std::int32_t a, std::int32_t b) {
    a = of(a);
    b = of(b);
    above_[index_of(std::max(a, b))] = std::min(a, b);
  }

 private:
  std::vector<std::int32_t> above_;
};

/// A number that belongs to a cluster: the colors of one of its tiles, or what it does with another
/// cluster.
struct Trait {
  std::int32_t cluster = -1;
  std::int32_t other = -1;
  std::uint64_t how = 0;
  auto operator<=>(const Trait&) const = default;
};

/// The traits of clusters, each once. Most come many times in a row, or nearly so.
class Traits {
 public:
  void add(const Trait& trait) {
    const std::uint64_t hash = mixed(
        mixed(static_cast<std::uint32_t>(trait.cluster), static_cast<std::uint32_t>(trait.other)),
        trait.how);
    Trait& recent = recent_[hash % recent_.size()];
    if (recent != trait) {
      recent = trait;
      all_.push_back(trait);
    }
  }

  /// Calls body(cluster, its traits) for all of them, in order.
  template <class Body>
  void each_cluster(std::size_t clusters, Body&& body) {
    if (!sorted_) {
      std::sort(all_.begin(), all_.end());
      all_.erase(std::unique(all_.begin(), all_.end()), all_.end());
      sorted_ = true;
    }
    auto from = all_.begin();
    for (std::size_t cluster = 0; cluster < clusters; ++cluster) {
      const auto to = std::find_if(
          from, all_.end(), [&](const Trait& trait) { return index_of(trait.cluster) != cluster; });
      body(cluster, std::span(from, to));
      from = to;
    }
  }

 private:
  std::array<Trait, 4096> recent_;
  std::vector<Trait> all_;
  bool sorted_ = false;
};

/// Numbers lists so that equal ones have one number.
class Numbers {
 public:
  std::int32_t of(const std::vector<std::uint64_t>& list) {
    return known_.try_emplace(list, static_cast<std::int32_t>(known_.size())).first->second;
  }
  std::int32_t size() const { return static_cast<std::int32_t>(known_.size()); }

 private:
  struct Hash {
    std::size_t operator()(const std::vector<std::uint64_t>& list) const {
      return std::accumulate(list.begin(), list.end(), std::uint64_t{list.size()}, mixed);
    }
  };
  std::unordered_map<std::vector<std::uint64_t>, std::int32_t, Hash> known_;
};

/// Clusters are of one kind that were and whose traits are equal, kinds of others standing for the
/// others; how many kinds there are then.
std::int32_t tell_apart(Traits& traits, std::vector<std::int32_t>& kind) {
  const std::vector<std::int32_t> before = kind;
  Numbers numbers;
  std::vector<std::uint64_t> own;
  traits.each_cluster(kind.size(), [&](std::size_t cluster, std::span<const Trait> its) {
    own.clear();
    for (const Trait& trait : its) {
      const std::int32_t other = trait.other < 0 ? 0 : before[index_of(trait.other)];
      own.push_back(trait.how | static_cast<std::uint32_t>(other));
    }
    std::sort(own.begin(), own.end());
    own.erase(std::unique(own.begin(), own.end()), own.end());
    own.push_back(static_cast<std::uint32_t>(before[cluster]));
    kind[cluster] = numbers.of(own);
  });
  return numbers.size();
}

std::uint64_t how_of(bool sends, std::int16_t own_slot, std::int16_t other_slot) {
  return std::uint64_t{sends} << 63 | std::uint64_t{static_cast<std::uint16_t>(own_slot)} << 47 |
         std::uint64_t{static_cast<std::uint16_t>(other_slot)} << 31;
}

/// Numbers the values of a list in order of first sight; negative ones stay.
template <class Value>
std::int32_t number_by_sight(std::vector<std::int32_t>& list, Value&& value) {
  std::vector<std::int32_t> number;
  std::int32_t count = 0;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list[i] >= 0) {
      const std::size_t its = index_of(value(list[i]));
      number.resize(std::max(number.size(), its + 1), -1);
      number[its] = number[its] < 0 ? count++ : number[its];
      list[i] = number[its];
    }
  }
  return count;
}

}  // namespace

std::vector<std::int32_t> classes_of_tiles(std::span<const std::int32_t> script,
                                           std::span<const std::int32_t> atom,
                                           std::span<const TalkEdge> edges, Clusters how) {
  std::vector<std::int32_t> group(script.size(), -1);  // of each tile: its cluster, then its kind
  {
    Sets sets(script.size());
    for (const TalkEdge& edge : edges) {
      const bool holds = how == Clusters::any_talk || !edge.in_turn;
      if (holds && script[index_of(edge.from)] == script[index_of(edge.to)]) {
        sets.join(edge.from, edge.to);
      }
    }
    for (std::size_t tile = 0; tile < script.size(); ++tile) {
      group[tile] = script[tile] < 0 ? -1 : sets.of(static_cast<std::int32_t>(tile));
    }
  }
  const std::int32_t clusters =
      number_by_sight(group, [](std::int32_t cluster) { return cluster; });
  Traits colors;
  Traits talk;
  for (std::size_t tile = 0; tile < script.size(); ++tile) {
    if (group[tile] >= 0) {
      colors.add({group[tile], -1, static_cast<std::uint64_t>(atom[tile]) << 31});
    }
  }
  for (const TalkEdge& edge : edges) {
    const std::int32_t from = group[index_of(edge.from)];
    const std::int32_t to = group[index_of(edge.to)];
    if (from != to) {
      talk.add({from, to, how_of(true, edge.out_slot, edge.in_slot)});
      talk.add({to, from, how_of(false, edge.in_slot, edge.out_slot)});
    }
  }
  std::vector<std::int32_t> kind(index_of(clusters), 0);
  std::int32_t kinds = tell_apart(colors, kind);
  for (std::int32_t before = -1; kinds != before;) {
    before = kinds;
    kinds = tell_apart(talk, kind);
  }
  number_by_sight(group, [&](std::int32_t cluster) { return kind[index_of(cluster)]; });
  return group;
}

}  // namespace weft::isa
