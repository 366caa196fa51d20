// SPDX-License-Identifier: Apache-2.0
#include "random_problem.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "mapper/routes/mesh.h"

namespace weft::mapper::routes {

Problem draw_problem(std::uint64_t seed, const Draw& draw) {
  std::mt19937_64 random(seed);
  const auto pick = [&](int from, int to) {
    return from + static_cast<int>(random() % static_cast<std::uint64_t>(to - from + 1));
  };
  Problem problem;
  problem.width = pick(2, draw.most_side);
  problem.height = pick(2, draw.most_side);
  problem.colors = draw.colors;
  problem.share_links = draw.share_links;
  const int blocked = pick(0, draw.most_blocked_percent);
  std::vector<Tile> free;
  for (int y = 0; y < problem.height; ++y) {
    for (int x = 0; x < problem.width; ++x) {
      if (pick(0, 99) < blocked) {
        problem.blocked.push_back({x, y, 1, 1});
      } else {
        free.push_back({x, y});
        if (pick(0, 199) < blocked) {
          problem.blocked_links.push_back({{x, y}, kWays[static_cast<std::size_t>(pick(0, 3))]});
        }
      }
    }
  }
  const int flows = pick(1, draw.most_flows);
  for (int f = 0; f < flows && free.size() > 1; ++f) {
    Flow flow;
    flow.name = fmt::format("f{}", f);
    const int most = std::min<int>(5, static_cast<int>(free.size()) - 1);
    std::shuffle(free.begin(), free.end(), random);
    flow.source = free[0];
    flow.sinks.assign(free.begin() + 1, free.begin() + 1 + pick(1, most));
    flow.words = pick(1, 40);
    flow.first = draw.phases ? pick(0, 3) : 0;
    flow.last = draw.phases ? flow.first + pick(0, 1) : 0;
    problem.flows.push_back(flow);
    if (pick(0, 5) == 0) {
      // The same way at another time.
      flow.name += ".again";
      flow.first = flow.last = flow.last + 1;
      std::reverse(flow.sinks.begin(), flow.sinks.end());
      problem.flows.push_back(flow);
    }
  }
  return problem;
}

std::string text_of(const Problem& problem) {
  std::string text = fmt::format("{}x{} tiles, {} colors{}\n", problem.width, problem.height,
                                 problem.colors, problem.share_links ? ", links shared" : "");
  for (const weft::Rect& rect : problem.blocked) {
    text += fmt::format("blocked {{{}, {}, {}, {}}}\n", rect.x, rect.y, rect.width, rect.height);
  }
  for (const Link& link : problem.blocked_links) {
    text += fmt::format("blocked link {}\n", text_of(link));
  }
  for (const Flow& flow : problem.flows) {
    text += fmt::format("flow {} {} to", flow.name, text_of(flow.source));
    for (const Tile& sink : flow.sinks) {
      text += " " + text_of(sink);
    }
    text += fmt::format(", {} words, phases {} to {}\n", flow.words, flow.first, flow.last);
  }
  return text;
}

}  // namespace weft::mapper::routes
