// SPDX-License-Identifier: Apache-2.0
#include "trains/traffic.h"

#include <algorithm>
#include <map>
#include <set>

#include "random_machine.h"

namespace weft::sim {
namespace {

using isa::Opcode;
using Link = std::pair<int, int>;

std::vector<int> path_of(int side, int from, int to) {
  std::vector<int> path{from};
  while (path.back() != to) {
    const int at = path.back();
    const int dx = to % side - at % side;
    const int dy = to / side - at / side;
    path.push_back(dx != 0 ? at + (dx > 0 ? 1 : -1) : at + (dy > 0 ? side : -side));
  }
  return path;
}

// Routes of one color meet on no tile.
void draw_routes(Dice& dice, const Traffic& traffic, ProgramSpec& spec) {
  const int tiles = traffic.side * traffic.side;
  std::vector<std::set<int>> used(static_cast<std::size_t>(traffic.colors));
  std::set<int> sources;
  std::set<int> sinks;
  for (int attempt = 0; attempt < 20 * tiles; ++attempt) {
    const int from = dice.roll(0, tiles - 1);
    const int to = dice.roll(0, tiles - 1);
    if (from == to || (traffic.pairs && (sources.contains(from) || sinks.contains(to)))) {
      continue;
    }
    const std::vector<int> path = path_of(traffic.side, from, to);
    const auto color = std::find_if(used.begin(), used.end(), [&](const std::set<int>& on) {
      return std::none_of(path.begin(), path.end(), [&](int tile) { return on.contains(tile); });
    });
    if (color == used.end()) {
      continue;
    }
    color->insert(path.begin(), path.end());
    sources.insert(from);
    sinks.insert(to);
    TreeSpec tree{static_cast<int>(color - used.begin()), from, {to}, {}};
    for (std::size_t i = 0; i + 1 < path.size(); ++i) {
      tree.links.emplace_back(path[i], path[i + 1]);
    }
    spec.trees.push_back(std::move(tree));
  }
}

std::map<Link, std::vector<int>> users_of(const ProgramSpec& spec) {
  std::map<Link, std::vector<int>> users;
  for (std::size_t t = 0; t < spec.trees.size(); ++t) {
    for (const Link& link : spec.trees[t].links) {
      users[link].push_back(static_cast<int>(t));
    }
  }
  return users;
}

// Messages over the average shared link.
double messages_on_shared_links(const ProgramSpec& spec, const std::vector<int>& messages) {
  std::vector<int> over(spec.trees.size(), 0);
  for (const int message : messages) {
    ++over[static_cast<std::size_t>(message)];
  }
  double sum = 0;
  double links = 0;
  for (const auto& [link, trees] : users_of(spec)) {
    if (trees.size() > 1) {
      links += 1;
      for (const int tree : trees) {
        sum += over[static_cast<std::size_t>(tree)];
      }
    }
  }
  return sum / links;
}

std::vector<int> draw_parts(Dice& dice, std::size_t count) {
  std::vector<int> parts;
  for (std::size_t i = 0; i < count; ++i) {
    parts.push_back(dice.roll(0, 200));
  }
  return parts;
}

// Cycles of a pause by its part, so that the tile with most to do needs `cycles`.
double pause_for(const Traffic& traffic, const ProgramSpec& spec, const std::vector<int>& messages,
                 const std::vector<int>& parts, double cycles) {
  std::vector<double> moving(spec.programs.size(), 0);
  std::vector<double> pausing(spec.programs.size(), 0);
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const auto source =
        static_cast<std::size_t>(spec.trees[static_cast<std::size_t>(messages[i])].source);
    moving[source] += traffic.words;
    pausing[source] += parts[i];
  }
  double pause = 1e9;
  for (std::size_t tile = 0; tile < moving.size(); ++tile) {
    if (pausing[tile] > 0) {
      pause = std::min(pause, (cycles - moving[tile]) / pausing[tile]);
    }
  }
  return std::max(0.0, pause);
}

}  // namespace

ProgramSpec draw_traffic(const Traffic& traffic, std::uint64_t seed) {
  Dice dice(seed);
  ProgramSpec spec;
  spec.machine = contract_machine(1, 1);
  spec.machine.mutable_tile()->set_queue_engines(2);
  spec.width = spec.height = traffic.side;
  draw_routes(dice, traffic, spec);
  spec.programs.resize(static_cast<std::size_t>(traffic.side * traffic.side));
  std::vector<int> messages;
  for (int i = 0; i < traffic.rounds * static_cast<int>(spec.trees.size()); ++i) {
    messages.push_back(traffic.pairs ? i % static_cast<int>(spec.trees.size())
                                     : dice.roll(0, static_cast<int>(spec.trees.size()) - 1));
  }
  const double cycles =
      static_cast<double>(traffic.words) * messages_on_shared_links(spec, messages) / traffic.load;
  const std::vector<int> parts = draw_parts(dice, messages.size());
  const double pause = pause_for(traffic, spec, messages, parts, cycles);
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const TreeSpec& tree = spec.trees[static_cast<std::size_t>(messages[i])];
    auto& sender = spec.programs[static_cast<std::size_t>(tree.source)];
    sender.push_back({Opcode::busy, static_cast<int>(pause * parts[i])});
    sender.push_back({Opcode::send, traffic.words, messages[i], -1, 0, 0});
    spec.programs[static_cast<std::size_t>(tree.sinks[0])].push_back(
        {Opcode::recv_set, traffic.words, -1, messages[i], 1, 1});
  }
  return spec;
}

ProgramSpec crossing_row(int colors, int reach, int words, int ramp) {
  ProgramSpec spec;
  spec.machine = contract_machine(1, 1);
  spec.machine.mutable_fabric()->set_ramp_latency(ramp);
  spec.machine.mutable_tile()->set_queue_engines(2);
  spec.width = colors + reach;
  spec.programs.resize(static_cast<std::size_t>(spec.width));
  for (int i = 0; i < colors; ++i) {
    TreeSpec tree{i, i, {i + reach}, {}};
    for (int x = i; x < i + reach; ++x) {
      tree.links.emplace_back(x, x + 1);
    }
    spec.trees.push_back(std::move(tree));
    spec.programs[static_cast<std::size_t>(i)].push_back({Opcode::send, words, i, -1, 0, 0});
    spec.programs[static_cast<std::size_t>(i + reach)].push_back(
        {Opcode::recv_set, words, -1, i, 1, 1});
  }
  return spec;
}

LinkLoad link_load(const ProgramSpec& spec, std::int64_t cycles) {
  std::vector<double> words(spec.trees.size(), 0);
  for (const auto& program : spec.programs) {
    for (const StepSpec& step : program) {
      if (step.out >= 0) {
        words[static_cast<std::size_t>(step.out)] += step.amount;
      }
    }
  }
  double sum = 0;
  double busiest = 0;
  double links = 0;
  for (const auto& [link, users] : users_of(spec)) {
    double carried = 0;
    for (const int user : users) {
      carried += words[static_cast<std::size_t>(user)];
    }
    if (users.size() > 1) {
      links += 1;
      sum += carried;
      busiest = std::max(busiest, carried);
    }
  }
  const auto span = static_cast<double>(cycles);
  return {sum / std::max(1.0, links) / span, busiest / span};
}

}  // namespace weft::sim
