// SPDX-License-Identifier: Apache-2.0
// Several colors on one link: one word a cycle, in round robin (docs/timing_model.md).
#include "sim/word/shared_links.h"

#include <gtest/gtest.h>

#include <set>

#include "program_spec.h"
#include "sim/simulate.h"
#include "word/same_run.h"

namespace weft::sim {
namespace {

using isa::Opcode;
using Ids = std::vector<std::int32_t>;

/// Requests of one cycle in, those served out.
Ids serve(word::SharedLinks& links, std::int64_t cycle,
          const std::vector<std::pair<std::int32_t, Ids>>& wants, Ids* refused = nullptr) {
  for (const auto& [color, on] : wants) {
    links.ask(color * 10, color, on);
  }
  Ids granted, rest;
  links.grant(cycle, granted, rest);
  (refused == nullptr ? rest : *refused) = rest;
  return granted;
}

TEST(SharedLinks, ServeColorsInTurn) {
  word::SharedLinks links;
  links.add();
  Ids order;
  for (int cycle = 0; cycle < 6; ++cycle) {
    const Ids granted = serve(links, cycle, {{5, {0}}, {1, {0}}, {3, {0}}});
    ASSERT_EQ(granted.size(), 1u);
    order.push_back(granted.front() / 10);
  }
  EXPECT_EQ(order, (Ids{1, 3, 5, 1, 3, 5}));
}

TEST(SharedLinks, AColorAloneGoesEveryCycle) {
  word::SharedLinks links;
  links.add();
  for (int cycle = 0; cycle < 4; ++cycle) {
    EXPECT_EQ(serve(links, cycle, {{2, {0}}}), Ids{20});
  }
}

TEST(SharedLinks, ALinkTakesOneWordACycle) {
  word::SharedLinks links;
  links.add();
  EXPECT_EQ(serve(links, 0, {{1, {0}}}), Ids{10});
  Ids refused;
  EXPECT_TRUE(serve(links, 0, {{2, {0}}}, &refused).empty());
  EXPECT_EQ(refused, Ids{20});
  EXPECT_EQ(serve(links, 1, {{2, {0}}}), Ids{20});
}

TEST(SharedLinks, AForkGoesIntoAllItsLinksOrNone) {
  word::SharedLinks links;
  links.add();
  links.add();
  EXPECT_EQ(serve(links, 0, {{1, {0}}, {4, {0, 1}}}), Ids{10});
  EXPECT_EQ(serve(links, 1, {{1, {0}}, {4, {0, 1}}}), Ids{40});
}

TEST(SharedLinks, ForksFirstOnDifferentLinksDoNotBlockEachOther) {
  word::SharedLinks links;
  links.add();
  links.add();
  serve(links, 0, {{1, {0}}, {2, {1}}});  // now 2 is first on link 0, 1 on link 1
  Ids refused;
  EXPECT_EQ(serve(links, 1, {{1, {0, 1}}, {2, {0, 1}}}, &refused), Ids{10});
  EXPECT_EQ(refused, Ids{20});
}

TEST(SharedLinks, AFreeLinkDoesNotWaitForAForkThatLost) {
  word::SharedLinks links;
  links.add();
  links.add();
  const Ids granted = serve(links, 0, {{1, {0}}, {2, {0, 1}}, {3, {1}}});
  EXPECT_EQ(std::set<std::int32_t>(granted.begin(), granted.end()),
            (std::set<std::int32_t>{10, 30}));
}

/// 4 tiles in a line: color 0 from tile 0 to tile 2, color 1 from tile 1 to tile 3; the link from
/// tile 1 to tile 2 carries both.
ProgramSpec crossing(int words, int ramp) {
  ProgramSpec spec;
  spec.machine = contract_machine(1, 1);
  spec.machine.mutable_fabric()->set_ramp_latency(ramp);
  spec.width = 4;
  spec.trees = {{0, 0, {2}, {{0, 1}, {1, 2}}}, {1, 1, {3}, {{1, 2}, {2, 3}}}};
  spec.programs = {{{Opcode::send, words, 0, -1}},
                   {{Opcode::send, words, 1, -1}},
                   {{Opcode::recv_set, words, -1, 0}},
                   {{Opcode::recv_set, words, -1, 1}}};
  return spec;
}

std::int64_t word_cycles(const ProgramSpec& spec) {
  const ContractCase built = spec.build();
  Options options;
  options.engine = EngineKind::word;
  const auto result = simulate(built.bundle, built.machine, {}, options);
  EXPECT_TRUE(result.ok() && result->deadlock.empty() && result->exact);
  return result->cycles.count();
}

// Color 1 is on the link in cycles 2, 4, …, color 0 in 3, 5, …, 2B + 1; the last word is consumed 4
// cycles after it entered the link.
TEST(SharedLinks, TwoTrainsTakeTurnsWordByWord) {
  EXPECT_EQ(word_cycles(crossing(20, 2)), 2 * 20 + 6);
  EXPECT_EQ(word_cycles(crossing(1, 2)), 1 + 7);
}

// Without ramp registers the words leave the core into the link itself: color 1 in cycles 0, 2, …,
// color 0 is on it in 1, 3, …, 2B - 1 and consumed 2 cycles after that.
TEST(SharedLinks, ACoreWaitsForItsLinkToo) { EXPECT_EQ(word_cycles(crossing(20, 0)), 2 * 20 + 2); }

TEST(SharedLinks, TrainsThatNeverMeetAgreeWithDataflow) {
  ProgramSpec spec = crossing(20, 2);
  spec.programs[1].insert(spec.programs[1].begin(), {Opcode::busy, 60});
  const ContractCase built = spec.build();
  EXPECT_EQ(engines_differ(built.bundle, built.machine, true), "");
  EXPECT_EQ(word_cycles(spec), 60 + 20 + 7);
}

}  // namespace
}  // namespace weft::sim
