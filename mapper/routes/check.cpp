// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <queue>
#include <set>

#include "mapper/routes/mesh.h"
#include "mapper/routes/negotiate.h"

namespace weft::mapper::routes {
namespace {

constexpr std::size_t kMostLines = 20;

class Checker {
 public:
  explicit Checker(const Problem& problem) : problem_(problem), mesh_(problem) {}

  std::vector<std::string> faults() && {
    for (const Flow& flow : problem_.flows) {
      check_flow(flow);
    }
    if (faults_.empty()) {
      for (const Flow& flow : problem_.flows) {
        check_reach(flow);
      }
      check_room();
    }
    return std::move(faults_);
  }

 private:
  void fault(const Flow& flow, const std::string& text) {
    if (faults_.size() < kMostLines) {
      faults_.push_back(fmt::format("route '{}': {}", flow.name, text));
    }
  }

  void check_flow(const Flow& flow) {
    check_end(flow, "source", flow.source);
    std::set<Tile> seen;
    for (const Tile& sink : flow.sinks) {
      check_end(flow, "sink", sink);
      if (sink == flow.source) {
        fault(flow,
              fmt::format("{} is source and sink; a core does not send to itself", text_of(sink)));
      } else if (!seen.insert(sink).second) {
        fault(flow, fmt::format("sink {} is said twice", text_of(sink)));
      }
    }
    if (flow.sinks.empty()) {
      fault(flow, "no sink; give it one");
    }
    if (flow.first > flow.last || flow.words < 1) {
      fault(flow, fmt::format("{} words in phases {} to {}; it takes one of each at least",
                              flow.words, flow.first, flow.last));
    }
    if (flow.color < -1 || flow.color >= problem_.colors) {
      fault(flow,
            fmt::format("color c{}, and a router has c0 to c{}", flow.color, problem_.colors - 1));
    }
  }

  void check_end(const Flow& flow, const char* what, Tile tile) {
    if (!mesh_.holds(tile)) {
      fault(flow, fmt::format("{} {} lies outside the {}x{} machine", what, text_of(tile),
                              mesh_.width(), mesh_.height()));
    } else if (mesh_.is_blocked(tile)) {
      fault(flow,
            fmt::format("{} {} is blocked; unblock it or move the {}", what, text_of(tile), what));
    }
  }

  void check_reach(const Flow& flow) {
    const std::vector<Link> straight = links_of(xy_tree(flow.source, flow.sinks));
    if (std::all_of(straight.begin(), straight.end(),
                    [&](const Link& link) { return mesh_.is_open(link); })) {
      return;
    }
    label_islands();
    for (const Tile& sink : flow.sinks) {
      if (islands_[mesh_.index(sink)] == islands_[mesh_.index(flow.source)]) {
        continue;
      }
      const Reach& reach = reach_of(flow.source);
      if (reach.cost[mesh_.index(sink)] > 0) {
        fault(flow, fmt::format("no way leads from {} to {}; unblock {}", text_of(flow.source),
                                text_of(sink), in_the_way(reach, flow.source, sink)));
      }
    }
  }

  /// Numbers tiles so that those of one number reach each other over links open both ways. Quick,
  /// and nearly always all there is to ask.
  void label_islands() {
    if (!islands_.empty()) {
      return;
    }
    islands_.assign(mesh_.tiles(), -1);
    std::vector<Tile> open;
    int count = 0;
    for (int y = 0; y < mesh_.height(); ++y) {
      for (int x = 0; x < mesh_.width(); ++x) {
        for (open.push_back({x, y}); !open.empty();) {
          const Tile tile = open.back();
          open.pop_back();
          if (islands_[mesh_.index(tile)] >= 0) {
            continue;
          }
          islands_[mesh_.index(tile)] = count;
          for (const isa::Direction way : kWays) {
            const Tile next = step(tile, way);
            if (mesh_.is_open({tile, way}) && mesh_.is_open({next, opposite(way)})) {
              open.push_back(next);
            }
          }
        }
        ++count;
      }
    }
  }

  /// Ways from a tile to every other with the fewest blocked tiles and links, then the fewest hops.
  struct Reach {
    std::vector<int> cost;           ///< blocked tiles and links
    std::vector<std::uint8_t> back;  ///< direction of the link a tile is reached by
  };

