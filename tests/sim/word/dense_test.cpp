// SPDX-License-Identifier: Apache-2.0
// Words moved all at once over planes of bits: the same cycles as one by one.
#include "sim/word/dense.h"

#include <gtest/gtest.h>

#include <random>

#include "random_program.h"
#include "shrink_program.h"
#include "sim/word/engine.h"
#include "word/same_run.h"
#include "word/wide_program.h"

namespace weft::sim {
namespace {

RunResult run(const ContractCase& built, DenseMoves dense, EngineKind engine = EngineKind::word) {
  Options options;
  options.engine = engine;
  options.dense = dense;
  options.data = false;
  auto result = simulate(built.bundle, built.machine, {}, options);
  EXPECT_TRUE(result.ok()) << result.error().message;
  return std::move(result).value();
}

// The machine of a drawn program, with one register a hop.
ContractCase one_register_a_hop(ProgramSpec spec) {
  auto& fabric = *spec.machine.mutable_fabric();
  fabric.set_hop_latency(1);
  fabric.set_places_per_hop(1);
  fabric.set_turn_latency(0);
  fabric.set_ramp_latency(std::max(1, fabric.ramp_latency()));
  return spec.build();
}

std::string small_differs(const ProgramSpec& spec) {
  const ContractCase built = one_register_a_hop(spec);
  const RunResult dense = run(built, DenseMoves::always);
  const std::string text = difference(dense, run(built, DenseMoves::never));
  return text.empty() ? difference(dense, run(built, DenseMoves::never, EngineKind::dataflow))
                      : text;
}

class Dense : public ::testing::TestWithParam<int> {};

TEST_P(Dense, SmallProgramsAgree) {
#if defined(__SANITIZE_ADDRESS__) || !defined(NDEBUG)
  constexpr std::uint64_t kCases = 60;
#else
  constexpr std::uint64_t kCases = 1000;
#endif
  for (std::uint64_t i = 0; i < kCases; ++i) {
    const std::uint64_t seed = static_cast<std::uint64_t>(GetParam()) * kCases + i;
    const ProgramSpec spec = draw_program(seed);
    if (!small_differs(spec).empty()) {
      const ProgramSpec small =
          shrink(spec, [&](const ProgramSpec& s) { return !small_differs(s).empty(); });
      FAIL() << "seed " << seed << ", shrunk: " << small_differs(small) << "\n" << small.text();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Slices, Dense, ::testing::Range(0, 4));

TEST(DenseWide, RowsOfSeveralWordsAgree) {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    const int width = seed % 3 == 0 ? 64 : seed % 3 == 1 ? 131 : 200;
    const ContractCase built = draw_wide_program(seed, width, 9, 6, 150).build();
    const RunResult dense = run(built, DenseMoves::always);
    EXPECT_TRUE(dense.deadlock.empty());
    EXPECT_EQ(difference(dense, run(built, DenseMoves::never)), "") << seed;
    EXPECT_EQ(difference(dense, run(built, DenseMoves::never, EngineKind::dataflow)), "") << seed;
  }
}

// Colors large enough to go on planes of themselves, and runs that change between the two ways.
TEST(DenseWide, LargeColorsChangeWays) {
  const ContractCase built = draw_wide_program(5, 150, 80, 4, 3000).build();
  Options options;
  options.data = false;
  const auto engine = word::Engine::create(built.bundle, built.machine, {}, options);
  ASSERT_TRUE(engine.ok());
  EXPECT_EQ((*engine)->advance(INT64_MAX), word::Engine::Progress::finished);
  const RunResult mixed = (*engine)->take_result();
  EXPECT_GT((*engine)->sweeps(), 100);
  EXPECT_LT((*engine)->sweeps(), mixed.cycles.count());
  EXPECT_EQ(difference(mixed, run(built, DenseMoves::never)), "");
  EXPECT_EQ(difference(mixed, run(built, DenseMoves::always)), "");
}

// Whatever the processor offers gives the bits of the plain loops.
TEST(DenseKernels, AllSetsGiveTheSameBits) {
  using word::Plane;
  const auto& all = word::all_dense_kernels();
  EXPECT_EQ(all.back().name, "portable");
  std::mt19937_64 random(3);
  for (int round = 0; round < 200; ++round) {
    const word::DenseGeometry shape{1 + random() % 9, 2 + random() % 9};
    const auto plane = [&](int density) {
      Plane bits((shape.height + 2) * shape.stride + 1, 0);
      for (std::size_t y = 1; y <= shape.height; ++y) {
        for (std::size_t w = 1; w < shape.stride; ++w) {
          for (int bit = 0; bit < 64; ++bit) {
            bits[y * shape.stride + w] |=
                static_cast<std::uint64_t>(static_cast<int>(random() % 100) < density) << bit;
          }
        }
      }
      return bits;
    };
    const Plane full = plane(90), held = plane(2);
    const Plane east = plane(80), south = plane(80), west = plane(80), north = plane(80);
    // Now and then no word takes a direction.
    const word::DenseWays ways{east.data(), round % 3 == 0 ? nullptr : south.data(),
                               round % 4 == 0 ? nullptr : west.data(), north.data()};
    std::vector<Plane> outcomes;
    for (const word::DenseKernels& kernels : all) {
      Plane blocked(full.size(), 0), moving = blocked, arriving = blocked, kept = full,
                                     fresh = blocked;
      for (std::size_t i = 0; i < full.size(); ++i) {
        blocked[i] = full[i] & held[i];
      }
      kernels.block_rows(shape, full, south, north, blocked);
      kernels.block_columns(shape, full, east, west, blocked);
      kernels.find_moving(full, blocked, moving);
      const word::DenseMove moved = kernels.move(shape, moving, ways, arriving);
      kernels.settle(arriving, blocked, kept, fresh);
      Plane outcome = blocked;
      for (const Plane& part : {moving, arriving, kept, fresh}) {
        outcome.insert(outcome.end(), part.begin(), part.end());
      }
      outcome.push_back(static_cast<std::uint64_t>(moved.left));
      outcome.push_back(static_cast<std::uint64_t>(moved.entered));
      outcomes.push_back(std::move(outcome));
    }
    for (const Plane& outcome : outcomes) {
      ASSERT_EQ(outcome, outcomes.back()) << round;
    }
  }
}

}  // namespace
}  // namespace weft::sim
