// SPDX-License-Identifier: Apache-2.0
#include "mapper/routes/nets.h"

#include <algorithm>
#include <map>

namespace weft::mapper::routes {

bool Net::lives_with(const Net& other) const {
  return std::any_of(lives.begin(), lives.end(), [&](const auto& mine) {
    return std::any_of(other.lives.begin(), other.lives.end(), [&](const auto& its) {
      return mine.first <= its.second && its.first <= mine.second;
    });
  });
}

std::vector<Net> nets_of(const std::vector<Flow>& flows) {
  std::vector<Net> nets;
  std::map<std::pair<Tile, std::vector<Tile>>, std::vector<std::size_t>> by_ends;
  for (std::size_t f = 0; f < flows.size(); ++f) {
    const Flow& flow = flows[f];
    Net net{flow.name,
            flow.source,
            flow.sinks,
            flow.words,
            flow.color,
            {static_cast<int>(f)},
            {{flow.first, flow.last}}};
    std::sort(net.sinks.begin(), net.sinks.end());
    std::vector<std::size_t>& alike = by_ends[{net.source, net.sinks}];
    const auto partner = std::find_if(alike.begin(), alike.end(), [&](std::size_t n) {
      return !nets[n].lives_with(net) &&
             (nets[n].color < 0 || net.color < 0 || nets[n].color == net.color);
    });
    if (partner == alike.end()) {
      alike.push_back(nets.size());
      nets.push_back(std::move(net));
      continue;
    }
    Net& joined = nets[*partner];
    joined.words = std::max(joined.words, net.words);
    joined.color = std::max(joined.color, net.color);
    joined.flows.push_back(net.flows.front());
    joined.lives.push_back(net.lives.front());
  }
  return nets;
}

}  // namespace weft::mapper::routes
