// SPDX-License-Identifier: Apache-2.0
#include "sim/vector/groups.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "isa/regions.h"
#include "isa/tile_classes.h"
#include "sim/core/tile_scripts.h"
#include "sim/vector/net.h"

namespace weft::sim::vector {
namespace {

/// A script with its colors numbered in order of first use, and those colors.
struct Canonical {
  std::vector<Step> steps;
  Member member;
};

std::int16_t slot_of(std::vector<std::int16_t>& colors, std::int16_t color) {
  if (color < 0) {
    return -1;
  }
  const auto at = std::find(colors.begin(), colors.end(), color);
  const auto slot = static_cast<std::int16_t>(at - colors.begin());
  if (at == colors.end()) {
    colors.push_back(color);
  }
  return slot;
}

Canonical canonical(const Script& script, int role) {
  Canonical out{script.steps, {role, {}, {}, {}}};
  std::vector<std::int32_t> pc;
  pc.reserve(script.steps.size());
  for (Step& step : out.steps) {
    pc.push_back(step.pc);
    step.in_color = slot_of(out.member.in_color, step.in_color);
    step.out_color = slot_of(out.member.out_color, step.out_color);
    step.pc = 0;
    step.work = -1;
  }
  out.member.pc = std::make_shared<const std::vector<std::int32_t>>(std::move(pc));
  return out;
}

std::size_t hash_of(const std::vector<Step>& steps) {
  std::size_t hash = steps.size();
  const auto mix = [&](std::int64_t value) {
    hash = (hash ^ static_cast<std::size_t>(value)) * 0x9E3779B97F4A7C15ULL;
    hash ^= hash >> 29;
  };
  for (const Step& step : steps) {
    mix(static_cast<std::int64_t>(step.kind) | static_cast<std::int64_t>(step.opcode) << 8 |
        static_cast<std::int64_t>(step.in_color) << 16 |
        static_cast<std::int64_t>(step.out_color) << 32);
    mix(step.cycles);
    mix(step.amount);
    mix(step.setup);
  }
  return hash;
}

class Builder {
 public:
  Builder(const isa::Bundle& bundle, const std::vector<isa::Program>& programs,
          const isa::RouteMap& routes, const Rect& region, const CostModel& cost, int engines,
          int colors)
      : bundle_(bundle),
        programs_(programs),
        routes_(routes),
        region_(region),
        cost_(cost),
        engines_(engines),
        colors_(colors) {
    const auto tiles = static_cast<std::size_t>(region.area());
    result_.group_of.assign(tiles, -1);
    result_.member_of.assign(tiles, -1);
  }

  std::optional<Groups> build(Grouping grouping, ScriptMemo* memo) {
    std::vector<std::int32_t> of_tile;
    const auto keep = [&](const Script& script, int role) {
      return script.edge ? -1 : place_of(canonical(script, role));
    };
    if (!assign_scripts(bundle_, programs_, cost_, engines_, colors_, keep, of_tile, memo)) {
      return std::nullopt;
    }
    for (std::size_t tile = 0; tile < of_tile.size(); ++tile) {
      result_.group_of[tile] = of_tile[tile];
      result_.member_of[tile] = of_tile[tile] < 0 ? -1 : 0;
    }
    tell_regions_apart();
    if (grouping == Grouping::coarse) {
      join();
    } else if (!split()) {
      return std::nullopt;
    }
    lay_out();
    return std::move(result_);
  }

 private:
  std::int32_t place_of(Canonical script) {
    auto& bucket = by_hash_[hash_of(script.steps)];
    const auto same_steps = [&](std::int32_t g) {
      return result_.groups[static_cast<std::size_t>(g)].steps() == script.steps;
    };
    const auto same = [&](std::int32_t g) {
      return same_steps(g) &&
             result_.groups[static_cast<std::size_t>(g)].members.front() == script.member;
    };
    auto at = std::find_if(bucket.begin(), bucket.end(), same);
    if (at == bucket.end()) {
      const auto twin = std::find_if(bucket.begin(), bucket.end(), same_steps);
      script_of_.push_back(twin == bucket.end() ? static_cast<std::int32_t>(script_of_.size())
                                                : script_of_[static_cast<std::size_t>(*twin)]);
      Group group;
      group.in_slots = static_cast<int>(script.member.in_color.size());
      group.out_slots = static_cast<int>(script.member.out_color.size());
      group.script = twin == bucket.end()
                         ? std::make_shared<const std::vector<Step>>(std::move(script.steps))
                         : result_.groups[static_cast<std::size_t>(*twin)].script;
      group.members.push_back(std::move(script.member));
      result_.groups.push_back(std::move(group));
      bucket.push_back(static_cast<std::int32_t>(result_.groups.size() - 1));
      return bucket.back();
    }
    return *at;
  }

  std::int32_t first_of(std::int32_t g) const {
    while (joined_[static_cast<std::size_t>(g)] != g) {
      g = joined_[static_cast<std::size_t>(g)];
    }
    return g;
  }

