// SPDX-License-Identifier: Apache-2.0
// Random meshes with blocked tiles: what is found holds, what is refused has a reason, and words
// sent over the routes come out at every sink, in both engines.
#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <set>

#include "mapper/routes/mesh.h"
#include "mapper/routes/negotiate.h"
#include "random_problem.h"
#include "send_words.h"

namespace weft::mapper::routes {
namespace {

int cases(int usual) {
  const char* const more = std::getenv("WEFT_PROPERTY_CASES");
  return more == nullptr ? usual : std::atoi(more);
}

std::string fault_of(const Problem& problem, bool simulated) {
  const auto solution = route_flows(problem);
  if (!solution) {
    return solution.error().message.empty() ? "refused without a word" : "";
  }
  if (const std::string wrong = verify(problem, *solution); !wrong.empty()) {
    return wrong;
  }
  for (const sim::EngineKind engine : {sim::EngineKind::word, sim::EngineKind::dataflow}) {
    const std::string wrong = simulated ? send_words(problem, *solution, engine) : "";
    if (!wrong.empty()) {
      return wrong;
    }
  }
  return {};
}

/// Draws, solves and checks; returns how many had a solution.
int try_all(const Draw& draw, int count, bool simulated) {
  int solved = 0;
  for (int seed = 0; seed < count; ++seed) {
    const Problem problem = draw_problem(static_cast<std::uint64_t>(seed), draw);
    solved += route_flows(problem).ok() ? 1 : 0;
    if (!fault_of(problem, simulated).empty()) {
      const Problem small =
          shrink(problem, [&](const Problem& p) { return !fault_of(p, simulated).empty(); });
      ADD_FAILURE() << "seed " << seed << ": " << fault_of(small, simulated) << "\n"
                    << text_of(small);
      break;
    }
  }
  return solved;
}

TEST(RandomRoutes, SolutionsHoldAndMostProblemsHaveOne) {
  const int count = cases(400);
  EXPECT_GT(try_all({}, count, false) * 100, count * 55);
}

TEST(RandomRoutes, FewColorsAreMadeDoOrRefused) {
  Draw draw;
  draw.colors = 3;
  const int count = cases(300);
  EXPECT_GT(try_all(draw, count, false) * 100, count * 25);
}

TEST(RandomRoutes, WithSharedLinksEveryProblemWithinReachIsSolved) {
  Draw draw;
  draw.share_links = true;
  for (int seed = 0; seed < cases(300); ++seed) {
    const Problem problem = draw_problem(static_cast<std::uint64_t>(seed), draw);
    EXPECT_EQ(route_flows(problem).ok(), check(problem).ok()) << "seed " << seed;
    EXPECT_EQ(fault_of(problem, false), "") << "seed " << seed;
  }
}

TEST(RandomRoutes, WordsArriveAtEverySinkInBothEngines) {
  Draw draw;
  draw.most_side = 8;
  const int count = cases(250);
  EXPECT_GT(try_all(draw, count, true) * 100, count * 40);
}

TEST(RandomRoutes, WordsArriveOverSharedLinksToo) {
  Draw draw;
  draw.most_side = 6;
  draw.share_links = true;
  try_all(draw, cases(150), true);
}

TEST(RandomRoutes, TheSameProblemHasTheSameSolution) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const Problem problem = draw_problem(seed, {});
    const auto first = route_flows(problem);
    const auto second = route_flows(problem);
    ASSERT_EQ(first.ok(), second.ok());
    if (first.ok()) {
      EXPECT_EQ(first->trees, second->trees);
      EXPECT_EQ(first->colors, second->colors);
    }
  }
}

/// Whether flows of one sink each have ways that share no link, by trying all ways.
bool is_solvable(const Problem& problem, std::size_t flow, std::set<Link>& taken) {
  if (flow == problem.flows.size()) {
    return true;
  }
  const Mesh mesh(problem);
  std::set<Tile> passed;
  const std::function<bool(Tile)> go = [&](Tile at) {
    if (at == problem.flows[flow].sinks[0]) {
      return is_solvable(problem, flow + 1, taken);
    }
    passed.insert(at);
    bool solvable = false;
    for (const isa::Direction way : kWays) {
      const Link link{at, way};
      if (!solvable && mesh.is_open(link) && !passed.contains(step(at, way)) &&
          taken.insert(link).second) {
        solvable = go(step(at, way));
        taken.erase(link);
      }
    }
    passed.erase(at);
    return solvable;
  };
  return go(problem.flows[flow].source);
}

TEST(RandomRoutes, OnTinyMeshesNearlyAllThatCanBeSolvedIsSolved) {
  Draw draw;
  draw.most_side = 3;
  draw.most_flows = 4;
  draw.phases = false;
  int solvable = 0;
  int solved = 0;
  for (int seed = 0; seed < cases(600); ++seed) {
    Problem problem = draw_problem(static_cast<std::uint64_t>(seed), draw);
    for (Flow& flow : problem.flows) {
      flow.sinks.resize(1);
      flow.first = flow.last = 0;
    }
    std::set<Link> taken;
    const bool possible = is_solvable(problem, 0, taken);
    const bool found = route_flows(problem).ok();
    EXPECT_TRUE(possible || !found) << "seed " << seed;
    solvable += possible ? 1 : 0;
    solved += found ? 1 : 0;
  }
  EXPECT_GT(solvable, 0);
  EXPECT_GE(solved * 100, solvable * 99);
}

TEST(RandomRoutes, ADenserMeshOfDefectsStillConnectsWhatItCan) {
  Draw draw;
  draw.most_blocked_percent = 20;
  draw.most_side = 40;
  draw.most_flows = 40;
  const int count = cases(10);
  EXPECT_GT(try_all(draw, count, false), 0);
}

}  // namespace
}  // namespace weft::mapper::routes
