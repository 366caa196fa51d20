// SPDX-License-Identifier: Apache-2.0
#include "sim/vector/net.h"

#include <algorithm>
#include <unordered_map>

namespace weft::sim::vector {
namespace {

std::size_t hash_of(const std::vector<NetNode>& nodes) {
  std::size_t hash = nodes.size();
  for (const NetNode& node : nodes) {
    const std::uint64_t words[2] = {
        static_cast<std::uint32_t>(node.dx) | static_cast<std::uint64_t>(node.dy) << 32,
        static_cast<std::uint32_t>(node.parent) | static_cast<std::uint64_t>(node.port) << 32 |
            static_cast<std::uint64_t>(node.color) << 48};
    for (const std::uint64_t word : words) {
      hash = (hash ^ word) * 0x9E3779B97F4A7C15ULL;
      hash ^= hash >> 31;
    }
  }
  return hash;
}

class Builder {
 public:
  Builder(std::span<const Port> ports, const Groups& groups, const isa::RouteMap& routes,
          const Rect& region, const SharedLinks& shared)
      : groups_(groups), routes_(routes), region_(region), shared_(shared) {
    net_.ports.assign(ports.begin(), ports.end());
  }

  std::optional<Net> build() {
    std::int64_t expected = 0;
    for (std::size_t p = 0; p < net_.ports.size(); ++p) {
      const Port& port = net_.ports[p];
      const Group& group = groups_.groups[static_cast<std::size_t>(port.group)];
      expected += group.tiles;
      if (port.in_slot >= 0) {
        continue;
      }
      for (const LaneRun& run : group.lanes) {
        for (int i = 0; i < run.count; ++i) {
          if (!add_tree(static_cast<std::int16_t>(p), run.first + i * run.step, run.y)) {
            return std::nullopt;
          }
        }
      }
    }
    if (covered_ != expected) {
      return std::nullopt;
    }
    for (TreeSet& set : net_.sets) {
      merge_rows(set);
      for (const NetNode& node : set.nodes) {
        if (node.port < 0 && slot_of(net_.fork_colors, node.color) < 0) {
          net_.fork_colors.push_back(node.color);
        }
      }
    }
    net_.pairs = net_.ports.size() == 2 &&
                 std::all_of(net_.sets.begin(), net_.sets.end(), [](const TreeSet& set) {
                   return set.nodes.size() == 2 && set.nodes[0].port != set.nodes[1].port;
                 });
    return std::move(net_);
  }

 private:
  struct Pending {
    std::int32_t node = 0;
    int x = 0;
    int y = 0;
  };

  bool add_tree(std::int16_t port, int x, int y) {
    nodes_.clear();
    hops_.clear();
    nodes_.push_back({-1, 0, 0, 0, 0, port, -1});
    ++covered_;
    forwards_.assign(1, {0, x, y});
    bool sound = true;
    while (!forwards_.empty() && sound) {
      const Pending from = forwards_.back();
      forwards_.pop_back();
      sound = follow(from, x, y);
    }
    if (!sound) {
      return false;
    }
    auto& bucket = by_hash_[hash_of(nodes_)];
    const auto same = [&](std::size_t s) {
      return net_.sets[s].nodes == nodes_ && net_.sets[s].shared == hops_;
    };
    auto at = std::find_if(bucket.begin(), bucket.end(), same);
    if (at == bucket.end()) {
      TreeSet set;
      set.nodes = nodes_;
      set.shared = hops_;
      std::vector<std::int32_t> below(nodes_.size(), 0);
      for (std::size_t v = 1; v < nodes_.size(); ++v) {
        set.branches |= ++below[static_cast<std::size_t>(nodes_[v].parent)] > 1;
      }
      net_.sets.push_back(std::move(set));
      bucket.push_back(net_.sets.size() - 1);
      at = bucket.end() - 1;
    }
    extend(net_.sets[*at].roots, x, y);
    ++net_.sets[*at].lanes;
    return true;
  }

  // The color the core at `from` sends on, to every core that listens.
  bool follow(const Pending& from, int root_x, int root_y) {
    const auto tile = static_cast<std::size_t>(from.y * region_.width + from.x);
    const NetNode& sender = nodes_[static_cast<std::size_t>(from.node)];
    const Port& port = net_.ports[static_cast<std::size_t>(sender.port)];
    const Member& member = groups_.groups[static_cast<std::size_t>(port.group)]
                               .members[static_cast<std::size_t>(groups_.member_of[tile])];
    const std::int16_t color = member.out_color[static_cast<std::size_t>(port.out_slot)];
    ids_.assign(1, from.node);
    links_.clear();
    end_of_branch_.clear();
    bool sound = true;
    bool any = false;
    routes_.walk(
        color, from.x + region_.x, from.y + region_.y,
        [&](const isa::RouteMap::Point& point) {
          const int x = point.x - region_.x;
          const int y = point.y - region_.y;
          NetNode node{ids_[static_cast<std::size_t>(point.parent)],
                       point.latency,
                       point.places,
                       x - root_x,
                       y - root_y,
                       -1,
                       color};
          ids_.push_back(static_cast<std::int32_t>(nodes_.size()));
          any = true;
          if (point.kind == isa::RouteNode::Kind::dead_end || x < 0 || y < 0 ||
              x >= region_.width || y >= region_.height) {
            sound = false;
          } else if (point.kind == isa::RouteNode::Kind::sink) {
            node.port = listener(x, y, color);
            sound = sound && node.port >= 0;
            ++covered_;
            if (sound && net_.ports[static_cast<std::size_t>(node.port)].out_slot >= 0) {
              forwards_.push_back({ids_.back(), x, y});
            }
          }
          if (!shared_.empty()) {
            const auto branch = static_cast<std::size_t>(point.branch);
            end_of_branch_.resize(std::max(end_of_branch_.size(), branch + 1), -1);
            end_of_branch_[branch] = ids_.back();
          }
          nodes_.push_back(node);
        },
        [&](const isa::RouteMap::Link& link) {
          if (!shared_.empty()) {
            note(link);
          }
        });
    for (const isa::RouteMap::Link& link : links_) {
      sound = sound && share(from, link, root_x, root_y);
    }
    return sound && any;
  }

