// SPDX-License-Identifier: Apache-2.0
#include "sim/path/critical_path.h"

#include <algorithm>
#include <cassert>
#include <optional>
#include <utility>

namespace weft::sim {
namespace {

using Event = Dependencies::CoreEvent;
using Operation = Dependencies::Operation;
using Kind = PathSegment::Kind;

class Walker {
 public:
  Walker(const Dependencies& run, const isa::RouteMap& routes, const Rect& region, std::int64_t num,
         std::int64_t den)
      : run_(run), routes_(routes), region_(region), num_(num), den_(den) {}

  CriticalPath walk() {
    begin_at_the_end();
    [[maybe_unused]] std::int64_t still = 0;
    [[maybe_unused]] std::int64_t before = time_;
    while (time_ > 0) {
      still = time_ < before ? 0 : still + 1;
      before = time_;
      assert(still < 4 * (run_.tiles() + 1));  // causes at one moment do not go in circles
      switch (at_) {
        case At::core:
          from_core();
          break;
        case At::end:
          from_end();
          break;
        case At::first:
          from_first();
          break;
        case At::start:
          from_start();
          break;
      }
    }
    return std::move(path_);
  }

 private:
  enum class At : std::uint8_t { core, end, first, start };

  void begin_at_the_end() {
    for (std::int32_t tile = 0; tile < run_.tiles(); ++tile) {
      const std::int64_t end = run_.core_end(tile);
      if (end > time_) {
        to_core(tile, run_.events(tile) - 1, end);
      }
      // What the core did not wait for is among its latest operations.
      const std::int32_t count = run_.operations(tile);
      for (std::int32_t id = std::max(0, count - 12); id < count; ++id) {
        const std::int64_t done = run_.operation(tile, id).end();
        if (done > time_) {
          to(At::end, tile, id, done);
        }
      }
    }
  }

  void to_core(std::int32_t tile, std::int64_t event, std::int64_t time) {
    at_ = At::core;
    tile_ = tile;
    event_ = event;
    time_ = time;
  }
  void to(At at, std::int32_t tile, std::int32_t id, std::int64_t time) {
    at_ = at;
    tile_ = tile;
    id_ = id;
    time_ = time;
  }

  // Just after `event_`, which set the clock to `time_`.
  void from_core() {
    const Event event = run_.event(tile_, event_);
    if (event.kind == Event::Kind::resume && event.waited > 0) {
      return to(At::end, tile_, event.operation, time_);
    }
    if (event.kind == Event::Kind::jump) {
      time_ -= event.cycles;
      for (Repeated& around : repeated_) {
        around.left -= std::min(around.left, event.cycles);  // iterations added within an iteration
      }
      repeated_.push_back({event.period, 1 + event.cycles / event.period});
    }
    const Event before = event_ > 0 ? run_.event(tile_, event_ - 1) : Event{};
    const std::int64_t computed = std::min(event.computed - before.computed, time_ - before.time);
    add(Kind::compute, event, time_ - computed);
    add(Kind::setup, event, before.time);
    --event_;
  }

  void from_end() {
    const Operation operation = run_.operation(tile_, id_);
    if (operation.last > operation.first) {
      if (const auto parent = sender_of(operation);
          parent && parent->operation.last + parent->latency == operation.last) {
        add_link(operation, *parent, parent->operation.end());
        return to(At::end, parent->tile, parent->id, parent->operation.end());
      }
      if (const auto late = late_below(tile_, operation)) {
        add_words(operation, late->operation.start);
        return to(At::start, late->tile, late->id, late->operation.start);
      }
      if (const auto late = late_beside(operation)) {
        add_words(operation, late->operation.start + late->latency);
        add_link(operation, *late, late->operation.start);
        return to(At::start, late->tile, late->id, late->operation.start);
      }
    }
    add_words(operation, operation.first);
    at_ = At::first;
  }

