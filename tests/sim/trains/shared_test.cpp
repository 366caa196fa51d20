// SPDX-License-Identifier: Apache-2.0
// The train model against the word engine where colors share links.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "random_program.h"
#include "trains/run_trains.h"
#include "trains/traffic.h"

namespace weft::sim {
namespace {

#if defined(__SANITIZE_ADDRESS__) || !defined(NDEBUG)
constexpr bool kQuick = true;
#else
constexpr bool kQuick = false;
#endif

// Two trains meet on one link, as in SharedLinks.TwoTrainsTakeTurnsWordByWord.
TEST(TrainModel, HalvesALinkBetweenTwoTrains) {
  EXPECT_EQ(run_trains(crossing_row(2, 2, 20, 2).build()).cycles.count(), 2 * 20 + 6);
  EXPECT_EQ(run_trains(crossing_row(2, 2, 500, 2).build()).cycles.count(), 2 * 500 + 6);
}

TEST(TrainModel, IsWithinTwoCyclesWhereColorsCrossInARow) {
  for (const int ramp : {0, 2}) {
    for (const int colors : {2, 3, 5, 8}) {
      for (const int reach : {1, 2, 3, 4}) {
        for (const int words : {1, 8, 64, 512}) {
          const ContractCase built = crossing_row(colors, reach, words, ramp).build();
          const RunResult word = run_engine(built, EngineKind::word);
          const RunResult trains = run_trains(built);
          EXPECT_NEAR(double(trains.cycles.count()), double(word.cycles.count()), 2)
              << fmt::format("{} colors, reach {}, {} words, ramp {}", colors, reach, words, ramp);
          EXPECT_EQ(failed_audit(trains), "");
        }
      }
    }
  }
}

// Forks, forwards, turns and finite places over links that trees share at random.
TEST(TrainModel, IsWithinTwoPercentOrSomeCyclesOnRandomSharedTrees) {
  int met = 0;
  int equal = 0;
  double sum = 0;
  for (std::uint64_t seed = 1; seed <= (kQuick ? 200 : 4000); ++seed) {
    const ProgramSpec spec = draw_program(seed, true);
    const auto& pace = spec.machine.fabric().words_per_cycle();
    const ContractCase built = spec.build();
    const RunResult alone = run_engine(built, EngineKind::dataflow);
    if (pace.num() != pace.den() || alone.exact || !alone.deadlock.empty()) {
      continue;
    }
    const RunResult word = run_engine(built, EngineKind::word);
    const RunResult trains = run_trains(built);
    ASSERT_TRUE(trains.deadlock.empty()) << "seed " << seed << spec.text();
    ++met;
    const double error = error_of(trains, word);
    const auto cycles = std::abs((trains.cycles - word.cycles).count());
    EXPECT_TRUE(std::abs(error) <= 2 || cycles <= 8)
        << fmt::format("seed {}: {} cycles, exactly {}\n", seed, trains.cycles.count(),
                       word.cycles.count())
        << spec.text();
    sum += std::abs(error);
    equal += cycles == 0 ? 1 : 0;
  }
  fmt::print("{} of {} programs equal to the cycle\n", equal, met);
  EXPECT_GT(met, kQuick ? 20 : 500);
  EXPECT_LT(sum / met, 0.3);
}

class TrafficTrains : public ::testing::TestWithParam<std::tuple<int, int, double>> {};

TEST_P(TrafficTrains, IsWithinTwoPercentOfTheWordEngine) {
  const auto [side, words, load] = GetParam();
  for (std::uint64_t seed = 1; seed <= (kQuick || side > 8 ? 2U : 8U); ++seed) {
    const ProgramSpec spec = draw_traffic({side, 24, words, words > 64 ? 4 : 12, load}, seed);
    const ContractCase built = spec.build();
    const RunResult word = run_engine(built, EngineKind::word);
    const RunResult trains = run_trains(built);
    ASSERT_TRUE(word.deadlock.empty() && trains.deadlock.empty());
    EXPECT_LE(std::abs(error_of(trains, word)), 2) << fmt::format(
        "seed {}: {} cycles, exactly {}", seed, trains.cycles.count(), word.cycles.count());
    EXPECT_GT(link_load(spec, word.cycles.count()).mean, 0.8 * load);
    EXPECT_EQ(failed_audit(trains), "");
  }
}

std::string name_of(const ::testing::TestParamInfo<std::tuple<int, int, double>>& info) {
  const auto [side, words, load] = info.param;
  return fmt::format("side{}_words{}_load{}", side, words, std::lround(100 * load));
}

INSTANTIATE_TEST_SUITE_P(Loads, TrafficTrains,
                         ::testing::Combine(::testing::Values(8, 16), ::testing::Values(8, 64, 512),
                                            ::testing::Values(0.05, 0.2, 0.3)),
                         name_of);

}  // namespace
}  // namespace weft::sim
