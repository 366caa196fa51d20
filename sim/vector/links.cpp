// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
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
          const Slot from{static_cast<std::int32_t>(g), static_cast<std::int16_t>(slot)};
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
                  on_link(from, color, lx, ly, link.direction);
                }
              });
        }
      }
    }
  }
}

/// Cells each color of a group crosses, and over how many links, while routes are walked group by
/// group.
class Engine::Footprints {
 public:
  Footprints(const TimelineRecorder& timeline, std::vector<TimeMark>& marks)
      : timeline_(timeline), marks_(marks) {}

  void add(Slot from, int x, int y) {
    if (from.first != group_) {
      settle();
      group_ = from.first;
      slots_.resize(std::max(slots_.size(), mark().footprints.size()));
    }
    OfSlot& of = slots_[static_cast<std::size_t>(from.second)];
    if (of.links.empty()) {
      of.links.resize(static_cast<std::size_t>(timeline_.width()) *
                      static_cast<std::size_t>(timeline_.height()));
    }
    const auto cell = static_cast<std::size_t>(timeline_.cell_at(x, y));
    ++of.links[cell];
    of.first = std::min(of.first, cell);
    of.last = std::max(of.last, cell);
  }

  void settle() {
    for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
      OfSlot& of = slots_[slot];
      if (of.first <= of.last) {
        mark().footprints[slot] = LinkFootprint(of.links, of.first, of.last);
        std::fill(of.links.begin() + static_cast<std::ptrdiff_t>(of.first),
                  of.links.begin() + static_cast<std::ptrdiff_t>(of.last) + 1, 0);
        of.first = SIZE_MAX;
        of.last = 0;
      }
    }
  }

 private:
  struct OfSlot {
    std::vector<std::int32_t> links;  ///< by cell
    std::size_t first = SIZE_MAX, last = 0;
  };
  TimeMark& mark() { return marks_[static_cast<std::size_t>(group_)]; }

  const TimelineRecorder& timeline_;
  std::vector<TimeMark>& marks_;
  std::vector<OfSlot> slots_;
  std::int32_t group_ = -1;
};

// Who hears whom, and which links trees of several colors use: those of one color never meet, for
// words of a color come to a tile from one side.
void Engine::find_routes() {
  listeners_.resize(groups_.groups.size());
  talkers_.resize(groups_.groups.size());
  for (std::size_t g = 0; g < groups_.groups.size(); ++g) {
    listeners_[g].resize(static_cast<std::size_t>(groups_.groups[g].out_slots));
    talkers_[g].resize(static_cast<std::size_t>(groups_.groups[g].in_slots));
  }
  std::optional<Footprints> footprints;
  if (timeline_ != nullptr) {
    footprints.emplace(*timeline_, marks_);
  }
  std::vector<std::int16_t> user(static_cast<std::size_t>(region_.area()) * 4, -1);
  each_route([&](Slot from, int color, int x, int y) { connect(from, color, x, y); },
             [&](Slot from, std::int16_t color, int x, int y, int direction) {
               if (footprints) {
                 footprints->add(from, x, y);
               }
               const std::size_t link = link_index(region_, x, y, direction);
               if (user[link] >= 0 && user[link] != color) {
                 shared_.resize(user.size());
                 shared_[link] = true;
               }
               user[link] = color;
             });
  if (footprints) {
    footprints->settle();
  }
  if (shared_.empty()) {
    return;
  }
  if (links_ == Links::in_turn) {
    turns_.resize(shared_.size());
    return;
  }
  std::set<std::pair<std::size_t, std::int16_t>> known;
  each_route([](Slot, int, int, int) {},
             [&](Slot, std::int16_t color, int x, int y, int direction) {
               const std::size_t link = link_index(region_, x, y, direction);
               if (shared_[link] && known.insert({link, color}).second) {
                 shared_links_[link].add_tree(color);
               }
             });
}

void Engine::connect(Slot from, int color, int x, int y) {
  if (x < 0 || y < 0 || x >= region_.width || y >= region_.height) {
    return;
  }
  const auto tile = static_cast<std::size_t>(y * region_.width + x);
  const std::int32_t g = groups_.group_of[tile];
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
  auto& heard =
      listeners_[static_cast<std::size_t>(from.first)][static_cast<std::size_t>(from.second)];
  if (std::find(heard.begin(), heard.end(), to) == heard.end()) {
    heard.push_back(to);
    talkers_[static_cast<std::size_t>(g)][static_cast<std::size_t>(slot)].push_back(from);
  }
}