  void from_first() {
    const Operation operation = run_.operation(tile_, id_);
    const auto parent = sender_of(operation);
    const std::int64_t arrives = parent ? parent->operation.first + parent->latency : 0;
    const std::int64_t bound = std::max(arrives, operation.start);
    if (bound < operation.first) {
      if (const std::int32_t id = paced_by(operation); id >= 0) {
        const std::int64_t end = run_.operation(tile_, id).end();
        add_words(operation, end);
        return to(At::end, tile_, id, end);
      }
      if (const auto before = train_before(operation)) {
        to(At::first, before->tile, before->id, time_);
        return add_words(before->operation, before->operation.first);
      }
      PathSegment held = segment_of(operation, Kind::places);
      held.color = operation.out_color >= 0 ? operation.out_color : operation.in_color;
      add(held, bound);
    }
    if (parent && arrives == bound) {
      add_link(operation, *parent, parent->operation.first);
      return to(At::first, parent->tile, parent->id, parent->operation.first);
    }
    at_ = At::start;
  }

  void from_start() {
    const Operation operation = run_.operation(tile_, id_);
    if (operation.start > operation.live) {
      constexpr std::int32_t kMostBack = 128;
      for (std::int32_t id = id_ - 1; id >= std::max(0, id_ - kMostBack); --id) {
        const Operation before = run_.operation(tile_, id);
        if (before.end() == operation.start && share_a_unit(before, operation)) {
          return to(At::end, tile_, id, time_);
        }
      }
      add(segment_of(operation, Kind::places), operation.live);
    }
    to_core(tile_, operation.event, operation.live);
  }

  static bool share_a_unit(const Operation& a, const Operation& b) {
    return (a.in_color >= 0 && b.in_color >= 0) || (a.out_color >= 0 && b.out_color >= 0) ||
           (a.datapath && b.datapath) || (a.engine >= 0 && a.engine == b.engine);
  }

  struct Neighbor {
    std::int32_t tile = 0;
    std::int32_t id = 0;
    std::int64_t latency = 0;
    std::int64_t places = 0;
    std::int64_t hops = 0;
    Operation operation;
  };

  std::optional<Neighbor> sender_of(const Operation& operation) const {
    if (operation.in_color < 0) {
      return std::nullopt;
    }
    const auto way = routes_.way_to(operation.in_color, tile_ % region_.width + region_.x,
                                    tile_ / region_.width + region_.y);
    if (!way || !region_.contains(way->x, way->y)) {
      return std::nullopt;
    }
    Neighbor sender{(way->y - region_.y) * region_.width + way->x - region_.x,
                    -1,
                    way->latency,
                    way->places,
                    way->hops,
                    {}};
    sender.id = run_.sender(sender.tile, operation.in_color, operation.in_train);
    if (sender.id < 0) {
      return std::nullopt;
    }
    sender.operation = run_.operation(sender.tile, sender.id);
    return sender;
  }

  bool paced() const { return num_ != den_; }

  // The train before of its color at the same core, where its pace set the first word.
  std::int32_t paced_by(const Operation& operation) const {
    if (!paced() || operation.out_color < 0) {
      return -1;
    }
    const std::int32_t id = run_.sender(tile_, operation.out_color, operation.out_train - 1);
    const std::int64_t last = id < 0 ? 0 : run_.operation(tile_, id).end() - 1;
    const std::int64_t later = operation.first - last;
    const bool sets =
        den_ % num_ == 0 ? later == den_ / num_ : later == den_ / num_ || later == den_ / num_ + 1;
    return id >= 0 && sets ? id : -1;
  }

  // Where the train before on the same color was consumed that still filled the places.
  std::optional<Neighbor> train_before(const Operation& operation) const {
    for (const auto& [core, places] : cores_below(tile_, operation)) {
      const std::int32_t id = run_.receiver(core, operation.out_color, operation.out_train - 1);
      if (id >= 0) {
        const Operation before = run_.operation(core, id);
        if (before.end() - places == operation.first && before.last == before.first) {
          return Neighbor{core, id, 0, places, 0, before};
        }
      }
    }
    return std::nullopt;
  }