  // Calls body(tile, slot, tile that hears it) for every pair of cores that talk.
  template <class Body>
  void each_talk(Body&& body) const {
    for (int y = 0; y < region_.height; ++y) {
      for (int x = 0; x < region_.width; ++x) {
        const std::size_t from = index(x, y);
        const std::int32_t g = result_.group_of[from];
        if (g < 0) {
          continue;
        }
        const auto& colors = result_.groups[static_cast<std::size_t>(g)].members.front().out_color;
        for (std::size_t slot = 0; slot < colors.size(); ++slot) {
          routes_.walk(
              colors[slot], x + region_.x, y + region_.y,
              [&](const isa::RouteMap::Point& point) {
                const int to_x = point.x - region_.x;
                const int to_y = point.y - region_.y;
                if (point.kind == isa::RouteNode::Kind::sink && to_x >= 0 && to_y >= 0 &&
                    to_x < region_.width && to_y < region_.height &&
                    result_.group_of[index(to_x, to_y)] >= 0) {
                  body(from, slot, index(to_x, to_y));
                }
              },
              [](const isa::RouteMap::Link&) {});
        }
      }
    }
  }

  std::vector<isa::PassedOn> passed_on() const {
    std::vector<isa::PassedOn> passed;
    std::vector<bool> known(script_of_.size());
    for (std::size_t g = 0; g < script_of_.size(); ++g) {
      const std::int32_t script = script_of_[g];
      known.resize(std::max(known.size(), static_cast<std::size_t>(script) + 1));
      if (known[static_cast<std::size_t>(script)]) {
        continue;
      }
      known[static_cast<std::size_t>(script)] = true;
      for (const Step& step : result_.groups[g].steps()) {
        if (step.kind == Step::Kind::transfer && step.in_color >= 0 && step.out_color >= 0) {
          passed.push_back({script, step.in_color, step.out_color});
        }
      }
    }
    return passed;
  }

  // Groups as fine as classes_of_tiles() makes them; false when they are too many.
  bool split() {
    std::vector<std::int32_t> script(result_.group_of.size(), -1);
    for (std::size_t tile = 0; tile < script.size(); ++tile) {
      if (result_.group_of[tile] >= 0) {
        script[tile] = script_of_[static_cast<std::size_t>(result_.group_of[tile])];
      }
    }
    std::vector<isa::TalkEdge> edges;
    each_talk([&](std::size_t from, std::size_t slot, std::size_t to) {
      const auto member = [&](std::size_t tile) -> const Member& {
        return result_.groups[static_cast<std::size_t>(result_.group_of[tile])].members.front();
      };
      const int in_slot = vector::slot_of(member(to).in_color, member(from).out_color[slot]);
      if (in_slot >= 0) {
        edges.push_back({static_cast<std::int32_t>(from), static_cast<std::int32_t>(to),
                         static_cast<std::int16_t>(slot), static_cast<std::int16_t>(in_slot)});
      }
    });
    const std::vector<std::int32_t> fine = isa::classes_of_tiles(script, edges, passed_on());
    constexpr std::int32_t kMostGroups = 1 << 16;
    std::vector<Group> groups;
    std::map<std::pair<std::int32_t, std::int32_t>, std::int16_t> member_of;
    for (std::size_t tile = 0; tile < fine.size(); ++tile) {
      if (fine[tile] < 0) {
        continue;
      }
      if (fine[tile] >= kMostGroups) {
        return false;
      }
      const std::int32_t atom = result_.group_of[tile];
      const Group& like = result_.groups[static_cast<std::size_t>(atom)];
      if (fine[tile] == static_cast<std::int32_t>(groups.size())) {
        groups.push_back(like);
        groups.back().members.clear();
      }
      auto& members = groups[static_cast<std::size_t>(fine[tile])].members;
      const auto [at, fresh] =
          member_of.try_emplace({fine[tile], atom}, static_cast<std::int16_t>(members.size()));
      if (fresh) {
        members.push_back(like.members.front());
      }
      result_.group_of[tile] = fine[tile];
      result_.member_of[tile] = at->second;
    }
    result_.groups = std::move(groups);
    return true;
  }

  // Groups of one script become one where a tile of one hears a tile of the other.
  void join() {
    joined_.resize(result_.groups.size());
    std::iota(joined_.begin(), joined_.end(), 0);
    each_talk([&](std::size_t from, std::size_t, std::size_t to) {
      hear(result_.group_of[from], result_.group_of[to]);
    });
    std::vector<std::int16_t> member(joined_.size(), 0);
    for (std::size_t g = 0; g < joined_.size(); ++g) {
      const std::int32_t to = first_of(static_cast<std::int32_t>(g));
      if (to != static_cast<std::int32_t>(g)) {
        auto& members = result_.groups[static_cast<std::size_t>(to)].members;
        member[g] = static_cast<std::int16_t>(members.size());
        members.push_back(result_.groups[g].members.front());
      }
    }
    for (std::size_t tile = 0; tile < result_.group_of.size(); ++tile) {
      const std::int32_t g = result_.group_of[tile];
      if (g >= 0) {
        result_.group_of[tile] = first_of(g);
        result_.member_of[tile] = member[static_cast<std::size_t>(g)];
      }
    }
  }

