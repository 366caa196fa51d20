// SPDX-License-Identifier: Apache-2.0
// Random programs whose values are looked at. What the verifier accepts ends, and shows the same
// values whatever SRAM held before and however long things take. What it refuses shows that
// something is wrong, or breaks a rule that docs/verifier.md says is stricter than the engine.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <bit>
#include <cstdlib>
#include <map>

#include "data_program.h"
#include "isa/verify.h"
#include "shrink_program.h"
#include "sim/simulate.h"

namespace weft::sim {
namespace {

#if defined(__SANITIZE_ADDRESS__) || !defined(NDEBUG)
constexpr int kCases = 1000;
#else
constexpr int kCases = 20000;
#endif

/// What a run shows: an error, or every word that a probe let out.
struct Shown {
  std::string wrong;
  std::vector<std::uint32_t> words;
  std::size_t tensors = 0;
  bool operator==(const Shown&) const = default;
};

Shown run(const ContractCase& drawn, std::uint8_t fill, std::int64_t quantum) {
  Options options;
  options.sram_fill = fill;
  options.quantum = quantum;
  const auto result = simulate(drawn.bundle, drawn.machine, {}, options);
  Shown shown;
  if (!result.ok()) {
    shown.wrong = result.error().message;
    return shown;
  }
  if (!result->deadlock.empty()) {
    shown.wrong = "deadlock: " + result->deadlock.front();
  }
  for (const Audit& audit : result->audits) {
    if (!audit.ok && shown.wrong.empty()) {
      shown.wrong = audit.name + ": " + audit.detail;
    }
  }
  shown.tensors = result->tensors.size();
  for (const auto& [name, tensor] : result->tensors) {
    for (const float value : tensor.values) {
      shown.words.push_back(std::bit_cast<std::uint32_t>(value));
    }
  }
  return shown;
}

// The same program where everything takes longer, and where places are at least as many.
ContractCase slowed(ContractCase drawn) {
  auto& tile = *drawn.machine.mutable_tile();
  auto& fabric = *drawn.machine.mutable_fabric();
  auto& setup = *tile.mutable_setup();
  setup.set_transfer(setup.transfer() + 7);
  setup.set_compute(3);
  setup.set_scalar(2);
  setup.set_tensor_descriptor(9);
  tile.set_input_queue_words(tile.input_queue_words() + 2);
  fabric.set_ramp_latency(fabric.ramp_latency() + 2);
  fabric.mutable_words_per_cycle()->set_num(1);
  fabric.mutable_words_per_cycle()->set_den(3);
  return drawn;
}

struct Verdict {
  std::vector<std::string> found;
  std::string shows;  ///< what the runs show to be wrong
};

Verdict judge(const ProgramSpec& spec) {
  const ContractCase drawn = spec.build();
  Verdict verdict;
  verdict.found = isa::find_violations(drawn.bundle, drawn.machine);
  const Shown plain = run(drawn, 0, 4096);
  if (!plain.wrong.empty()) {
    verdict.shows = plain.wrong;
  } else if (run(drawn, 0xC1, 4096) != plain) {
    verdict.shows = "values depend on what SRAM held before";
  } else if (run(slowed(drawn), 0, 7) != plain) {
    verdict.shows = "values depend on how long things take";
  }
  return verdict;
}

// The rule a line of the verifier names.
std::string rule_of(const std::string& line) {
  static const std::pair<const char*, const char*> kRules[] = {
      {"cyclic wait: ", "cyclic wait"},      {"is never received by", "one end only"},
      {"never sends", "one end only"},       {"as many elements", "unequal words"},
      {"one element type", "element types"}, {"nothing has written", "unwritten bytes"},
      {"still writes; put", "fence"},        {"still reads; put", "fence"},
      {"takes event", "event taken again"},  {"waits on event", "wait for nothing"}};
  for (const auto& [part, rule] : kRules) {
    if (line.find(part) != std::string::npos) {
      return rule;
    }
  }
  return line;
}

// Rules that docs/verifier.md lists as stricter than what an engine can show.
bool is_strict(const std::string& rule) {
  return rule == "element types" || rule == "unwritten bytes" || rule == "fence" ||
         rule == "event taken again" || rule == "wait for nothing" || rule == "unequal words";
}

// What is wrong with the verdict itself; empty when it stands.
std::string fault_of(const Verdict& verdict) {
  if (verdict.found.empty()) {
    return verdict.shows.empty() ? "" : "accepted, and yet: " + verdict.shows;
  }
  if (!verdict.shows.empty()) {
    return "";
  }
  for (const std::string& line : verdict.found) {
    if (!is_strict(rule_of(line))) {
      return "refused, and yet nothing is wrong: " + line;
    }
  }
  return "";
}

TEST(VerifyDataProperty,
     AcceptedProgramsShowTheSameValuesWhateverSramHeldAndHoweverLongThingsTake) {
  const char* const more = std::getenv("WEFT_PROPERTY_CASES");
  const int cases = more == nullptr ? kCases : std::atoi(more);
  std::map<std::string, std::pair<int, int>> refused;  // by rule: shown wrong, not shown
  int accepted = 0;
  std::size_t tensors = 0;
  for (int i = 0; i < cases; ++i) {
    const auto seed = static_cast<std::uint64_t>(i) + 7'000'000;
    const ProgramSpec spec = draw_data_program(seed);
    const Verdict verdict = judge(spec);
    if (!fault_of(verdict).empty()) {
      const ProgramSpec small =
          shrink(spec, [](const ProgramSpec& s) { return !fault_of(judge(s)).empty(); });
      FAIL() << "seed " << seed << ": " << fault_of(judge(small)) << "\n" << small.text();
    }
    if (verdict.found.empty()) {
      ++accepted;
      tensors += run(spec.build(), 0, 4096).tensors;
    } else {
      auto& [wrong, harmless] = refused[rule_of(verdict.found.front())];
      ++(verdict.shows.empty() ? harmless : wrong);
    }
  }
  fmt::print("{} of {} programs accepted, {} tensors shown\n", accepted, cases, tensors);
  for (const auto& [rule, counts] : refused) {
    fmt::print("  {}: refused {}, nothing to see in {}\n", rule, counts.first + counts.second,
               counts.second);
  }
  EXPECT_GT(accepted * 10, cases * 4);
  EXPECT_LT(accepted * 10, cases * 9);
  for (const char* rule : {"cyclic wait", "one end only", "unequal words", "element types",
                           "unwritten bytes", "fence", "event taken again"}) {
    EXPECT_TRUE(refused.contains(rule)) << rule;
  }
}

}  // namespace
}  // namespace weft::sim
