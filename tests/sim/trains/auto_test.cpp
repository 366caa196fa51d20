// SPDX-License-Identifier: Apache-2.0
// What a run says of its cycles where colors share links.
#include <gmock/gmock.h>

#include <cmath>

#include "random_machine.h"
#include "trains/run_trains.h"
#include "trains/traffic.h"
#include "word/same_run.h"

namespace weft::sim {
namespace {

using isa::Opcode;
using ::testing::HasSubstr;

Result<RunResult> run(const ContractCase& built, const Options& options) {
  return simulate(built.bundle, built.machine, {}, options);
}

TEST(SharedLinkRun, SaysThatItIsNotExactAndHowFarOff) {
  const ContractCase built = draw_traffic({8, 24, 8, 12, 0.5}, 3).build();
  const RunResult word = run_engine(built, EngineKind::word);
  for (const bool data : {false, true}) {
    Options options;
    options.engine = EngineKind::dataflow;
    options.data = data;
    const auto result = run(built, options);
    ASSERT_TRUE(result.ok());
    EXPECT_FALSE(result->exact);
    EXPECT_TRUE(result->trains);
    EXPECT_EQ(result->engine, "dataflow");
    ASSERT_TRUE(result->error_percent.has_value());
    EXPECT_DOUBLE_EQ(*result->error_percent, std::abs(error_of(*result, word)));
    EXPECT_THAT(result->exactness, HasSubstr("the whole run checked word by word"));
    EXPECT_THAT(result->exactness, HasSubstr(std::to_string(word.cycles.count())));
    EXPECT_THAT(result->exactness, HasSubstr(" share "));
    EXPECT_EQ(failed_audit(*result), "");
  }
}

TEST(SharedLinkRun, GoesWordByWordWhereNobodyChoseAndItIsShort) {
  const ContractCase built = draw_traffic({8, 24, 8, 12, 0.5}, 3).build();
  const RunResult word = run_engine(built, EngineKind::word);
  const auto result = run(built, {});
  ASSERT_TRUE(result.ok());
  EXPECT_TRUE(result->exact);
  EXPECT_EQ(result->engine, "word");
  EXPECT_EQ(difference(word, *result), "");
  EXPECT_THAT(result->exactness, HasSubstr("short enough to go word by word"));
  EXPECT_EQ(failed_audit(*result), "");
}

TEST(SharedLinkRun, MeasuresAWindowWhenTheRunIsTooLongForTheBudget) {
  const ContractCase built = draw_traffic({8, 24, 64, 30, 0.3}, 4).build();
  Options options;
  options.data = false;
  options.sample_hops = 40'000;
  const auto result = run(built, options);
  ASSERT_TRUE(result.ok());
  ASSERT_TRUE(result->error_percent.has_value());
  EXPECT_LT(*result->error_percent, 3);
  EXPECT_THAT(result->exactness, HasSubstr("words delivered checked word by word up to cycle"));
  const auto again = run(built, options);
  EXPECT_EQ(again->exactness, result->exactness);
  EXPECT_EQ(again->cycles, result->cycles);
  EXPECT_EQ(again->error_percent, result->error_percent);
}

TEST(SharedLinkRun, SaysSoWhenNothingWasMeasured) {
  const ContractCase built = crossing_row(2, 2, 20, 2).build();
  Options options;
  options.sample_hops = 0;
  const auto result = run(built, options);
  ASSERT_TRUE(result.ok());
  EXPECT_FALSE(result->exact);
  EXPECT_FALSE(result->error_percent.has_value());
  EXPECT_THAT(result->exactness, HasSubstr("not checked word by word"));
}

TEST(SharedLinkRun, StaysExactWhereTrainsNeverMeet) {
  ProgramSpec spec = crossing_row(2, 2, 20, 2);
  spec.programs[1].insert(spec.programs[1].begin(), {Opcode::busy, 60});
  const auto result = run(spec.build(), {});
  ASSERT_TRUE(result.ok());
  EXPECT_TRUE(result->exact);
  EXPECT_FALSE(result->trains);
  EXPECT_FALSE(result->error_percent.has_value());
  EXPECT_EQ(result->cycles.count(), 60 + 20 + 7);
}

TEST(SharedLinkRun, KeepsTheCyclesARecordedWindowShows) {
  const ContractCase built = crossing_row(2, 2, 20, 2).build();
  Options options;
  options.window = Window{{0, 0, 4, 1}, 0, 1000, 1000};
  const auto result = run(built, options);
  ASSERT_TRUE(result.ok());
  EXPECT_FALSE(result->exact);
  EXPECT_FALSE(result->trains);
  EXPECT_EQ(result->cycles.count(), 20 + 7);
  EXPECT_NEAR(result->error_percent.value_or(0), 100.0 * 19 / 46, 1e-9);
}

// The trains meet, and then a tile waits for words nobody sends.
TEST(SharedLinkRun, NamesADeadlock) {
  ProgramSpec spec = crossing_row(2, 2, 20, 2);
  spec.programs[3].push_back({Opcode::recv_set, 4, -1, 1});
  const auto result = run(spec.build(), {});
  ASSERT_TRUE(result.ok());
  ASSERT_FALSE(result->deadlock.empty());
  EXPECT_THAT(result->deadlock.front(), HasSubstr("tile (3,0)"));
}

// Values never depend on who shares links with whom.
TEST(SharedLinkRun, HasTheValuesOfTheWordEngine) {
  ProgramSpec spec = crossing_row(2, 2, 12, 2);
  for (std::size_t tile = 0; tile < spec.programs.size(); ++tile) {
    auto& program = spec.programs[tile];
    for (StepSpec& step : program) {
      step.at = 0;
    }
    StepSpec fill{Opcode::vfill, 12};
    fill.at = 0;
    fill.inner = 10 + static_cast<int>(tile);
    program.insert(program.begin(), fill);
    program.push_back({Opcode::wait, 0, -1, -1, -1, tile < 2 ? 0 : 1});
    StepSpec show{Opcode::probe, 12};
    show.at = 0;
    program.push_back(show);
  }
  const ContractCase built = spec.build();
  Options options;
  options.engine = EngineKind::dataflow;
  const auto result = run(built, options);
  options.engine = EngineKind::word;
  const auto word = run(built, options);
  ASSERT_TRUE(result.ok() && word.ok());
  ASSERT_TRUE(result->trains);
  ASSERT_FALSE(word->tensors.empty());
  for (const auto& [name, tensor] : word->tensors) {
    EXPECT_EQ(result->tensors.at(name).values, tensor.values) << name;
  }
}

}  // namespace
}  // namespace weft::sim