  // Cores that hear the operation, and the places between.
  std::vector<std::pair<std::int32_t, std::int64_t>> cores_below(std::int32_t tile,
                                                                 const Operation& operation) const {
    std::vector<std::pair<std::int32_t, std::int64_t>> cores;
    if (operation.out_color < 0) {
      return cores;
    }
    std::vector<std::int64_t> places{0};
    routes_.walk(
        operation.out_color, tile % region_.width + region_.x, tile / region_.width + region_.y,
        [&](const isa::RouteMap::Point& point) {
          const auto id = static_cast<std::size_t>(point.id);
          places.resize(std::max(places.size(), id + 1));
          places[id] = point.places +
                       (point.parent < 0 ? 0 : places[static_cast<std::size_t>(point.parent)]);
          if (point.kind == isa::RouteNode::Kind::sink && region_.contains(point.x, point.y)) {
            cores.emplace_back((point.y - region_.y) * region_.width + point.x - region_.x,
                               places[id]);
          }
        },
        [](const isa::RouteMap::Link&) {});
    return cores;
  }

  // The receiver below that started so late that words piled up as far as this operation.
  std::optional<Neighbor> late_below(std::int32_t tile, const Operation& operation) const {
    for (const auto& [core, between] : cores_below(tile, operation)) {
      auto late = paced() ? paced_late_at(core, operation, between)
                          : late_at(core, operation.out_color, operation.out_train,
                                    operation.last + between);
      if (late) {
        return late;
      }
    }
    return std::nullopt;
  }

  // With a pace words go on by it once the place is there that the word `between` had waited for.
  std::optional<Neighbor> paced_late_at(std::int32_t core, const Operation& operation,
                                        std::int64_t between) const {
    const std::int32_t id =
        core < 0 ? -1 : run_.receiver(core, operation.out_color, operation.out_train);
    if (id < 0 || between >= operation.words) {
      return std::nullopt;
    }
    const Operation below = run_.operation(core, id);
    const std::int64_t after = (operation.words - 1 - between) * den_ / num_;
    if (operation.end() - 1 - after == below.start) {
      return Neighbor{core, id, 0, 0, 0, below};
    }
    const bool goes_on = below.out_color >= 0 && below.last > below.first &&
                         operation.end() + between * den_ / num_ == below.end();
    return goes_on ? late_below(core, below) : std::nullopt;
  }

  // The core itself, where its operation started in that cycle, or one below that held it up.
  std::optional<Neighbor> late_at(std::int32_t core, int color, std::int64_t train,
                                  std::int64_t cycle) const {
    const std::int32_t id = core < 0 ? -1 : run_.receiver(core, color, train);
    if (id < 0) {
      return std::nullopt;
    }
    const Operation below = run_.operation(core, id);
    if (below.start == cycle) {
      return Neighbor{core, id, 0, 0, 0, below};
    }
    return below.last > below.first && below.last == cycle ? late_below(core, below) : std::nullopt;
  }

  // The receiver on another branch that started so late that words piled up as far as the router
  // where the branches part; `latency` from there.
  std::optional<Neighbor> late_beside(const Operation& operation) const {
    const auto sender = sender_of(operation);
    if (!sender) {
      return std::nullopt;
    }
    std::vector<isa::RouteMap::Point> points{{}};
    routes_.walk(
        operation.in_color, sender->tile % region_.width + region_.x,
        sender->tile / region_.width + region_.y,
        [&](const isa::RouteMap::Point& point) {
          points.resize(std::max(points.size(), static_cast<std::size_t>(point.id) + 1));
          points[static_cast<std::size_t>(point.id)] = point;
        },
        [](const isa::RouteMap::Link&) {});
    std::vector<std::int64_t> latency(points.size(), -1);  // from routers above this core
    std::int64_t way = 0;
    for (std::int32_t at = point_of(points, tile_); at > 0;) {
      const auto& point = points[static_cast<std::size_t>(at)];
      way += point.latency;
      at = point.parent;
      latency[static_cast<std::size_t>(std::max(0, at))] = way;
    }
    for (std::size_t i = 1; i < points.size(); ++i) {
      if (points[i].kind != isa::RouteNode::Kind::sink || tile_of(points[i]) == tile_) {
        continue;
      }
      std::int64_t places = 0;
      auto fork = static_cast<std::int32_t>(i);
      while (fork > 0 && latency[static_cast<std::size_t>(fork)] < 0) {
        places += points[static_cast<std::size_t>(fork)].places;
        fork = points[static_cast<std::size_t>(fork)].parent;
      }
      if (fork <= 0) {
        continue;
      }
      if (paced() && places >= operation.words) {
        continue;
      }
      const std::int64_t after = latency[static_cast<std::size_t>(fork)];
      if (auto late = late_at(tile_of(points[i]), operation.in_color, operation.in_train,
                              operation.last - after + places)) {
        late->latency = after;
        return late;
      }
    }
    return std::nullopt;
  }

