// SPDX-License-Identifier: Apache-2.0
#include "isa/tile_classes.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

namespace weft::isa {
namespace {

constexpr std::size_t index_of(std::int32_t number) { return static_cast<std::size_t>(number); }

std::uint64_t mixed(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9E3779B97F4A7C15ULL;
  return hash ^ hash >> 29;
}

/// Tells tiles apart in rounds, until a round finds nothing new. An end is a slot of a tile; ends
/// lie tile by tile, those in before those out. Lists are compared by hash: two that meet by chance
/// leave classes too coarse, which their users find out.
class TileClasses {
 public:
  TileClasses(std::span<const std::int32_t> script, std::span<const TalkEdge> edges,
              std::span<const PassedOn> passed_on)
      : script_(script) {
    count_slots(edges);
    join_ends(edges, passed_on);
    sort_by_wire();
  }

  std::vector<std::int32_t> find() {
    kind_.assign(script_.begin(), script_.end());
    hash_of_tile_.assign(script_.begin(), script_.end());
    for (std::int32_t before = 0, kinds = number(); kinds != before;) {
      before = kinds;
      look_along_wires(kinds);
      look_at_tiles();
      kinds = number();
    }
    return std::move(kind_);
  }

 private:
  struct Slots {
    std::int16_t in = 0, out = 0;
  };

  void count_slots(std::span<const TalkEdge> edges) {
    const std::int32_t most =
        script_.empty() ? -1 : *std::max_element(script_.begin(), script_.end());
    slots_.resize(index_of(most + 1));
    const auto of = [&](std::int32_t tile) -> Slots& {
      return slots_[index_of(script_[index_of(tile)])];
    };
    for (const TalkEdge& edge : edges) {
      std::int16_t& out = of(edge.from).out;
      std::int16_t& in = of(edge.to).in;
      out = std::max(out, static_cast<std::int16_t>(edge.out_slot + 1));
      in = std::max(in, static_cast<std::int16_t>(edge.in_slot + 1));
    }
    first_.assign(1, 0);
    for (const std::int32_t script : script_) {
      const Slots slots = script < 0 ? Slots{} : slots_[index_of(script)];
      first_.push_back(first_.back() + slots.in + slots.out);
      most_slots_ = std::max(most_slots_, slots.in + slots.out);
    }
  }

  std::int32_t wire(std::int32_t end) {
    while (wire_[index_of(end)] != end) {
      std::int32_t& above = wire_[index_of(end)];
      above = wire_[index_of(above)];
      end = above;
    }
    return end;
  }
  void join(std::int32_t a, std::int32_t b) {
    a = wire(a);
    b = wire(b);
    wire_[index_of(std::max(a, b))] = std::min(a, b);
  }

  void join_ends(std::span<const TalkEdge> edges, std::span<const PassedOn> passed_on) {
    wire_.resize(index_of(first_.back()));
    std::iota(wire_.begin(), wire_.end(), 0);
    std::vector<std::vector<PassedOn>> passed(slots_.size());
    for (const PassedOn& on : passed_on) {
      const Slots slots = slots_[index_of(on.script)];
      if (on.in_slot < slots.in && on.out_slot < slots.out) {
        passed[index_of(on.script)].push_back(on);
      }
    }
    for (std::size_t tile = 0; tile < script_.size(); ++tile) {
      if (script_[tile] >= 0) {
        const std::int16_t in = slots_[index_of(script_[tile])].in;
        for (const PassedOn& on : passed[index_of(script_[tile])]) {
          join(first_[tile] + on.in_slot, first_[tile] + in + on.out_slot);
        }
      }
    }
    for (const TalkEdge& edge : edges) {
      const std::int16_t in = slots_[index_of(script_[index_of(edge.from)])].in;
      join(first_[index_of(edge.from)] + in + edge.out_slot,
           first_[index_of(edge.to)] + edge.in_slot);
    }
  }

