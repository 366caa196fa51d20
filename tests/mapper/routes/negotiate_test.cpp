// SPDX-License-Identifier: Apache-2.0
#include "mapper/routes/negotiate.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapper/routes/mesh.h"

namespace weft::mapper::routes {
namespace {

using ::testing::HasSubstr;

Problem mesh(int width, int height, int colors = 24) {
  Problem problem;
  problem.width = width;
  problem.height = height;
  problem.colors = colors;
  return problem;
}

Flow flow(const std::string& name, Tile source, std::vector<Tile> sinks, int first = 0,
          int last = 0) {
  Flow result;
  result.name = name;
  result.source = source;
  result.sinks = std::move(sinks);
  result.first = first;
  result.last = last;
  return result;
}

Solution solved(const Problem& problem) {
  const auto solution = route_flows(problem);
  EXPECT_TRUE(solution.ok()) << (solution.ok() ? "" : solution.error().message);
  EXPECT_EQ(solution.ok() ? verify(problem, *solution) : "", "");
  return solution.ok() ? *solution : Solution();
}

std::string refusal(const Problem& problem) {
  const auto solution = route_flows(problem);
  EXPECT_FALSE(solution.ok());
  return solution.ok() ? "" : solution.error().message;
}

TEST(Routes, GoByXyTreesWhereNothingIsInTheWay) {
  Problem problem = mesh(8, 8);
  problem.flows = {flow("a", {1, 1}, {{0, 1}, {5, 0}, {5, 6}}), flow("b", {7, 7}, {{0, 7}})};
  const Solution solution = solved(problem);
  EXPECT_EQ(solution.rerouted, 0);
  EXPECT_EQ(solution.rounds, 0);
  EXPECT_EQ(solution.trees[0], xy_tree(problem.flows[0].source, problem.flows[0].sinks));
  EXPECT_EQ(solution.trees[0].size(), 1U + 4 + 5 + 1 + 1);
}

TEST(Routes, GoAroundBlockedTilesByAShortestWay) {
  Problem problem = mesh(9, 9);
  problem.blocked = {{4, 1, 1, 7}};
  problem.flows = {flow("a", {2, 4}, {{6, 4}})};
  const Solution solution = solved(problem);
  EXPECT_EQ(solution.rerouted, 1);
  // Up or down by four, across by four, and back.
  EXPECT_EQ(solution.trees[0].size(), 1U + 4 + 4 + 4);
}

TEST(Routes, GoAroundABlockedLinkByTwoHopsMore) {
  Problem problem = mesh(4, 2);
  problem.blocked_links = {{{1, 0}, isa::EAST}};
  problem.flows = {flow("there", {0, 0}, {{3, 0}}), flow("back", {3, 0}, {{0, 0}})};
  const Solution solution = solved(problem);
  EXPECT_EQ(solution.trees[0].size(), 4U + 2);
  EXPECT_EQ(solution.trees[1],
            xy_tree(problem.flows[1].source, problem.flows[1].sinks));  // the link back is open
}

TEST(Routes, FlowsThatLiveTogetherDoNotShareALink) {
  Problem problem = mesh(5, 2);
  problem.flows = {flow("a", {0, 0}, {{4, 0}}), flow("b", {1, 0}, {{3, 0}})};
  const Solution solution = solved(problem);
  EXPECT_GT(solution.rounds, 0);
  EXPECT_EQ(solution.rerouted, 1);
}

TEST(Routes, FlowsThatLiveApartMayShareALink) {
  Problem problem = mesh(5, 2);
  problem.flows = {flow("a", {0, 0}, {{4, 0}}, 0, 1), flow("b", {1, 0}, {{3, 0}}, 2, 2)};
  const Solution solution = solved(problem);
  EXPECT_EQ(solution.rerouted, 0);
  EXPECT_NE(solution.colors[0], solution.colors[1]);
}

TEST(Routes, LinksAreSharedWhereThatIsAllowedAndNothingElseIsLeft) {
  Problem problem = mesh(5, 1);
  problem.flows = {flow("a", {0, 0}, {{4, 0}}), flow("b", {1, 0}, {{3, 0}})};
  EXPECT_THAT(refusal(problem),
              HasSubstr("route 'a' finds no links of its own: it would share link "
                        "(1,0) east with 'b', which lives when it does"));
  problem.share_links = true;
  EXPECT_EQ(solved(problem).rerouted, 0);
}

TEST(Routes, OneColorDoesForFlowsThatDoNotMeetOrAreTheSameWayAtOtherTimes) {
  Problem problem = mesh(8, 2, 1);
  problem.flows = {flow("left", {0, 0}, {{2, 0}, {2, 1}}), flow("right", {4, 0}, {{7, 0}}),
                   flow("left again", {0, 0}, {{2, 1}, {2, 0}}, 1, 1)};
  EXPECT_EQ(solved(problem).colors, std::vector<int>({0, 0, 0}));
}

TEST(Routes, AColorThatIsAskedForIsGivenOrRefused) {
  Problem problem = mesh(4, 1, 3);
  problem.flows = {flow("a", {0, 0}, {{3, 0}}), flow("b", {0, 0}, {{3, 0}}, 1, 1),
                   flow("c", {3, 0}, {{0, 0}})};
  problem.flows[0].color = 2;
  problem.flows[2].color = 1;
  const Solution solution = solved(problem);
  EXPECT_EQ(solution.colors[0], 2);
  EXPECT_EQ(solution.colors[2], 1);
  problem.flows[2].color = 2;
  EXPECT_THAT(refusal(problem), HasSubstr("(asks for c2) find none that is free"));
}

TEST(Routes, TooFewColorsAreRefusedWithTheNamesOfThoseThatDoNotFit) {
  // Every flow passes the middle of a line at a time of its own.
  Problem problem = mesh(6, 1, 2);
  problem.flows = {flow("a", {0, 0}, {{5, 0}}, 0, 0), flow("b", {1, 0}, {{4, 0}}, 1, 1),
                   flow("c", {2, 0}, {{3, 0}}, 2, 2)};
  EXPECT_THAT(refusal(problem), HasSubstr("route 'a' is one of 3 through tile (2,0), whose router "
                                          "has 2 colors"));
  problem.colors = 3;
  solved(problem);
}

TEST(Routes, ARouterWithTooManyFlowsIsGoneAround) {
  Problem problem = mesh(6, 2, 2);
  problem.flows = {flow("a", {0, 0}, {{5, 0}}, 0, 0), flow("b", {1, 0}, {{4, 0}}, 1, 1),
                   flow("c", {2, 0}, {{3, 0}}, 2, 2)};
  EXPECT_GT(solved(problem).rerouted, 0);
}

TEST(RoutesCheck, SaysWhichFlowAndWhatToUnblock) {
  Problem problem = mesh(5, 3);
  problem.blocked = {{2, 0, 1, 3}};
  problem.flows = {flow("a", {0, 1}, {{1, 1}, {4, 1}})};
  EXPECT_EQ(refusal(problem), "route 'a': no way leads from (0,1) to (4,1); unblock (2,1)");
  problem.flows = {flow("b", {2, 1}, {{4, 1}}), flow("c", {0, 0}, {{2, 2}}),
                   flow("d", {0, 0}, {{5, 0}})};
  EXPECT_EQ(refusal(problem),
            "route 'b': source (2,1) is blocked; unblock it or move the source\n"
            "route 'c': sink (2,2) is blocked; unblock it or move the sink\n"
            "route 'd': sink (5,0) lies outside the 5x3 machine");
  problem.blocked.clear();
  problem.blocked_links = {{{1, 0}, isa::EAST}, {{1, 1}, isa::EAST}, {{1, 2}, isa::EAST}};
  problem.flows = {flow("e", {0, 0}, {{4, 2}})};
  EXPECT_THAT(refusal(problem), HasSubstr("route 'e': no way leads from (0,0) to (4,2); unblock "
                                          "link (1,"));
}

TEST(RoutesCheck, RefusesWhatNoRouteCanBe) {
  Problem problem = mesh(3, 3);
  problem.flows = {flow("a", {0, 0}, {{0, 0}}), flow("b", {0, 0}, {}),
                   flow("c", {0, 0}, {{1, 1}, {1, 1}}), flow("d", {0, 0}, {{1, 1}}, 2, 1)};
  problem.flows.push_back(flow("e", {0, 0}, {{1, 0}}));
  problem.flows.back().color = 24;
  const std::string text = refusal(problem);
  for (const char* part :
       {"'a': (0,0) is source and sink", "'b': no sink", "'c': sink (1,1) is said twice",
        "'d': 1 words in phases 2 to 1", "'e': color c24, and a router has c0 to c23"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_THAT(refusal(mesh(0, 3)), HasSubstr("at least one of each"));
}

TEST(RoutesCheck, MoreFlowsAtATileThanItHasLinksAreRefused) {
  Problem problem = mesh(3, 1);
  problem.flows = {flow("a", {0, 0}, {{1, 0}}), flow("b", {2, 0}, {{1, 0}})};
  solved(problem);
  problem.flows.push_back(flow("c", {2, 0}, {{1, 0}}));
  EXPECT_THAT(refusal(problem), HasSubstr("2 routes that live together begin at (2,0), which has 1 "
                                          "open links"));
  problem.flows.back().first = problem.flows.back().last = 1;
  solved(problem);
}

TEST(RoutesVerify, SeesWhatIsWrongWithASolution) {
  Problem problem = mesh(4, 4);
  problem.blocked = {{3, 3, 1, 1}};
  problem.blocked_links = {{{0, 3}, isa::EAST}};
  problem.flows = {flow("a", {0, 0}, {{2, 0}}), flow("b", {0, 1}, {{2, 1}})};
  const Solution sound = solved(problem);
  const auto fault = [&](auto&& spoil) {
    Solution spoiled = sound;
    spoil(spoiled);
    return verify(problem, spoiled);
  };
  EXPECT_THAT(fault([](Solution& s) { s.trees[0].pop_back(); }), HasSubstr("come to sink (2,0)"));
  EXPECT_THAT(fault([](Solution& s) {
                s.trees[0].push_back({{2, 1}, 2});
              }),
              HasSubstr("ends at (2,1), which is no sink"));
  EXPECT_THAT(fault([](Solution& s) { s.trees[0][1].tile = {1, 1}; }), HasSubstr("jumps from"));
  EXPECT_THAT(fault([](Solution& s) { s.trees[0][1].parent = 1; }), HasSubstr("has no parent"));
  EXPECT_THAT(fault([](Solution& s) {
                s.trees[0].push_back({{0, 0}, 2});
              }),
              HasSubstr("comes to (0,0) twice"));
  EXPECT_THAT(fault([](Solution& s) { s.trees[0][0].tile = {0, 2}; }), HasSubstr("begin at its"));
  EXPECT_THAT(fault([](Solution& s) { s.colors[1] = 24; }), HasSubstr("has color c24"));
  EXPECT_THAT(fault([](Solution& s) { s.colors.pop_back(); }), HasSubstr("as many"));
  EXPECT_THAT(fault([](Solution& s) {
                s.trees[0] = {{{0, 0}, -1}, {{0, 1}, 0}, {{1, 1}, 1}, {{1, 0}, 2}, {{2, 0}, 3}};
                s.colors = {0, 1};
              }),
              HasSubstr("live together on the link from (0,1) to (1,1)"));
  EXPECT_THAT(fault([](Solution& s) {
                s.trees[0] = {{{0, 0}, -1}, {{1, 0}, 0}, {{1, 1}, 1}, {{2, 1}, 2}, {{2, 0}, 3}};
                s.colors = {0, 0};
              }),
              HasSubstr("have different rules for color c0 at (1,1)"));
  problem.flows[1] = flow("b", {0, 3}, {{2, 3}});
  EXPECT_THAT(fault([](Solution& s) {
                s.trees[1] = {{{0, 3}, -1}, {{1, 3}, 0}, {{2, 3}, 1}};
              }),
              HasSubstr("takes the blocked link from (0,3) to (1,3)"));
  problem.flows[1] = flow("b", {2, 3}, {{3, 2}});
  EXPECT_THAT(fault([](Solution& s) {
                s.trees[1] = {{{2, 3}, -1}, {{3, 3}, 0}, {{3, 2}, 1}};
              }),
              HasSubstr("crosses (3,3), which is blocked"));
}

TEST(RoutesRules, RowsThatDoTheSameAreOneStridedSet) {
  Problem problem = mesh(64, 64);
  for (int y = 0; y < 64; y += 2) {
    problem.flows.push_back(flow(fmt::format("row{}", y), {3, y}, {{60, y}}));
  }
  const auto routes = to_routes(problem, solved(problem));
  ASSERT_EQ(routes.size(), 3U);  // source, way and sink
  std::int64_t tiles = 0;
  for (const isa::Route& route : routes) {
    EXPECT_EQ(route.color(), 0);
    EXPECT_EQ(route.tiles().y().step(), 2);
    EXPECT_EQ(route.tiles().y().count(), 32);
    tiles += std::int64_t{route.tiles().x().count()} * route.tiles().y().count();
  }
  EXPECT_EQ(tiles, 58 * 32);
}

}  // namespace
}  // namespace weft::mapper::routes