  std::int32_t tile_of(const isa::RouteMap::Point& point) const {
    return region_.contains(point.x, point.y)
               ? (point.y - region_.y) * region_.width + point.x - region_.x
               : -1;
  }

  std::int32_t point_of(const std::vector<isa::RouteMap::Point>& points, std::int32_t tile) const {
    for (std::size_t i = 1; i < points.size(); ++i) {
      if (points[i].kind == isa::RouteNode::Kind::sink && tile_of(points[i]) == tile) {
        return static_cast<std::int32_t>(i);
      }
    }
    return -1;
  }

  PathSegment segment_of(const Operation& operation, Kind kind) const {
    PathSegment segment;
    segment.kind = kind;
    segment.tile = tile_;
    segment.graph_op = operation.graph_op;
    segment.layer = operation.layer;
    segment.pc = operation.pc;
    return segment;
  }

  void add_words(const Operation& operation, std::int64_t begin) {
    PathSegment segment = segment_of(operation, Kind::words);
    segment.color = operation.in_color >= 0 ? operation.in_color : operation.out_color;
    add(segment, begin);
  }

  void add_link(const Operation& operation, const Neighbor& sender, std::int64_t begin) {
    PathSegment segment = segment_of(operation, Kind::link);
    segment.from = sender.tile;
    segment.hops = static_cast<std::int32_t>(sender.hops);
    segment.color = operation.in_color;
    add(segment, begin);
  }

  void add(Kind kind, const Event& event, std::int64_t begin) {
    PathSegment segment;
    segment.kind = kind;
    segment.tile = tile_;
    segment.graph_op = event.graph_op;
    segment.layer = event.layer;
    segment.pc = event.pc;
    add(segment, begin);
  }

  // [begin, time_); iterations that were added count as often as they passed by.
  void add(PathSegment segment, std::int64_t begin) {
    while (time_ > begin) {
      std::erase_if(repeated_, [](const Repeated& repeated) { return repeated.left == 0; });
      std::int64_t length = time_ - begin;
      segment.times = 1;
      for (const Repeated& repeated : repeated_) {
        length = std::min(length, repeated.left);
        segment.times *= repeated.times;
      }
      for (Repeated& repeated : repeated_) {
        repeated.left -= length;
      }
      segment.end = time_;
      segment.begin = time_ - length;
      path_.segments.push_back(segment);
      time_ -= length;
    }
  }

  struct Repeated {
    std::int64_t left = 0;  ///< cycles of the iteration still to walk back over
    std::int64_t times = 1;
  };

  const Dependencies& run_;
  const isa::RouteMap& routes_;
  const Rect region_;
  const std::int64_t num_, den_;
  At at_ = At::core;
  std::int32_t tile_ = 0;
  std::int32_t id_ = 0;
  std::int64_t event_ = 0;
  std::int64_t time_ = 0;
  std::vector<Repeated> repeated_;
  CriticalPath path_;
};

}  // namespace

CriticalPath walk_back(const Dependencies& run, const isa::RouteMap& routes, const Rect& region,
                       std::int64_t num, std::int64_t den) {
  return Walker(run, routes, region, num, den).walk();
}

}  // namespace weft::sim