// A word enters a link when it can have come there and the word `places` before it, from the link
// to the end of the segment, has left: at once where those all left before. Of routers that copy it
// is only known when the last word left. Before the tails of these operations are written.
void Engine::use_shared_links(const Net& net, const std::vector<OperationPtr>& operations) {
  for (const TreeSet& set : net.sets) {
    for (const SharedHop& hop : set.shared) {
      for (const RootRun& run : set.roots) {
        use_shared_link(net, set, hop, run, operations);
      }
    }
  }
}

void Engine::use_shared_link(const Net& net, const TreeSet& set, const SharedHop& hop,
                             const RootRun& run, const std::vector<OperationPtr>& operations) {
  const NetNode& above = set.nodes[static_cast<std::size_t>(hop.above)];
  const Operation& sender = *operations[static_cast<std::size_t>(above.port)];
  const View from = view(net, above, run, *sender.first.plane);
  const auto latency = static_cast<std::int32_t>(hop.latency + sender.first.shift);
  last_entries(net, set, hop, run, operations);
  const View to{left_.data(), 1};
  const NetNode& node = set.nodes[static_cast<std::size_t>(hop.end)];
  const auto link = static_cast<std::ptrdiff_t>(
      link_index(region_, run.x + hop.dx, run.y + hop.dy, hop.direction));
  const std::ptrdiff_t stride =
      run.step_x + static_cast<std::ptrdiff_t>(run.step_y) * region_.width;
  if (links_ == Links::in_turn) {
    if (!turns_.use(link, stride, node.color, from, latency, to, 1, run.count)) {
      out_of_turn_ = true;
      decline("colors take turns on a link in another order than they are worked out");
    }
    return;
  }
  for (std::ptrdiff_t k = 0; k < run.count; ++k) {
    const std::int64_t entered = from.at[k * from.stride] + latency;
    note_link_use({static_cast<std::size_t>(link + k * stride), node.color, entered + epoch_,
                   left_[static_cast<std::size_t>(k)] + epoch_});
  }
}

// Into left_: the cycle in which the last word of each train of a run enters the link.
void Engine::last_entries(const Net& net, const TreeSet& set, const SharedHop& hop,
                          const RootRun& run, const std::vector<OperationPtr>& operations) {
  const auto count = static_cast<std::size_t>(run.count);
  const NetNode& begin = set.nodes[static_cast<std::size_t>(hop.begin)];
  const NetNode& end = set.nodes[static_cast<std::size_t>(hop.end)];
  const auto words = static_cast<std::int32_t>(operations.front()->words);
  left_.resize(std::max(left_.size(), count));
  other_.resize(left_.size());
  if (end.port < 0 && words <= hop.behind) {
    fork_view(end, run).read(left_.data(), run.count, -1 - hop.rest);
    return;
  }
  // As the word before could have come.
  const std::int32_t way = end.latency - hop.rest;
  if (begin.port >= 0) {
    const Times& last = operations[static_cast<std::size_t>(begin.port)]->last;
    view(net, begin, run, *last.plane)
        .read(left_.data(), run.count, static_cast<std::int32_t>(last.shift) + words - 1 + way);
  } else {
    fork_view(begin, run).read(left_.data(), run.count, way - 1);
  }
  // As a place was left for it.
  if (words > hop.behind) {
    if (end.port >= 0) {
      const Times& last = operations[static_cast<std::size_t>(end.port)]->last;
      view(net, end, run, *last.plane)
          .read(other_.data(), run.count,
                static_cast<std::int32_t>(last.shift) + words - 1 - hop.behind);
    } else {
      fork_view(end, run).read(other_.data(), run.count, -1 - hop.behind);
    }
  } else {
    const Port& port = net.ports[static_cast<std::size_t>(end.port)];
    const Tail& tail = states_[static_cast<std::size_t>(port.group)]
                           .in_tails[static_cast<std::size_t>(port.in_slot)];
    if (tail.words == 0) {
      return;
    }
    view(net, end, run, *tail.end.plane)
        .read(other_.data(), run.count, static_cast<std::int32_t>(tail.end.shift) - 1);
  }
  for (std::size_t k = 0; k < count; ++k) {
    left_[k] = std::max(left_[k], other_[k]);
  }
}

// Words over each link out of a tile.
std::vector<std::int64_t> Engine::link_words() const {
  std::vector<std::int64_t> load(static_cast<std::size_t>(region_.area()) * 4, 0);
  each_route([](Slot, int, int, int) {},
             [&](Slot from, std::int16_t, int x, int y, int direction) {
               load[link_index(region_, x, y, direction)] +=
                   states_[static_cast<std::size_t>(from.first)]
                       .words_out[static_cast<std::size_t>(from.second)];
             });
  return load;
}

}  // namespace weft::sim::vector
