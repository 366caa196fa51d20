// SPDX-License-Identifier: Apache-2.0
// Random programs over exclusive routes: the dataflow engine agrees with the word oracle on every
// cycle and verdict. WEFT_PROPERTY_CASES and WEFT_PROPERTY_SEED draw others.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <numeric>

#include "property_cases.h"
#include "random_program.h"
#include "shrink_program.h"
#include "sim/simulate.h"
#include "word_oracle.h"

namespace weft::sim {
namespace {

#if defined(__SANITIZE_ADDRESS__) || !defined(NDEBUG)
constexpr int kCases = 600;
#else
constexpr int kCases = 12000;
#endif

// What the engine says other than the oracle, empty where they agree.
std::string difference(const ContractCase& drawn, const OracleResult& expected, bool data,
                       std::int64_t quantum) {
  Options options;
  options.data = data;
  options.quantum = quantum;
  const auto result = simulate(drawn.bundle, drawn.machine, {}, options);
  const std::string how = fmt::format("data {}, quantum {}: ", data ? "on" : "off", quantum);
  if (!result.ok()) {
    return how + result.error().message;
  }
  const bool deadlock = !result->deadlock.empty();
  if (deadlock != expected.deadlock) {
    return how + fmt::format("deadlock {}, oracle {}", deadlock, expected.deadlock) +
           (deadlock ? "\n" + fmt::format("{}", fmt::join(result->deadlock, "\n")) : "");
  }
  std::string text;
  for (std::size_t i = 0; i < result->tiles.size(); ++i) {
    const BinCycles& bins = result->tiles[i].bins;
    const std::int64_t sum = std::accumulate(bins.begin(), bins.end(), std::int64_t{0});
    if (sum != result->cycles.count()) {
      text += fmt::format("\ntile {}: bins sum to {} of {} cycles", i, sum, result->cycles.count());
    }
    const std::int64_t end = sum - bins[static_cast<std::size_t>(Bin::idle)];
    // A program that never ends has no end to compare.
    if (expected.program_ends[i] >= 0 && end != expected.program_ends[i]) {
      text +=
          fmt::format("\ntile {}: program ends at {}, oracle {}", i, end, expected.program_ends[i]);
    }
  }
  if (!deadlock && result->cycles.count() != expected.cycles) {
    text += fmt::format("\n{} cycles, oracle {}", result->cycles.count(), expected.cycles);
  }
  if (!deadlock && !result->exact) {
    text += "\nnot exact: " + result->exactness;
  }
  return text.empty() ? text : how + text;
}

std::string difference(const ProgramSpec& spec, bool thorough, OracleResult* verdict = nullptr) {
  const ContractCase drawn = spec.build();
  const OracleResult expected = run_word_oracle(drawn.bundle, drawn.machine);
  if (verdict != nullptr) {
    *verdict = expected;
  }
  std::string text = difference(drawn, expected, false, 4096);
  if (text.empty() && thorough) {
    for (const bool data : {true, false}) {
      for (const std::int64_t quantum : {7, 64, 4096}) {
        text = text.empty() ? difference(drawn, expected, data, quantum) : text;
      }
    }
  }
  return text;
}

TEST(EngineProperty, RandomProgramsAgreeWithTheOracle) {
  const std::uint64_t first = number_from("WEFT_PROPERTY_SEED", 20240607);
  const std::uint64_t cases = number_from("WEFT_PROPERTY_CASES", kCases);
  std::uint64_t deadlocks = 0;
  std::int64_t cycles = 0;
  for (std::uint64_t i = 0; i < cases; ++i) {
    const std::uint64_t seed = first + i;
    const ProgramSpec spec = draw_program(seed);
    const bool thorough = i % 8 == 0;
    OracleResult verdict;
    if (difference(spec, thorough, &verdict).empty()) {
      deadlocks += verdict.deadlock ? 1 : 0;
      cycles += verdict.cycles;
      continue;
    }
    const ProgramSpec small =
        shrink(spec, [&](const ProgramSpec& s) { return !difference(s, thorough).empty(); });
    FAIL() << "seed " << seed << ", shrunk: " << difference(small, thorough) << "\n"
           << small.text();
  }
  RecordProperty("deadlocks", static_cast<int>(deadlocks));
  fmt::print("{} programs from seed {}: {} deadlock, {} cycles in all\n", cases, first, deadlocks,
             cycles);
  // Neither verdict may be rare, or the test says little.
  EXPECT_GT(deadlocks * 20, cases);
  EXPECT_LT(deadlocks * 2, cases);
}

}  // namespace
}  // namespace weft::sim
