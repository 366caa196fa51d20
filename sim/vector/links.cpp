// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "sim/vector/engine.h"

namespace weft::sim::vector {

template <class OnSink, class OnLink>
void Engine::each_route(OnSink&& on_sink, OnLink&& on_link) const {
  for (std::size_t g = 0; g < groups_.groups.size(); ++g) {
    const Group& group = groups_.groups[g];
    for (const LaneRun& run : group.lanes) {
      for (int i = 0; i < run.count; ++i) {
        const int x = run.first + i * run.step;
        const auto tile = static_cast<std::int32_t>(run.y * region_.width + x);
        const Member& member = group.members[static_cast<std::size_t>(
            groups_.member_of[static_cast<std::size_t>(tile)])];
        for (std::size_t slot = 0; slot < member.out_color.size(); ++slot) {
          const std::int16_t color = member.out_color[slot];
          const Slot from{static_cast<std::int16_t>(g), static_cast<std::int16_t>(slot)};
          const auto tree = static_cast<std::int32_t>(color * region_.area()) + tile;
          routes_.walk(
              color, x + region_.x, run.y + region_.y,
              [&](const isa::RouteMap::Point& point) {
                if (point.kind == isa::RouteNode::Kind::sink) {
                  on_sink(from, color, point.x - region_.x, point.y - region_.y);
                }
              },
              [&](const isa::RouteMap::Link& link) {
                const int lx = link.x - region_.x;
                const int ly = link.y - region_.y;
                if (lx >= 0 && ly >= 0 && lx < region_.width && ly < region_.height) {
                  on_link(from, tree,
                          static_cast<std::uint32_t>(ly * region_.width + lx) * 4 +
                              static_cast<std::uint32_t>(link.direction) - 1);
                }
              });
        }
      }
    }
  }
}

// Who hears whom, and which links more than one tree uses.
void Engine::find_routes() {
  std::vector<std::int32_t> user(static_cast<std::size_t>(region_.area()) * 4, -1);
  std::vector<std::uint32_t> shared;
  each_route([&](Slot from, int color, int x, int y) { connect(from, color, x, y); },
             [&](Slot, std::int32_t tree, std::uint32_t link) {
               if (user[link] >= 0 && user[link] != tree) {
                 shared.push_back(link);
               }
               user[link] = tree;
             });
  if (shared.empty()) {
    return;
  }
  std::sort(shared.begin(), shared.end());
  shared.erase(std::unique(shared.begin(), shared.end()), shared.end());
  for (const std::uint32_t link : shared) {
    shared_index_.emplace(link, static_cast<std::int32_t>(shared_links_.size()));
    shared_links_.emplace_back();
  }
  std::set<std::pair<std::int32_t, std::int32_t>> known;
  each_route([](Slot, int, int, int) {},
             [&](Slot, std::int32_t tree, std::uint32_t link) {
               const auto at = shared_index_.find(link);
               if (at != shared_index_.end() && known.insert({at->second, tree}).second) {
                 shared_links_[static_cast<std::size_t>(at->second)].add_tree(tree);
               }
             });
}

void Engine::connect(Slot from, int color, int x, int y) {
  if (x < 0 || y < 0 || x >= region_.width || y >= region_.height) {
    return;
  }
  const auto tile = static_cast<std::size_t>(y * region_.width + x);
  const std::int16_t g = groups_.group_of[tile];
  if (g < 0) {
    return;
  }
  const Member& member = groups_.groups[static_cast<std::size_t>(g)]
                             .members[static_cast<std::size_t>(groups_.member_of[tile])];
  const int slot = slot_of(member.in_color, color);
  if (slot < 0) {
    return;
  }
  const Slot to{g, static_cast<std::int16_t>(slot)};
  if (last_from_ == from && last_to_ == to) {
    return;
  }
  last_from_ = from;
  last_to_ = to;
  auto& heard = listeners_[from];
  if (std::find(heard.begin(), heard.end(), to) == heard.end()) {
    heard.push_back(to);
    talkers_[to].push_back(from);
  }
}

// Words of a tree entered its shared links from the moment the first can have reached them until
// the last must have, to be where it was when it was.
void Engine::use_shared_links(const Net& net, const std::vector<OperationPtr>& operations) {
  for (const SharedUse& use : net.shared) {
    const auto cycle = [&](const Times& times, std::int16_t port, int x, int y) {
      const Rect& box =
          groups_.groups[static_cast<std::size_t>(net.ports[static_cast<std::size_t>(port)].group)]
              .box;
      return (*times.plane)[static_cast<std::size_t>((y - box.y) * box.width + x - box.x)] +
             times.shift;
    };
    const Operation& from = *operations[static_cast<std::size_t>(use.from_port)];
    const std::int64_t entered =
        cycle(from.first, use.from_port, use.from_x, use.from_y) + use.latency;
    const std::int64_t left =
        use.to_port >= 0
            ? cycle(operations[static_cast<std::size_t>(use.to_port)]->end(), use.to_port, use.to_x,
                    use.to_y)
            : fork_tails_[static_cast<std::size_t>(use.color)]
                         [static_cast<std::size_t>(use.to_y * region_.width + use.to_x)];
    SharedLink& link = shared_links_[static_cast<std::size_t>(use.link)];
    link.use(use.tree, entered + epoch_, left - 1 - use.rest + epoch_);
  }
}

// Words over the link that carried most.
std::int64_t Engine::busiest_link() const {
  std::vector<std::int64_t> load(static_cast<std::size_t>(region_.area()) * 4, 0);
  each_route([](Slot, int, int, int) {},
             [&](Slot from, std::int32_t, std::uint32_t link) {
               load[link] += states_[static_cast<std::size_t>(from.first)]
                                 .words_out[static_cast<std::size_t>(from.second)];
             });
  return load.empty() ? 0 : *std::max_element(load.begin(), load.end());
}

}  // namespace weft::sim::vector
