// SPDX-License-Identifier: Apache-2.0
// The train model where every color has its links to itself.
#include <gtest/gtest.h>

#include <cmath>

#include "random_program.h"
#include "trains/run_trains.h"

namespace weft::sim {
namespace {

#if defined(__SANITIZE_ADDRESS__) || !defined(NDEBUG)
constexpr std::uint64_t kPrograms = 200;
#else
constexpr std::uint64_t kPrograms = 6000;
#endif

bool is_paced(const arch::Machine& machine) {
  const auto& pace = machine.fabric().words_per_cycle();
  return pace.num() != pace.den();
}

bool same_ops(const RunResult& a, const RunResult& b) {
  return std::equal(a.tiles.begin(), a.tiles.end(), b.tiles.begin(), b.tiles.end(),
                    [](const TileResult& x, const TileResult& y) {
                      return x.words_sent == y.words_sent && x.words_received == y.words_received &&
                             x.macs == y.macs &&
                             x.bins[static_cast<std::size_t>(Bin::idle)] ==
                                 y.bins[static_cast<std::size_t>(Bin::idle)];
                    });
}

TEST(TrainModel, EndsEveryTileInTheExactCycleOnExclusiveLinks) {
  int compared = 0;
  for (std::uint64_t seed = 1; seed <= kPrograms; ++seed) {
    const ProgramSpec spec = draw_program(seed);
    if (is_paced(spec.machine)) {
      continue;
    }
    const ContractCase built = spec.build();
    const RunResult exact = run_engine(built, EngineKind::dataflow);
    const RunResult trains = run_trains(built);
    ASSERT_EQ(exact.deadlock.empty(), trains.deadlock.empty()) << "seed " << seed << spec.text();
    if (exact.deadlock.empty()) {
      ++compared;
      ASSERT_EQ(exact.cycles.count(), trains.cycles.count()) << "seed " << seed << spec.text();
      ASSERT_TRUE(same_ops(exact, trains)) << "seed " << seed << spec.text();
      ASSERT_EQ(exact.instructions, trains.instructions) << "seed " << seed << spec.text();
    }
  }
  EXPECT_GT(compared, static_cast<int>(kPrograms / 3));
}

// Paces are fractions of a word a cycle, which the model does not count one by one.
TEST(TrainModel, IsNearTheExactCycleOnPacedLinks) {
  double sum = 0;
  int compared = 0;
  for (std::uint64_t seed = 1; seed <= kPrograms; ++seed) {
    const ProgramSpec spec = draw_program(seed);
    if (!is_paced(spec.machine)) {
      continue;
    }
    const ContractCase built = spec.build();
    const RunResult exact = run_engine(built, EngineKind::dataflow);
    const RunResult trains = run_trains(built);
    if (exact.deadlock.empty() && trains.deadlock.empty()) {
      const double error = std::abs(error_of(trains, exact));
      const auto cycles = std::abs((trains.cycles - exact.cycles).count());
      EXPECT_TRUE(error < 12 || cycles <= 6) << "seed " << seed << ": " << error << " %";
      sum += error;
      ++compared;
    }
  }
  EXPECT_LT(sum / compared, 2);
}

class GoldenTrains : public ::testing::TestWithParam<ContractRow> {};

TEST_P(GoldenTrains, ReproducesTheRow) {
  const ContractRow& row = GetParam();
  const RunResult result = run_trains(build_case(row));
  if (row.expected == "deadlock") {
    EXPECT_FALSE(result.deadlock.empty()) << row.label();
    return;
  }
  ASSERT_TRUE(result.deadlock.empty()) << row.label();
  const bool paced = row.pace_den != row.pace_num;
  EXPECT_NEAR(double(result.cycles.count()), std::stod(row.expected), paced ? 3 : 0) << row.label();
  EXPECT_EQ(failed_audit(result), "") << row.label();
}

INSTANTIATE_TEST_SUITE_P(
    Rows, GoldenTrains,
    ::testing::ValuesIn(read_contract(WEFT_SOURCE_DIR "/tests/sim/contract/golden.csv")),
    [](const auto& row) { return "row" + std::to_string(row.index) + "_" + row.param.name; });

}  // namespace
}  // namespace weft::sim
