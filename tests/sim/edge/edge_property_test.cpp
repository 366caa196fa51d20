// SPDX-License-Identifier: Apache-2.0
// Random programs that also read and write edge memory: both engines agree on every cycle, bin,
// value and verdict, and the verifier on what ends. WEFT_PROPERTY_CASES (a slice) and
// WEFT_PROPERTY_SEED draw others.
#include <gtest/gtest.h>

#include "arch/machine.h"
#include "edge/random_edge.h"
#include "isa/bundle.h"
#include "isa/verify.h"
#include "property_cases.h"
#include "random_program.h"
#include "shrink_program.h"
#include "tests/isa/loaded.h"
#include "word/same_run.h"

namespace weft::sim {
namespace {

#if defined(__SANITIZE_ADDRESS__) || !defined(NDEBUG)
constexpr int kCases = 60;
#else
constexpr int kCases = 2000;
#endif
constexpr int kSlices = 4;

ProgramSpec draw(std::uint64_t seed) {
  ProgramSpec spec = draw_program(seed);
  Dice dice(seed + 1);
  add_edge(dice, spec);
  return spec;
}

struct Tally {
  std::uint64_t at_edge = 0, sound = 0, moved = 0;
};

std::string spec_differs(const ProgramSpec& spec, std::int64_t quantum, Tally* tally = nullptr) {
  ContractCase drawn = spec.build();
  if (!arch::check_machine(drawn.machine).ok()) {
    return "";  // shrunk to fewer tiles than channels
  }
  const bool sound = isa::verify(isa::loaded(drawn.bundle), drawn.machine).ok();
  const TensorSource tensors = fill_edge(drawn.bundle);
  Options options;
  options.data = sound;  // free of races, so that values have to agree
  options.quantum = quantum == 64 ? 7 : 4096;
  const auto dataflow = simulate(drawn.bundle, drawn.machine, tensors, options);
  options.engine = EngineKind::word;
  options.quantum = quantum;
  const auto word = simulate(drawn.bundle, drawn.machine, tensors, options);
  if (!word.ok() || !dataflow.ok()) {
    return "a run failed: " + (word.ok() ? dataflow.error() : word.error()).message;
  }
  if (tally != nullptr) {
    std::int64_t waited = 0;
    for (const TileResult& tile : word->tiles) {
      waited += tile.bins[static_cast<std::size_t>(Bin::memory)];
    }
    tally->at_edge += waited > 0 ? 1 : 0;
    tally->sound += sound ? 1 : 0;
    if (sound) {
      const bool moved = word->tensors.at("edge").values != tensors.host.at("host.edge").values;
      tally->moved += moved ? 1 : 0;
    }
  }
  if (sound && !word->deadlock.empty()) {
    return "accepted by the verifier, and never ends";
  }
  return difference(*word, *dataflow);
}

class EdgeProperty : public ::testing::TestWithParam<int> {};

TEST_P(EdgeProperty, RandomProgramsAgreeOnBothEngines) {
  const std::uint64_t cases = number_from("WEFT_PROPERTY_CASES", kCases);
  const std::uint64_t first =
      number_from("WEFT_PROPERTY_SEED", 91000000) + static_cast<std::uint64_t>(GetParam()) * cases;
  Tally tally;
  for (std::uint64_t seed = first; seed < first + cases; ++seed) {
    const ProgramSpec spec = draw(seed);
    const std::int64_t quantum = seed % 4 == 0 ? 5 : seed % 4 == 1 ? 64 : 1 << 20;
    if (spec_differs(spec, quantum, &tally).empty()) {
      continue;
    }
    const ProgramSpec small =
        shrink(spec, [&](const ProgramSpec& s) { return !spec_differs(s, quantum).empty(); });
    FAIL() << "seed " << seed << ", shrunk: " << spec_differs(small, quantum) << "\n"
           << small.machine.edge().ShortDebugString() << "\n"
           << small.text();
  }
  // None may be rare, or the test says little; among few draws they may be.
  EXPECT_GT(tally.at_edge * 3, cases);
  if (cases >= 1000) {
    EXPECT_GT(tally.sound * 20, cases);
    EXPECT_GT(tally.moved * 40, cases);
  }
}

INSTANTIATE_TEST_SUITE_P(Slices, EdgeProperty, ::testing::Range(0, kSlices));

}  // namespace
}  // namespace weft::sim