  // Numbers wires, and lists their ends one wire after the other.
  void sort_by_wire() {
    std::int32_t wires = 0;
    std::vector<std::int32_t> next;
    for (std::size_t end = 0; end < wire_.size(); ++end) {
      const bool fresh = wire_[end] == static_cast<std::int32_t>(end);
      wire_[end] = fresh ? wires++ : wire_[index_of(wire_[end])];  // its first end came before
      if (fresh) {
        next.push_back(0);
      }
      ++next[index_of(wire_[end])];
    }
    from_.assign(1, 0);
    for (std::int32_t& count : next) {
      from_.push_back(from_.back() + count);
      count = from_.back() - count;
    }
    ends_.resize(wire_.size());
    for (std::size_t tile = 0; tile < script_.size(); ++tile) {
      for (std::int32_t end = first_[tile]; end < first_[tile + 1]; ++end) {
        ends_[index_of(next[index_of(wire_[index_of(end)])]++)] = {static_cast<std::int32_t>(tile),
                                                                   end - first_[tile]};
      }
    }
    hash_of_wire_.resize(next.size());
  }

  // What classes a wire joins, each slot once, in any order.
  void look_along_wires(std::int32_t kinds) {
    seen_.assign(index_of(kinds) * index_of(most_slots_), -1);
    for (std::size_t w = 0; w + 1 < from_.size(); ++w) {
      std::uint64_t sum = 0;
      for (std::int32_t e = from_[w]; e < from_[w + 1]; ++e) {
        const End& end = ends_[index_of(e)];
        const std::size_t what =
            index_of(kind_[index_of(end.tile)]) * index_of(most_slots_) + index_of(end.slot);
        if (seen_[what] != static_cast<std::int32_t>(w)) {
          seen_[what] = static_cast<std::int32_t>(w);
          sum += mixed(0x2545F4914F6CDD1DULL, what);
        }
      }
      hash_of_wire_[w] = sum;
    }
  }

  void look_at_tiles() {
    for (std::size_t tile = 0; tile < script_.size(); ++tile) {
      std::uint64_t hash = static_cast<std::uint64_t>(kind_[tile]);
      for (std::int32_t end = first_[tile]; end < first_[tile + 1]; ++end) {
        hash = mixed(hash, hash_of_wire_[index_of(wire_[index_of(end)])]);
      }
      hash_of_tile_[tile] = hash;
    }
  }

  // Kinds in order of first sight; how many there are.
  std::int32_t number() {
    number_.clear();
    std::int32_t kinds = 0;
    std::uint64_t last_hash = 0;
    std::int32_t last = -1;
    for (std::size_t tile = 0; tile < script_.size(); ++tile) {
      if (script_[tile] < 0) {
        continue;
      }
      if (last < 0 || hash_of_tile_[tile] != last_hash) {
        const auto [at, fresh] = number_.try_emplace(hash_of_tile_[tile], kinds);
        kinds += fresh ? 1 : 0;
        last_hash = hash_of_tile_[tile];
        last = at->second;
      }
      kind_[tile] = last;
    }
    return kinds;
  }

  struct End {
    std::int32_t tile = 0;
    std::int32_t slot = 0;
  };
  const std::span<const std::int32_t> script_;
  std::vector<Slots> slots_;         ///< by script
  std::vector<std::int32_t> first_;  ///< end of each tile
  std::vector<std::int32_t> wire_;   ///< by end
  std::vector<std::int32_t> from_;   ///< into ends_, by wire
  std::vector<End> ends_;
  std::int32_t most_slots_ = 0;
  std::vector<std::int32_t> kind_;  ///< by tile
  std::vector<std::int32_t> seen_;  ///< by kind and slot: the last wire that joins it
  std::vector<std::uint64_t> hash_of_wire_, hash_of_tile_;
  std::unordered_map<std::uint64_t, std::int32_t> number_;
};

}  // namespace

std::vector<std::int32_t> classes_of_tiles(std::span<const std::int32_t> script,
                                           std::span<const TalkEdge> edges,
                                           std::span<const PassedOn> passed_on) {
  return TileClasses(script, edges, passed_on).find();
}

}  // namespace weft::isa
