// SPDX-License-Identifier: Apache-2.0
#include "isa/verify/net.h"

#include "isa/verify/color_plane.h"

namespace weft::isa {
namespace {

class Layer {
 public:
  Layer(const Bundle& bundle, const arch::Machine& machine, const weft::Rect& region,
        const CommTraces& traces)
      : bundle_(bundle), fabric_(machine.fabric()), traces_(traces), plane_(region) {
    queue_ = machine.tile().input_queue_words();
  }

  std::optional<Net> lay() {
    std::vector<bool> routed(static_cast<std::size_t>(fabric_.colors()));
    std::size_t forks = 0;
    for (const Route& route : bundle_.routes()) {
      if (route.color() < 0 || route.color() >= fabric_.colors()) {
        return std::nullopt;
      }
      routed[static_cast<std::size_t>(route.color())] = true;
      forks += route.tx_size() > 1 ? static_cast<std::size_t>(route.tiles().x().count()) *
                                         static_cast<std::size_t>(route.tiles().y().count())
                                   : 0;
    }
    if (!add_ports(forks)) {
      return std::nullopt;
    }
    for (int color = 0; color < fabric_.colors(); ++color) {
      if (routed[static_cast<std::size_t>(color)] && !lay_color(color)) {
        return std::nullopt;
      }
    }
    const bool all_routed =
        std::none_of(net_.nodes.begin(), net_.nodes.end(),
                     [](const NetNode& node) { return node.kind == NetNode::Kind::unrouted; });
    return all_routed ? std::optional(std::move(net_)) : std::nullopt;
  }

 private:
  struct At {
    std::uint32_t tile = 0;
    std::uint32_t node = NetNode::kNone;  ///< kNone: no program sends here
    std::int32_t places = 0;
    std::uint8_t heading = RAMP;
  };

  const CommTrace* trace_of(std::size_t tile) const {
    const std::int32_t trace = traces_.of_tile[tile];
    return trace < 0 ? nullptr : &traces_.traces[static_cast<std::size_t>(trace)];
  }

  bool add_ports(std::size_t forks) {
    std::size_t ports = 0;
    net_.first_port.reserve(traces_.of_tile.size());
    for (std::size_t tile = 0; tile < traces_.of_tile.size(); ++tile) {
      net_.first_port.push_back(static_cast<std::uint32_t>(ports));
      const CommTrace* trace = trace_of(tile);
      ports += trace == nullptr ? 0 : trace->ports.size();
    }
    if (ports + forks >= INT32_MAX) {
      return false;
    }
    net_.nodes.reserve(ports + forks);
    net_.nodes.resize(ports);
    return true;
  }

  bool lay_color(int color) {
    if (!plane_.lay(bundle_, color)) {
      return false;
    }
    color_ = color;
    reached_ = 0;
    for (std::size_t tile = 0; tile < traces_.of_tile.size(); ++tile) {
      if (!plane_.empty(tile) && begins(tile) && !walk(tile)) {
        return false;
      }
    }
    // Each rule has one way in: what no beginning leads to is on a circle or behind one.
    return reached_ == plane_.rules();
  }

  bool begins(std::size_t tile) const {
    const int from = plane_.from(tile);
    if (from == RAMP) {
      return true;
    }
    const std::int64_t before = plane_.next(tile, from);
    return before < 0 || !plane_.leads(static_cast<std::size_t>(before), opposite_of(from));
  }

  bool walk(std::size_t tile) {
    At first{static_cast<std::uint32_t>(tile)};
    const CommTrace* trace = trace_of(tile);
    const int port = trace == nullptr ? -1 : trace->port(color_, true);
    if (plane_.from(tile) == RAMP && port >= 0) {
      trains_ = trace->ports[static_cast<std::size_t>(port)].trains;
      first.node = net_.first_port[tile] + static_cast<std::uint32_t>(port);
      source_ = first.node;
      NetNode& node = net_.nodes[first.node];
      node.kind = NetNode::Kind::source;
      node.up = first.tile;
    }
    first.places = fabric_.ramp_latency();
    stack_.assign(1, first);
    while (!stack_.empty()) {
      const At at = stack_.back();
      stack_.pop_back();
      if (!leave(at)) {
        return false;
      }
    }
    return true;
  }

  // As route_tree.h: words on the router of a tile go to every tx of its rule.
  bool leave(At at) {
    ++reached_;
    if (at.node != NetNode::kNone && plane_.forks(at.tile) &&
        (fabric_.ramp_latency() > 0 || at.heading != RAMP)) {
      net_.nodes.emplace_back();
      at.node = hang(static_cast<std::uint32_t>(net_.nodes.size() - 1), NetNode::Kind::fork,
                     at.node, at.places);
      at.places = 0;
    }
    for (int direction = NORTH; direction > RAMP; --direction) {
      if (!plane_.leads(at.tile, direction)) {
        continue;
      }
      const std::int64_t next = plane_.next(at.tile, direction);
      if (next < 0 || plane_.empty(static_cast<std::size_t>(next)) ||
          plane_.from(static_cast<std::size_t>(next)) != opposite_of(direction)) {
        return false;
      }
      const bool turns = at.heading != RAMP && at.heading != direction;
      stack_.push_back(
          {static_cast<std::uint32_t>(next), at.node,
           std::min(at.places + fabric_.places_per_hop() + (turns ? fabric_.turn_latency() : 0),
                    NetNode::kMostPlaces),
           static_cast<std::uint8_t>(direction)});
    }
    return !plane_.leads(at.tile, RAMP) || at.node == NetNode::kNone || arrive(at);
  }

  bool arrive(const At& at) {
    const CommTrace* trace = trace_of(at.tile);
    const int port = trace == nullptr ? -1 : trace->port(color_, false);
    if (port < 0 || trace->ports[static_cast<std::size_t>(port)].trains != trains_) {
      return false;
    }
    const std::uint32_t node = net_.first_port[at.tile] + static_cast<std::uint32_t>(port);
    hang(node, NetNode::Kind::sink, at.node, at.places + fabric_.ramp_latency() + queue_);
    net_.nodes[node].down = at.tile;
    net_.nodes[node].tree = source_;
    ++net_.nodes[source_].tree;
    return true;
  }

  std::uint32_t hang(std::uint32_t index, NetNode::Kind kind, std::uint32_t up,
                     std::int32_t places) {
    NetNode& node = net_.nodes[index];
    node.kind = kind;
    node.up = up;
    node.sibling = net_.nodes[up].down;
    net_.nodes[up].down = index;
    node.places = static_cast<std::uint16_t>(std::min(places, NetNode::kMostPlaces));
    return index;
  }

  const Bundle& bundle_;
  const arch::Fabric& fabric_;
  const CommTraces& traces_;
  ColorPlane plane_;
  int queue_ = 1;
  int color_ = 0;
  std::int32_t trains_ = 0;  // of the tree
  std::uint32_t source_ = 0;
  std::int64_t reached_ = 0;
  std::vector<At> stack_;
  Net net_;
};

}  // namespace

std::optional<Net> lay_net(const Bundle& bundle, const arch::Machine& machine,
                           const weft::Rect& region, const CommTraces& traces) {
  return Layer(bundle, machine, region, traces).lay();
}

}  // namespace weft::isa
