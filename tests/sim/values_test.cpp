// SPDX-License-Identifier: Apache-2.0
// Values worked out apart from times, on one or more threads: nothing a run shows differs from what
// the engine that does both shows, tile by tile, nor from what the word engine shows.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "data_program.h"
#include "isa/verify.h"
#include "random_program.h"
#include "shrink_program.h"
#include "sim/simulate.h"
#include "sim/values/executor.h"
#include "word/same_run.h"

namespace weft::sim {
namespace {

#if defined(__SANITIZE_ADDRESS__) || !defined(NDEBUG)
constexpr int kCases = 300;
#else
constexpr int kCases = 5000;
#endif

int cases() {
  const char* const more = std::getenv("WEFT_PROPERTY_CASES");
  return more == nullptr ? kCases : std::atoi(more);
}

std::string audits_of(const RunResult& result) {
  std::string text;
  for (const Audit& audit : result.audits) {
    text += fmt::format("{} {} {}\n", audit.name, audit.ok, audit.detail);
  }
  return text + fmt::format("SRAM {}", result.sram_peak_bytes);
}

// What differs from a run in which one engine did both, empty where nothing does.
std::string differs(const ContractCase& drawn, const RunResult& both, Options options) {
  const auto apart = simulate(drawn.bundle, drawn.machine, {}, options);
  if (!apart) {
    return apart.error().message;
  }
  std::string text = difference(both, *apart);
  if (apart->deadlock != both.deadlock) {
    text += "\nanother deadlock";
  }
  if (audits_of(*apart) != audits_of(both)) {
    text += "\naudits: " + audits_of(*apart) + " and " + audits_of(both);
  }
  return text.empty() ? text : fmt::format("{} threads: ", options.threads) + text;
}

std::string differs(const ProgramSpec& spec, WordFault fault = {}) {
  const ContractCase drawn = spec.build();
  Options options;
  options.fault = fault;
  options.scalar = true;
  const auto both = simulate(drawn.bundle, drawn.machine, {}, options);
  options.scalar = false;
  std::string text;
  for (const int threads : {1, 2, 4}) {
    options.threads = threads;
    if (!both) {
      const auto apart = simulate(drawn.bundle, drawn.machine, {}, options);
      text += apart.ok() || apart.error().message != both.error().message ? "another error" : "";
    } else {
      text += differs(drawn, *both, options);
    }
  }
  return text;
}

// How the values end by themselves, and what they are.
values::Executor::End end_of(const ContractCase& drawn, int threads,
                             std::map<std::string, DenseTensor>& tensors) {
  Options options;
  options.threads = threads;
  auto executor = values::Executor::create(drawn.bundle, drawn.machine, {}, options);
  EXPECT_TRUE(executor.ok());
  (*executor)->start();
  const auto end = (*executor)->finish(nullptr);
  tensors = (*executor)->take_tensors();
  return end;
}

TEST(Values, ProgramsThatShowValuesShowTheSameOnOneTwoAndFourThreads) {
  int accepted = 0;
  std::size_t shown = 0;
  for (int i = 0; i < cases(); ++i) {
    const auto seed = static_cast<std::uint64_t>(i) + 11'000'000;
    const ProgramSpec spec = draw_data_program(seed);
    const ContractCase drawn = spec.build();
    if (!isa::find_violations(drawn.bundle, drawn.machine).empty()) {
      continue;
    }
    ++accepted;
    if (!differs(spec).empty()) {
      const ProgramSpec small = shrink(spec, [](const ProgramSpec& s) {
        const ContractCase c = s.build();
        return isa::find_violations(c.bundle, c.machine).empty() && !differs(s).empty();
      });
      FAIL() << "seed " << seed << ": " << differs(small) << "\n" << small.text();
    }
    std::map<std::string, DenseTensor> tensors;
    ASSERT_EQ(end_of(drawn, 1 + i % 3, tensors), values::Executor::End::finished)
        << "seed " << seed << "\n"
        << spec.text();
    shown += tensors.size();
  }
  fmt::print("{} of {} programs accepted, {} tensors shown\n", accepted, cases(), shown);
  EXPECT_GT(accepted * 10, cases() * 3);
  EXPECT_GT(shown, static_cast<std::size_t>(accepted));
}

TEST(Values, ProgramsThatMayDeadlockEndAsTheyDoTileByTile) {
  using End = values::Executor::End;
  int finished = 0;
  int stuck = 0;
  for (int i = 0; i < cases(); ++i) {
    const auto seed = static_cast<std::uint64_t>(i) + 12'000'000;
    const ProgramSpec spec = draw_program(seed);
    if (!differs(spec).empty()) {
      const ProgramSpec small =
          shrink(spec, [](const ProgramSpec& s) { return !differs(s).empty(); });
      FAIL() << "seed " << seed << ": " << differs(small) << "\n" << small.text();
    }
    const ContractCase drawn = spec.build();
    std::map<std::string, DenseTensor> tensors;
    const End end = end_of(drawn, 1 + i % 3, tensors);
    Options timing;
    timing.data = false;
    const auto timed = simulate(drawn.bundle, drawn.machine, {}, timing);
    // Never stricter than the machine: what ends there ends here.
    ASSERT_TRUE(end != End::stuck || !timed->deadlock.empty()) << "seed " << seed << "\n"
                                                               << spec.text();
    finished += end == End::finished ? 1 : 0;
    stuck += end == End::stuck ? 1 : 0;
  }
  fmt::print("{} programs, {} finished, {} stuck\n", cases(), finished, stuck);
  EXPECT_GT(finished * 4, cases());
  EXPECT_GT(stuck * 100, cases());
}

TEST(Values, AreThoseOfTheWordEngine) {
  for (int i = 0; i < cases() / 10; ++i) {
    const auto seed = static_cast<std::uint64_t>(i) + 13'000'000;
    const ContractCase drawn = draw_data_program(seed).build();
    if (!isa::find_violations(drawn.bundle, drawn.machine).empty()) {
      continue;
    }
    Options options;
    options.engine = EngineKind::word;
    const auto word = simulate(drawn.bundle, drawn.machine, {}, options);
    options.engine = EngineKind::automatic;
    options.threads = 1 + i % 4;
    const auto apart = simulate(drawn.bundle, drawn.machine, {}, options);
    ASSERT_TRUE(word.ok() && apart.ok()) << "seed " << seed;
    ASSERT_EQ(difference(*word, *apart), "") << "seed " << seed;
  }
}

TEST(Values, AFlippedWordIsFlippedHereToo) {
  int changed = 0;
  for (int i = 0; i < cases() / 20; ++i) {
    const auto seed = static_cast<std::uint64_t>(i) + 14'000'000;
    const ProgramSpec spec = draw_data_program(seed);
    const ContractCase drawn = spec.build();
    if (!isa::find_violations(drawn.bundle, drawn.machine).empty()) {
      continue;
    }
    const TreeSpec& tree = spec.trees[seed % spec.trees.size()];
    const WordFault fault{tree.color, tree.source, static_cast<std::int64_t>(seed % 7), 1u << 14};
    ASSERT_EQ(differs(spec, fault), "") << "seed " << seed << "\n" << spec.text();
    Options plain;
    Options flipped;
    flipped.fault = fault;
    const auto before = simulate(drawn.bundle, drawn.machine, {}, plain);
    const auto after = simulate(drawn.bundle, drawn.machine, {}, flipped);
    ASSERT_TRUE(before.ok() && after.ok());
    changed += difference(*before, *after).empty() ? 0 : 1;
  }
  EXPECT_GT(changed, 0);
}

TEST(Values, ARunThatIsStoppedEnds) {
  const ContractCase drawn = draw_data_program(11'000'003).build();
  Options options;
  options.threads = 3;
  int asked = 0;
  options.progress = [&](std::int64_t, double) { return ++asked < 2; };
  const auto result = simulate(drawn.bundle, drawn.machine, {}, options);
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.error().message.find("stopped"), std::string::npos) << result.error().message;
}

}  // namespace
}  // namespace weft::sim
