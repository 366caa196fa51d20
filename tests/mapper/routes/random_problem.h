// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "mapper/routes/problem.h"

namespace weft::mapper::routes {

/// What a random problem is drawn from.
struct Draw {
  int most_side = 12;
  int most_flows = 10;
  int most_blocked_percent = 20;
  int colors = 24;
  bool share_links = false;
  bool phases = true;  ///< flows live at different times
};

/// A mesh with blocked tiles and links and flows between tiles that are not; not always solvable.
Problem draw_problem(std::uint64_t seed, const Draw& draw);

/// As C++ would write it, to be run again.
std::string text_of(const Problem& problem);

/// Takes flows, sinks and blocked tiles away as long as `fails` says so of what is left.
template <class Fails>
Problem shrink(Problem problem, Fails&& fails) {
  const auto drop_one = [&](auto&& list_of) {
    for (std::size_t i = 0; i < list_of(problem).size(); ++i) {
      Problem smaller = problem;
      auto& list = list_of(smaller);
      list.erase(list.begin() + static_cast<std::ptrdiff_t>(i));
      if (fails(smaller)) {
        problem = smaller;
        return true;
      }
    }
    return false;
  };
  bool shrunk = true;
  while (shrunk) {
    shrunk = drop_one([](auto& p) -> auto& { return p.flows; }) ||
             drop_one([](auto& p) -> auto& { return p.blocked; }) ||
             drop_one([](auto& p) -> auto& { return p.blocked_links; });
    for (std::size_t f = 0; !shrunk && f < problem.flows.size(); ++f) {
      shrunk = problem.flows[f].sinks.size() > 1 &&
               drop_one([f](auto& p) -> auto& { return p.flows[f].sinks; });
    }
  }
  return problem;
}

}  // namespace weft::mapper::routes
