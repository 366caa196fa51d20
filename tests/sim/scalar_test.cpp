// SPDX-License-Identifier: Apache-2.0
// Little state changes nothing: all that a run's result holds is what the general dataflow engine
// says. What the scalar engine declines runs there anyway.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "contract_case.h"
#include "isa/text.h"
#include "isa/verify.h"
#include "kernel_program.h"
#include "random_program.h"
#include "shrink_program.h"
#include "sim/simulate.h"
#include "tests/isa/loaded.h"
#include "word_oracle.h"

namespace weft::sim {
namespace {

#if defined(__SANITIZE_ADDRESS__) || !defined(NDEBUG)
constexpr int kCases = 1000;
#else
constexpr int kCases = 20000;
#endif

struct Seen {
  bool lean = false;
  bool trains = false;
  bool deadlock = false;
  std::int64_t cycles = 0;
  std::string why_not;
};

// What differs, empty where nothing does.
std::string difference(const ContractCase& drawn, std::int64_t quantum = 4096,
                       Seen* seen = nullptr) {
  Options options;
  options.data = false;
  options.engine = EngineKind::dataflow;
  options.sample_hops = 0;
  options.scalar = true;
  options.quantum = quantum;
  const auto lean = simulate(drawn.bundle, drawn.machine, {}, options);
  options.lean = false;
  const auto general = simulate(drawn.bundle, drawn.machine, {}, options);
  if (!lean.ok() || !general.ok()) {
    return lean.ok() == general.ok() ? "" : "one of them fails";
  }
  if (seen != nullptr) {
    *seen = {lean->lean, lean->trains, !general->deadlock.empty(), general->cycles.count(),
             lean->general_because};
  }
  // Where words of two trains may have met, each says so by what it knows of them: stretches of
  // words or whole trains. Whoever is sure that they did not must agree with the word engine.
  if (lean->exact != general->exact) {
    options.engine = EngineKind::word;
    const auto word = simulate(drawn.bundle, drawn.machine, {}, options);
    const std::int64_t sure = (lean->exact ? lean : general)->cycles.count();
    return word.ok() && word->cycles.count() == sure
               ? ""
               : fmt::format("\nsure of {} cycles, word by word not", sure);
  }
  std::string text;
  const auto compare = [&](const std::string& what, const auto& a, const auto& b) {
    if (a != b) {
      text += fmt::format("\n{}: {}, general {}", what, a, b);
    }
  };
  compare("cycles", lean->cycles.count(), general->cycles.count());
  compare("instructions", lean->instructions, general->instructions);
  compare("words sent", lean->words_sent, general->words_sent);
  compare("MACs", lean->macs, general->macs);
  compare("SRAM", lean->sram_peak_bytes, general->sram_peak_bytes);
  compare("engine", lean->engine, general->engine);
  compare("exactness", lean->exactness, general->exactness);
  compare("exact", lean->exact, general->exact);
  compare("deadlock", fmt::format("{}", fmt::join(lean->deadlock, "\n")),
          fmt::format("{}", fmt::join(general->deadlock, "\n")));
  compare("tiles", lean->tiles.size(), general->tiles.size());
  for (std::size_t t = 0; t < general->tiles.size(); ++t) {
    const TileResult& a = lean->tiles[t];
    const TileResult& b = general->tiles[t];
    for (std::size_t bin = 0; bin < kBins; ++bin) {
      compare(fmt::format("tile {}, bin {}", t, bin), a.bins[bin], b.bins[bin]);
    }
    compare(fmt::format("tile {}, words sent", t), a.words_sent, b.words_sent);
    compare(fmt::format("tile {}, words received", t), a.words_received, b.words_received);
    compare(fmt::format("tile {}, MACs", t), a.macs, b.macs);
  }
  const auto audits = [](const RunResult& result) {
    std::string lines;
    for (const Audit& audit : result.audits) {
      lines += fmt::format("\n{} {} {}", audit.name, audit.ok, audit.detail);
    }
    for (const OpInstance& op : result.ops) {
      lines += fmt::format("\nop {} {} {} {}", op.graph_op, op.outer, op.inner, op.end.count());
    }
    return lines;
  };
  compare("bins by op", fmt::format("{}", lean->op_bins), fmt::format("{}", general->op_bins));
  compare("audits and ops", audits(*lean), audits(*general));
  return text;
}

bool unpaced(const arch::Machine& machine) {
  const auto& pace = machine.fabric().words_per_cycle();
  return pace.num() == pace.den();
}

// Both ends of every train take as many words: what the verifier refuses otherwise.
bool trains_fit(const ContractCase& drawn) {
  const auto violations = isa::find_violations(isa::loaded(drawn.bundle), drawn.machine);
  return std::none_of(violations.begin(), violations.end(), [](const std::string& line) {
    return line.find("give both ends as many elements") != std::string::npos;
  });
}

TEST(Scalar, RandomProgramsGiveWhatTheGeneralEngineAndTheOracleSay) {
  constexpr std::int64_t kQuanta[] = {4096, 1, 64, 1 << 20};
  std::map<std::string, int> declined;
  int valid = 0;
  int ran = 0;
  for (std::uint64_t seed = 31000; seed < 31000 + kCases; ++seed) {
    const ProgramSpec spec = draw_program(seed);
    const std::int64_t quantum = kQuanta[seed % 4];
    const ContractCase drawn = spec.build();
    Seen seen;
    if (!difference(drawn, quantum, &seen).empty()) {
      const ProgramSpec small = shrink(
          spec, [&](const ProgramSpec& s) { return !difference(s.build(), quantum).empty(); });
      FAIL() << "seed " << seed << ", shrunk: " << difference(small.build(), quantum) << "\n"
             << small.text();
    }
    if (!seen.deadlock && unpaced(drawn.machine) && trains_fit(drawn)) {
      ++valid;
      ran += seen.lean ? 1 : 0;
      ++declined[seen.why_not];
    }
    if (seen.lean && seed % 4 == 0) {
      Options options;
      options.data = false;
      options.scalar = true;
      const OracleResult oracle = run_word_oracle(drawn.bundle, drawn.machine);
      const auto lean = simulate(drawn.bundle, drawn.machine, {}, options);
      ASSERT_FALSE(oracle.deadlock) << "seed " << seed;
      ASSERT_EQ(lean->cycles.count(), oracle.cycles) << "seed " << seed << "\n" << spec.text();
    }
  }
  for (const auto& [why_not, count] : declined) {
    fmt::print("{:6} {}\n", count, why_not.empty() ? "on little state" : why_not);
  }
  EXPECT_GT(valid * 3, kCases);
  EXPECT_GT(ran * 100, valid * 98) << ran << " of " << valid << " unpaced programs without a fault";
}

// Times are kept in 32 bits, from an epoch that moves on.
TEST(Scalar, RandomProgramsOfBillionsOfCyclesGiveWhatTheGeneralEngineSays) {
  int ran = 0;
  std::int64_t longest = 0;
  for (std::uint64_t seed = 53000; seed < 53000 + kCases / 5; ++seed) {
    ProgramSpec spec = draw_program(seed);
    for (std::vector<StepSpec>& program : spec.programs) {
      for (StepSpec& step : program) {
        step.amount *= step.opcode == isa::Opcode::busy ? 1'000'000 : 1;
      }
    }
    const std::int64_t quantum = std::int64_t{1} << (seed % 2 == 0 ? 26 : 40);
    Seen seen;
    const std::string text = difference(spec.build(), quantum, &seen);
    ASSERT_TRUE(text.empty()) << "seed " << seed << text << "\n" << spec.text();
    ran += seen.lean ? 1 : 0;
    longest = std::max(longest, seen.lean ? seen.cycles : 0);
  }
  fmt::print("{:6} of {} programs, the longest {} cycles\n", ran, kCases / 5, longest);
  EXPECT_GT(ran * 3, kCases / 5);
  EXPECT_GT(longest, std::int64_t{1} << 29);  // some epochs
}

TEST(Scalar, RandomKernelsGiveWhatTheGeneralEngineSays) {
  int ran = 0;
  for (std::uint64_t seed = 42000; seed < 42000 + kCases / 5; ++seed) {
    const ContractCase drawn = draw_kernels(seed);
    Seen seen;
    const std::string text = difference(drawn, seed % 2 == 0 ? 4096 : 16, &seen);
    ASSERT_TRUE(text.empty()) << "seed " << seed << text << "\n"
                              << isa::print_bundle(drawn.bundle)
                              << drawn.machine.ShortDebugString();
    ASSERT_TRUE(seen.lean || seen.trains || seen.why_not == "trains met on a shared link")
        << "seed " << seed << ": " << seen.why_not;
    ran += seen.lean ? 1 : 0;
  }
  fmt::print("{:6} of {} kernels on little state, in the others trains met\n", ran, kCases / 5);
  EXPECT_GT(ran * 2, kCases / 5);
}

TEST(Scalar, ProgressGoesOnlyForthAndStopsTheRun) {
  const ContractCase drawn = draw_kernels(42001);
  Options options;
  options.data = false;
  options.engine = EngineKind::dataflow;
  options.sample_hops = 0;
  options.scalar = true;
  options.quantum = 16;
  std::int64_t last_cycle = 0;
  double last_fraction = 0;
  int calls = 0;
  options.progress = [&](std::int64_t cycle, double fraction) {
    EXPECT_TRUE(fraction >= 0 && fraction <= 1) << fraction;
    // The last call comes when nobody runs any more.
    EXPECT_TRUE(fraction == 1 || (cycle >= last_cycle && fraction >= last_fraction));
    last_cycle = cycle;
    last_fraction = fraction;
    ++calls;
    return true;
  };
  const auto all = simulate(drawn.bundle, drawn.machine, {}, options);
  ASSERT_TRUE(all.ok());
  EXPECT_TRUE(all->lean) << all->general_because;
  EXPECT_GT(calls, 3);
  options.progress = [&](std::int64_t cycle, double) { return cycle < 20; };
  const auto stopped = simulate(drawn.bundle, drawn.machine, {}, options);
  ASSERT_FALSE(stopped.ok());
  EXPECT_EQ(stopped.error().kind, ErrorKind::failed);
}

class ScalarContract : public ::testing::TestWithParam<ContractRow> {};

TEST_P(ScalarContract, GivesWhatTheGeneralEngineSays) {
  const ContractRow& row = GetParam();
  const ContractCase contract = build_case(row);
  Seen seen;
  EXPECT_EQ(difference(contract, 4096, &seen), "") << row.label();
  EXPECT_EQ(seen.lean, row.expected != "deadlock" && unpaced(contract.machine))
      << row.label() << ": " << seen.why_not;
}

INSTANTIATE_TEST_SUITE_P(
    Golden, ScalarContract,
    ::testing::ValuesIn(read_contract(WEFT_SOURCE_DIR "/tests/sim/contract/golden.csv")),
    [](const auto& row) { return "row" + std::to_string(row.index) + "_" + row.param.name; });

}  // namespace
}  // namespace weft::sim