  const Reach& reach_of(Tile source) {
    auto [at, fresh] = reaches_.try_emplace(source);
    Reach& reach = at->second;
    if (!fresh) {
      return reach;
    }
    using Price = std::pair<int, int>;  // blocked, hops
    reach.cost.assign(mesh_.tiles(), 0);
    reach.back.assign(mesh_.tiles(), 0);
    std::vector<Price> best(mesh_.tiles(), Price{INT32_MAX, 0});
    std::priority_queue<std::pair<Price, Tile>, std::vector<std::pair<Price, Tile>>, std::greater<>>
        open;
    best[mesh_.index(source)] = {0, 0};
    for (open.push({{0, 0}, source}); !open.empty();) {
      const auto [price, tile] = open.top();
      open.pop();
      if (price > best[mesh_.index(tile)]) {
        continue;
      }
      reach.cost[mesh_.index(tile)] = price.first;
      for (const isa::Direction way : kWays) {
        const Tile next = step(tile, way);
        if (!mesh_.holds(next)) {
          continue;
        }
        const int blocked = (mesh_.is_cut({tile, way}) ? 1 : 0) + (mesh_.is_blocked(next) ? 1 : 0);
        const Price there{price.first + blocked, price.second + 1};
        if (there < best[mesh_.index(next)]) {
          best[mesh_.index(next)] = there;
          reach.back[mesh_.index(next)] = static_cast<std::uint8_t>(way);
          open.push({there, next});
        }
      }
    }
    return reach;
  }

  std::string in_the_way(const Reach& reach, Tile source, Tile sink) const {
    std::vector<std::string> texts;
    for (Tile tile = sink; tile != source;) {
      const auto way = static_cast<isa::Direction>(reach.back[mesh_.index(tile)]);
      const Tile from = step(tile, opposite(way));
      if (mesh_.is_blocked(tile)) {
        texts.push_back(text_of(tile));
      }
      if (mesh_.is_cut({from, way})) {
        texts.push_back("link " + text_of(Link{from, way}));
      }
      tile = from;
    }
    std::reverse(texts.begin(), texts.end());
    const std::size_t more = texts.size() > 4 ? texts.size() - 4 : 0;
    texts.resize(texts.size() - more);
    return fmt::format("{}{}", fmt::join(texts, ", "),
                       more > 0 ? fmt::format(" and {} more", more) : "");
  }

  /// Flows that begin or end at a tile need links there that no other has while they live.
  void check_room() {
    std::map<Tile, std::vector<const Flow*>> leaving;
    std::map<Tile, std::vector<const Flow*>> arriving;
    for (const Flow& flow : problem_.flows) {
      leaving[flow.source].push_back(&flow);
      for (const Tile& sink : flow.sinks) {
        arriving[sink].push_back(&flow);
      }
    }
    for (const bool out : {true, false}) {
      for (const auto& [tile, flows] : out ? leaving : arriving) {
        check_room_at(tile, flows, out);
      }
    }
  }

  void check_room_at(Tile tile, const std::vector<const Flow*>& flows, bool out) {
    std::size_t links = 0;
    for (const isa::Direction way : kWays) {
      const Tile next = step(tile, way);
      links += !mesh_.is_blocked(next) &&
                       mesh_.is_open(out ? Link{tile, way} : Link{next, opposite(way)})
                   ? 1U
                   : 0U;
    }
    for (const Flow* flow : flows) {
      // All that live when this one begins.
      const auto together = static_cast<std::size_t>(
          std::count_if(flows.begin(), flows.end(), [&](const Flow* other) {
            return other->first <= flow->first && flow->first <= other->last;
          }));
      if (together > links && !problem_.share_links) {
        return fault(*flow,
                     fmt::format("{} routes that live together {} {}, which has {} open "
                                 "links; part their phases or let links be shared",
                                 together, out ? "begin at" : "end at", text_of(tile), links));
      }
    }
  }

  const Problem& problem_;
  Mesh mesh_;
  std::vector<int> islands_;
  std::map<Tile, Reach> reaches_;
  std::vector<std::string> faults_;
};

}  // namespace

Status check(const Problem& problem) {
  if (problem.width < 1 || problem.height < 1 || problem.colors < 1 || problem.colors > 64) {
    return input_error(
        fmt::format("routes on {}x{} tiles with {} colors: there is at least one of "
                    "each, and at most 64 colors",
                    problem.width, problem.height, problem.colors));
  }
  for (const Link& link : problem.blocked_links) {
    if (link.way < isa::EAST || link.way > isa::NORTH) {
      return input_error(
          fmt::format("blocked link at ({},{}): a link leads east, south, west or "
                      "north",
                      link.from.x, link.from.y));
    }
  }
  const std::vector<std::string> faults = Checker(problem).faults();
  return faults.empty() ? Status()
                        : Status(input_error(fmt::format("{}", fmt::join(faults, "\n"))));
}

}  // namespace weft::mapper::routes
