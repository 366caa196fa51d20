// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "isa/tile_classes.h"
#include "isa/verify/class_replay.h"

namespace weft::isa {
namespace {

bool same_script(const CommTrace& a, const CommTrace& b) {
  return a.steps == b.steps &&
         std::equal(a.ports.begin(), a.ports.end(), b.ports.begin(), b.ports.end(),
                    [](const CommPort& x, const CommPort& y) { return x.out == y.out; });
}

/// By trace: the first one that is the same but for its colors.
std::vector<std::int32_t> scripts_of(const std::vector<CommTrace>& traces) {
  std::unordered_multimap<std::size_t, std::int32_t> by_hash;
  std::vector<std::int32_t> script;
  for (const CommTrace& trace : traces) {
    const std::size_t hash = std::hash<std::string_view>()(
        {reinterpret_cast<const char*>(trace.steps.data()), trace.steps.size() * sizeof(CommStep)});
    const auto [from, to] = by_hash.equal_range(hash);
    const auto at = std::find_if(from, to, [&](const auto& entry) {
      return same_script(traces[static_cast<std::size_t>(entry.second)], trace);
    });
    const auto number = static_cast<std::int32_t>(script.size());
    script.push_back(at == to ? number : at->second);
    if (at == to) {
      by_hash.emplace(hash, number);
    }
  }
  return script;
}

std::vector<PassedOn> passed_on(const std::vector<CommTrace>& traces,
                                const std::vector<std::int32_t>& scripts) {
  std::vector<PassedOn> passed;
  for (std::size_t t = 0; t < traces.size(); ++t) {
    if (scripts[t] == static_cast<std::int32_t>(t)) {
      for (const CommStep& step : traces[t].steps) {
        if (step.kind == CommStep::Kind::transfer && step.in_port >= 0 && step.out_port >= 0) {
          passed.push_back({scripts[t], step.in_port, step.out_port});
        }
      }
    }
  }
  return passed;
}

}  // namespace

ClassReplay::ClassReplay(const CommTraces& traces, const Net& net,
                         const std::function<bool()>& stop)
    : traces_(traces), net_(net), stop_(stop) {
  const std::vector<std::int32_t> scripts = scripts_of(traces.traces);
  std::vector<std::int32_t> script(traces.of_tile.size(), -1);
  std::vector<TalkEdge> edges;
  const auto port_of = [&](std::size_t tile, std::size_t node) {
    return static_cast<std::int16_t>(node - net.first_port[tile]);
  };
  for (std::size_t tile = 0; tile < script.size(); ++tile) {
    if (traces.of_tile[tile] < 0) {
      continue;
    }
    const auto trace = static_cast<std::size_t>(traces.of_tile[tile]);
    script[tile] = scripts[trace];
    for (std::size_t port = 0; port < traces.traces[trace].ports.size(); ++port) {
      const NetNode& node = net.nodes[net.first_port[tile] + port];
      if (node.kind == NetNode::Kind::sink) {
        const std::uint32_t from = net.nodes[node.tree].up;
        edges.push_back({static_cast<std::int32_t>(from), static_cast<std::int32_t>(tile),
                         port_of(from, node.tree), static_cast<std::int16_t>(port)});
      }
    }
  }
  const std::vector<std::int32_t> class_of =
      classes_of_tiles(script, edges, passed_on(traces.traces, scripts));
  for (std::size_t tile = 0; tile < script.size(); ++tile) {
    const auto c = static_cast<std::size_t>(class_of[tile]);
    if (class_of[tile] >= 0 && c >= classes_.size()) {
      classes_.emplace_back();
      classes_[c].trace = traces.of_tile[tile];
      classes_[c].ports.resize(
          traces.traces[static_cast<std::size_t>(traces.of_tile[tile])].ports.size());
    }
  }
  for (const TalkEdge& edge : edges) {
    connect(class_of[static_cast<std::size_t>(edge.from)], edge.out_slot,
            class_of[static_cast<std::size_t>(edge.to)], edge.in_slot);
  }
}

void ClassReplay::connect(std::int32_t from, std::int16_t out, std::int32_t to, std::int16_t in) {
  auto& heard = at(from).ports[static_cast<std::size_t>(out)].peers;
  const Peer peer{to, static_cast<std::int8_t>(in)};
  if (!heard.empty() && heard.back() == peer) {
    return;
  }
  if (std::find(heard.begin(), heard.end(), peer) == heard.end()) {
    heard.push_back(peer);
    at(to).ports[static_cast<std::size_t>(in)].peers.emplace_back(from,
                                                                  static_cast<std::int8_t>(out));
  }
}

// Whether every way of words back, from receives through forwards, comes to a core that only sends.
bool ClassReplay::forwards_end() const {
  enum class Mark : std::uint8_t { unseen, open, ends };
  std::vector<std::vector<std::vector<std::int8_t>>> forwarded(traces_.traces.size());
  for (std::size_t t = 0; t < forwarded.size(); ++t) {
    forwarded[t].resize(traces_.traces[t].ports.size());
    for (const CommStep& step : traces_.traces[t].steps) {
      if (step.kind == CommStep::Kind::transfer && step.in_port >= 0 && step.out_port >= 0) {
        auto& from = forwarded[t][static_cast<std::size_t>(step.out_port)];
        if (std::find(from.begin(), from.end(), step.in_port) == from.end()) {
          from.push_back(step.in_port);
        }
      }
    }
  }
  std::vector<Mark> marks(net_.nodes.size(), Mark::unseen);
  std::vector<std::uint32_t> way;
  const auto look = [&](std::uint32_t sink) {
    const std::uint32_t source = net_.nodes[sink].tree;
    const std::uint32_t tile = net_.nodes[source].up;
    const std::uint32_t first = net_.first_port[tile];
    const auto& before = forwarded[static_cast<std::size_t>(traces_.of_tile[tile])][source - first];
    Mark mark = Mark::ends;
    for (const std::int8_t in : before) {
      const std::uint32_t node = first + static_cast<std::uint32_t>(in);
      if (marks[node] == Mark::open) {
        return false;
      }
      if (marks[node] == Mark::unseen) {
        way.push_back(node);
        mark = Mark::open;
      }
    }
    marks[sink] = mark;
    if (mark == Mark::ends) {
      way.pop_back();
    }
    return true;
  };
  for (std::uint32_t node = 0; node < marks.size(); ++node) {
    if (net_.nodes[node].kind == NetNode::Kind::sink && marks[node] == Mark::unseen) {
      way.assign(1, node);
      while (!way.empty()) {
        if (!look(way.back())) {
          return false;
        }
      }
    }
  }
  return true;
}

}  // namespace weft::isa
