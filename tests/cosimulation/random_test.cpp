// SPDX-License-Identifier: Apache-2.0
// Random programs before a user's memory that takes another time at every address, by annotating or
// by waiting: both engines make the same requests in the same order and agree on everything.
// WEFT_PROPERTY_CASES and WEFT_PROPERTY_SEED draw others.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "arch/machine.h"
#include "edge/random_edge.h"
#include "isa/verify.h"
#include "random_program.h"
#include "recording_memory.h"
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

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

ProgramSpec draw(std::uint64_t seed) {
  ProgramSpec spec = draw_program(seed);
  Dice dice(seed + 1);
  add_edge(dice, spec);
  return spec;
}

struct Played {
  RunResult result;
  std::vector<RecordingMemory::Call> calls;
};

std::string text_of(const std::vector<RecordingMemory::Call>& calls) {
  std::string text;
  for (const RecordingMemory::Call& call : calls) {
    text += fmt::format(" {}:c{}{}{:#x}", call.cycle, call.channel, call.writes ? '<' : '>',
                        call.address);
  }
  return text;
}

std::optional<Played> play(const ContractCase& drawn, const TensorSource& tensors,
                           RecordingMemory::Way way, Options options) {
  RecordingMemory& memory = recording_memory();
  memory.way = way;
  memory.by_address = true;
  auto result = simulate(drawn.bundle, drawn.machine, tensors, options);
  return result.ok() ? std::optional(Played{std::move(*result), memory.calls}) : std::nullopt;
}

std::string spec_differs(const ProgramSpec& spec, std::uint64_t seed) {
  ContractCase drawn = spec.build();
  if (!arch::check_machine(drawn.machine).ok()) {
    return "";
  }
  Options options;
  options.data = isa::verify(isa::loaded(drawn.bundle), drawn.machine).ok();
  options.quantum = seed % 3 == 0 ? 7 : 4096;
  const TensorSource tensors = fill_edge(drawn.bundle);
  const auto way = seed % 2 == 0 ? RecordingMemory::Way::waits : RecordingMemory::Way::annotates;
  const auto dataflow = play(drawn, tensors, way, options);
  options.engine = EngineKind::word;
  options.quantum = seed % 5 == 0 ? 11 : 1 << 20;
  const auto word = play(drawn, tensors, way, options);
  if (!word || !dataflow) {
    return "a run failed";
  }
  return word->calls == dataflow->calls
             ? difference(word->result, dataflow->result)
             : "requests: word" + text_of(word->calls) + ", dataflow" + text_of(dataflow->calls);
}

TEST(RandomSockets, BothEnginesMakeTheSameRequestsInTheSameOrder) {
  const std::uint64_t cases = number_from("WEFT_PROPERTY_CASES", kCases);
  const std::uint64_t first = number_from("WEFT_PROPERTY_SEED", 95000000);
  for (std::uint64_t seed = first; seed < first + cases; ++seed) {
    const ProgramSpec spec = draw(seed);
    if (spec_differs(spec, seed).empty()) {
      continue;
    }
    const ProgramSpec small =
        shrink(spec, [&](const ProgramSpec& s) { return !spec_differs(s, seed).empty(); });
    FAIL() << "seed " << seed << ", shrunk: " << spec_differs(small, seed) << "\n"
           << small.machine.edge().ShortDebugString() << "\n"
           << small.text();
  }
}

}  // namespace
}  // namespace weft::sim