  void hear(std::int32_t g, std::int32_t other) {
    if (other == g ||
        script_of_[static_cast<std::size_t>(other)] != script_of_[static_cast<std::size_t>(g)]) {
      return;
    }
    const std::int32_t a = first_of(g);
    const std::int32_t b = first_of(other);
    joined_[static_cast<std::size_t>(std::max(a, b))] = std::min(a, b);
  }

  std::size_t index(int x, int y) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(region_.width) +
           static_cast<std::size_t>(x);
  }

  void lay_out() {
    std::size_t tile = 0;
    for (int y = 0; y < region_.height; ++y) {
      for (int x = 0; x < region_.width; ++x, ++tile) {
        if (result_.group_of[tile] >= 0) {
          add_tile(result_.groups[static_cast<std::size_t>(result_.group_of[tile])], x, y);
        }
      }
    }
    for (Group& group : result_.groups) {
      join_rows(group);
    }
  }

  static void join_rows(Group& group) {
    constexpr std::int32_t kMost = 1 << 14;  // so that threads can share them
    for (const LaneRun& lane : group.lanes) {
      const std::ptrdiff_t from =
          static_cast<std::ptrdiff_t>(lane.y - group.box.y) * group.box.width + lane.first -
          group.box.x;
      PlaneRun* last = group.runs.empty() ? nullptr : &group.runs.back();
      if (last != nullptr && last->step == 1 && (lane.step == 1 || lane.count == 1) &&
          last->from + last->count == from && last->count < kMost) {
        last->count += lane.count;
      } else {
        group.runs.push_back({from, lane.step, lane.count});
      }
    }
  }

  // Tiles come row by row.
  static void add_tile(Group& group, int x, int y) {
    Rect& box = group.box;
    if (group.tiles++ == 0) {
      box = {x, y, 1, 1};
    }
    const int left = std::min(box.x, x);
    box = {left, box.y, std::max(box.x + box.width, x + 1) - left, y + 1 - box.y};
    if (group.lanes.empty() || group.lanes.back().y != y) {
      group.lanes.push_back({y, x, 1, 1});
      return;
    }
    LaneRun& run = group.lanes.back();
    const int gap = x - (run.first + (run.count - 1) * run.step);
    if (run.count == 1 || gap == run.step) {
      run.step = gap;
      ++run.count;
    } else {
      group.lanes.push_back({y, x, 1, 1});
    }
  }

  // Regions do the same at different times: tiles of two never share a group.
  void tell_regions_apart() {
    const std::size_t regions = static_cast<std::size_t>(bundle_.regions_size()) + 1;
    if (regions == 1) {
      return;
    }
    const isa::Regions where(bundle_);
    const std::size_t atoms = result_.groups.size();
    const std::vector<std::int32_t> script = std::move(script_of_);
    script_of_.assign(atoms, -1);
    std::vector<std::int32_t> own(atoms * regions, -1);
    for (std::size_t tile = 0; tile < result_.group_of.size(); ++tile) {
      if (result_.group_of[tile] < 0) {
        continue;
      }
      const auto atom = static_cast<std::size_t>(result_.group_of[tile]);
      const auto region = static_cast<std::size_t>(where.of(tile) + 1);
      std::int32_t& group = own[atom * regions + region];
      if (group < 0) {
        const bool first = script_of_[atom] < 0;
        group = static_cast<std::int32_t>(first ? atom : result_.groups.size());
        if (!first) {
          result_.groups.push_back(result_.groups[atom]);
          script_of_.emplace_back();
        }
        result_.groups[static_cast<std::size_t>(group)].region = static_cast<int>(region) - 1;
        script_of_[static_cast<std::size_t>(group)] =
            script[atom] * static_cast<std::int32_t>(regions) + static_cast<std::int32_t>(region);
      }
      result_.group_of[tile] = group;
    }
  }

  const isa::Bundle& bundle_;
  const std::vector<isa::Program>& programs_;
  const isa::RouteMap& routes_;
  const Rect region_;
  const CostModel& cost_;
  const int engines_, colors_;
  std::unordered_map<std::size_t, std::vector<std::int32_t>> by_hash_;
  std::vector<std::int32_t> script_of_;  ///< by group: equal where steps and region are
  std::vector<std::int32_t> joined_;     ///< by group: an earlier one it belongs to, or itself
  Groups result_;
};

}  // namespace

std::optional<Groups> make_groups(const isa::Bundle& bundle,
                                  const std::vector<isa::Program>& programs,
                                  const isa::RouteMap& routes, const Rect& region,
                                  const CostModel& cost, int engines, int colors, Grouping grouping,
                                  ScriptMemo* memo) {
  return Builder(bundle, programs, routes, region, cost, engines, colors).build(grouping, memo);
}

}  // namespace weft::sim::vector
