// SPDX-License-Identifier: Apache-2.0
// What is measured does what its row says.
#include <gmock/gmock.h>

#include "arch/machine.h"
#include "bench/measurements.h"
#include "bench/shift_loop.h"
#include "bench/wse2_part.h"
#include "isa/verify.h"
#include "sim/simulate.h"

namespace weft::bench {
namespace {

TEST(Programs, TheVerifierPassesTheShiftLoop) {
  EXPECT_THAT(isa::find_violations(shift_loop(8, 3), *wse2_part(8)), testing::IsEmpty());
}

TEST(Programs, BothDataflowEnginesExecuteTheInstructionsOfTheLoop) {
  const auto few = (*scalar_dataflow(8, 3))();
  const auto many = (*scalar_dataflow(8, 5))();
  ASSERT_TRUE(few.ok() && many.ok());
  // What stands around the loop is the same; `end` counts as an instruction of a step.
  const double steps = (many->amounts[0] - few->amounts[0]) / (8 * 8 * 2);
  EXPECT_EQ(steps, kShiftLoopInstructions);
  const auto vectors = (*vector_dataflow(8, 5))();
  ASSERT_TRUE(vectors.ok()) << vectors.error().message;
  EXPECT_EQ(vectors->amounts[0], 8 * 8 * 5);
  EXPECT_EQ(vectors->amounts[1], 8 * 8 * 5 * kShiftLoopInstructions);
}

TEST(Programs, TheShiftLoopTakesTheSameCyclesOnAnyNumberOfThreads) {
  constexpr int kSide = 300;  // planes large enough to be shared out
  const auto machine = wse2_part(kSide);
  const isa::Bundle bundle = shift_loop(kSide, 3);
  sim::Options options;
  options.data = false;
  options.repeat = false;
  options.threads = 1;
  const auto alone = sim::simulate(bundle, *machine, {}, options);
  ASSERT_TRUE(alone.ok() && alone->vectors);
  EXPECT_EQ(alone->threads, 1);
  for (const int threads : {2, 3}) {
    options.threads = threads;
    const auto shared = sim::simulate(bundle, *machine, {}, options);
    ASSERT_TRUE(shared.ok());
    EXPECT_EQ(shared->threads, threads);
    EXPECT_EQ(shared->cycles, alone->cycles);
    for (std::size_t i = 0; i < alone->tiles.size(); ++i) {
      ASSERT_EQ(shared->tiles[i].bins, alone->tiles[i].bins) << "tile " << i;
    }
  }
}

TEST(Programs, CombsFillHalfOfTheRegistersAndAPausingSourceFewer) {
  using sim::DenseMoves;
  const auto full = (*word_hops(128, 1, 1, 64, DenseMoves::automatic))();
  const auto tenth = (*word_hops(128, 1, 10, 100, DenseMoves::never))();
  ASSERT_TRUE(full.ok() && tenth.ok());
  EXPECT_NEAR(full->amounts[0] / 64 / (8 * 128 * 128), 0.5, 0.05);
  EXPECT_NEAR(tenth->amounts[0] / 100 / (8 * 128 * 128), 0.05, 0.01);
}

TEST(Programs, AGemmCountsTwoOperationsForEachProduct) {
  const auto sample = (*tile_gemm(12, 3))();
  ASSERT_TRUE(sample.ok());
  EXPECT_EQ(sample->amounts[0], 3 * 2 * 12 * 12 * 12);
}

TEST(Load, CostSurvivesItsLineOfText) {
  const LoadCost cost{0.125, 123456789, "vectors of tiles"};
  const auto read = parse_load_cost(print_load_cost(cost));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->cpu_seconds, cost.cpu_seconds);
  EXPECT_EQ(read->peak_bytes, cost.peak_bytes);
  EXPECT_EQ(read->engine, cost.engine);
  EXPECT_FALSE(parse_load_cost("").ok());
}

TEST(Load, IsMeasuredInAProcessOfItsOwn) {
  const auto sample = (*load_wafer({true, {WEFT_BINARY, "bench", "--load-once", "--quick"}}))();
  ASSERT_TRUE(sample.ok()) << sample.error().message;
  EXPECT_GT(sample->cpu_seconds, 0);
  EXPECT_GT(sample->amounts[1], 1e6);
  EXPECT_EQ(sample->note, "vectors of tiles");
}

TEST(Load, AProcessThatFailsIsTold) {
  const auto failed = (*load_wafer({true, {WEFT_BINARY, "--no-such-option"}}))();
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().kind, ErrorKind::failed);
  const auto missing = (*load_wafer({true, {"/no/such/program"}}))();
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().kind, ErrorKind::io);
}

}  // namespace
}  // namespace weft::bench