  void note(const isa::RouteMap::Link& link) {
    const int x = link.x - region_.x;
    const int y = link.y - region_.y;
    if (x >= 0 && y >= 0 && x < region_.width && y < region_.height &&
        shared_[link_index(region_, x, y, link.direction)]) {
      links_.push_back(link);
    }
  }

  bool share(const Pending& from, const isa::RouteMap::Link& link, int root_x, int root_y) {
    const auto branch = static_cast<std::size_t>(link.branch);
    if (branch >= end_of_branch_.size() || end_of_branch_[branch] < 0) {
      return false;
    }
    SharedHop hop;
    hop.dx = link.x - region_.x - root_x;
    hop.dy = link.y - region_.y - root_y;
    hop.direction = link.direction;
    hop.above = from.node;
    hop.end = end_of_branch_[branch];
    hop.latency = link.latency;
    hop.rest = nodes_[static_cast<std::size_t>(hop.end)].latency - link.latency;
    hop.behind = nodes_[static_cast<std::size_t>(hop.end)].places - link.places;
    hop.begin = nodes_[static_cast<std::size_t>(hop.end)].parent;
    for (std::int32_t v = nodes_[static_cast<std::size_t>(hop.end)].parent; v != from.node;) {
      hop.latency += nodes_[static_cast<std::size_t>(v)].latency;
      v = nodes_[static_cast<std::size_t>(v)].parent;
    }
    hops_.push_back(hop);
    return true;
  }

  std::int16_t listener(int x, int y, int color) const {
    const auto tile = static_cast<std::size_t>(y * region_.width + x);
    const std::int32_t g = groups_.group_of[tile];
    if (g < 0) {
      return -1;
    }
    const Member& member = groups_.groups[static_cast<std::size_t>(g)]
                               .members[static_cast<std::size_t>(groups_.member_of[tile])];
    const int slot = slot_of(member.in_color, color);
    for (std::size_t p = 0; p < net_.ports.size(); ++p) {
      if (slot >= 0 && net_.ports[p].group == g && net_.ports[p].in_slot == slot) {
        return static_cast<std::int16_t>(p);
      }
    }
    return -1;
  }

  // Roots come row by row; a run grows along x, or along y when it holds one a row.
  static void extend(std::vector<RootRun>& roots, int x, int y) {
    if (!roots.empty()) {
      RootRun& last = roots.back();
      const int last_x = last.x + (last.count - 1) * last.step_x;
      const int last_y = last.y + (last.count - 1) * last.step_y;
      const int dx = x - last_x;
      const int dy = y - last_y;
      const bool fits =
          last.count == 1 ? dx == 0 || dy == 0 : dx == last.step_x && dy == last.step_y;
      if (fits) {
        last.step_x = dx;
        last.step_y = dy;
        ++last.count;
        return;
      }
    }
    roots.push_back({x, y, 0, 0, 1});
  }

  // Runs of a few along x, one below the other, are better taken along y.
  static void merge_rows(TreeSet& set) {
    const auto short_runs = std::all_of(set.roots.begin(), set.roots.end(), [](const RootRun& run) {
      return run.step_y == 0 && run.count <= 4;
    });
    if (!short_runs || set.roots.size() < 8) {
      return;
    }
    std::vector<RootRun> singles;
    for (const RootRun& run : set.roots) {
      for (int i = 0; i < run.count; ++i) {
        singles.push_back({run.x + i * run.step_x, run.y, 0, 0, 1});
      }
    }
    std::sort(singles.begin(), singles.end(), [](const RootRun& a, const RootRun& b) {
      return std::pair(a.x, a.y) < std::pair(b.x, b.y);
    });
    set.roots.clear();
    for (const RootRun& root : singles) {
      extend(set.roots, root.x, root.y);
    }
  }

  const Groups& groups_;
  const isa::RouteMap& routes_;
  const Rect region_;
  const SharedLinks& shared_;
  Net net_;
  std::vector<isa::RouteMap::Link> links_;   // shared ones of the segments under way
  std::vector<std::int32_t> end_of_branch_;  // node
  std::vector<SharedHop> hops_;
  std::int64_t covered_ = 0;
  std::vector<NetNode> nodes_;
  std::vector<std::int32_t> ids_;
  std::vector<Pending> forwards_;
  std::unordered_map<std::size_t, std::vector<std::size_t>> by_hash_;
};

}  // namespace

int slot_of(std::span<const std::int16_t> colors, int color) {
  const auto at = std::find(colors.begin(), colors.end(), static_cast<std::int16_t>(color));
  return at == colors.end() ? -1 : static_cast<int>(at - colors.begin());
}

std::optional<Net> make_net(std::span<const Port> ports, const Groups& groups,
                            const isa::RouteMap& routes, const Rect& region,
                            const SharedLinks& shared) {
  return Builder(ports, groups, routes, region, shared).build();
}

}  // namespace weft::sim::vector
