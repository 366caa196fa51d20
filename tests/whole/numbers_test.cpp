// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/whole/fable.h"
#include "traces/report.h"

namespace weft {
namespace {

TEST(Numbers, EveryOpInsideItsBoundOnThreeShapes) {
  for (const auto& [arch, region] :
       {std::pair("mesh8", "8x8"), std::pair("mesh32", "13x7"), std::pair("mesh32", "5x12+3+9")}) {
    const auto outcome = cli::run(fable_run(arch, region));
    ASSERT_TRUE(outcome.ok()) << outcome.error().message;
    EXPECT_EQ(outcome->recording.check().verdict(), "pass")
        << region << ": " << outcome->recording.check().first_bad();
    EXPECT_EQ(outcome->recording.check().ops_checked(), 64);
    EXPECT_GT(outcome->recording.check().worst().error_over_bound(), 0.1);
    EXPECT_EQ(outcome->exit_code(), 0);
  }
}

TEST(Numbers, DataOffGivesTheSameCycles) {
  for (const auto& [arch, region] : {std::pair("mesh8", "8x8"), std::pair("mesh32", "13x7")}) {
    cli::RunArguments arguments = fable_run(arch, region);
    arguments.check = "none";
    const auto on = cli::run(arguments);
    arguments.data = "off";
    const auto off = cli::run(arguments);
    ASSERT_TRUE(on.ok() && off.ok());
    EXPECT_EQ(on->result.cycles, off->result.cycles);
    EXPECT_EQ(on->result.words_sent, off->result.words_sent);
    for (std::size_t t = 0; t < on->result.tiles.size(); ++t) {
      EXPECT_EQ(on->result.tiles[t].bins, off->result.tiles[t].bins);
    }
    EXPECT_TRUE(off->result.tensors.empty());
    EXPECT_TRUE(on->result.vectors) << on->result.scalar_because;
    EXPECT_TRUE(off->result.vectors) << off->result.scalar_because;
    ASSERT_EQ(on->result.ops.size(), off->result.ops.size());
    for (std::size_t i = 0; i < on->result.ops.size(); ++i) {
      EXPECT_EQ(on->result.ops[i].graph_op, off->result.ops[i].graph_op);
      EXPECT_EQ(on->result.ops[i].end, off->result.ops[i].end);
    }
  }
}

TEST(Numbers, TwoRunsGiveTheSameBytes) {
  cli::RunArguments arguments = fable_run("mesh8", "8x8");
  auto first = cli::run(arguments);
  auto second = cli::run(arguments);
  ASSERT_TRUE(first.ok() && second.ok());
  for (auto* outcome : {&*first, &*second}) {
    outcome->recording.clear_host();
  }
  EXPECT_EQ(traces::report_json(first->recording), traces::report_json(second->recording));
  for (const auto& [name, tensor] : first->result.tensors) {
    EXPECT_EQ(tensor.values, second->result.tensors.at(name).values) << name;
  }
}

TEST(Numbers, APromptInChunksIsCheckedAtEveryPosition) {
  // 18 tokens: a chunk of 16 and one of 2.
  cli::RunArguments arguments = fable_run("mesh8", "8x8");
  arguments.prompt.reset();
  arguments.prompt_tokens = "1,431,354,372,283,261,310,459,466,291,456,279,290,381,397,448,455,504";
  arguments.phase = "prefill";
  arguments.logits = "all";
  const auto outcome = cli::run(arguments);
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_EQ(outcome->recording.check().verdict(), "pass") << outcome->recording.check().first_bad();
  EXPECT_EQ(outcome->recording.check().tokens_compared(), 18);
}

}  // namespace
}  // namespace weft
