// SPDX-License-Identifier: Apache-2.0
// Random programs over exclusive routes: both engines agree on every cycle, bin, value and verdict.
// WEFT_PROPERTY_CASES (a slice) and WEFT_PROPERTY_SEED draw others.
#include <fmt/format.h>
#include <gtest/gtest.h>

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
constexpr int kCases = 1000;
#endif
constexpr int kSlices = 12;

// Shows the first 16 words of the buffer x of every tile at the end of its program.
void add_probes(isa::Bundle& bundle) {
  constexpr int kShown = 16;
  for (isa::Role& role : *bundle.mutable_roles()) {
    if (role.buffers_size() == 0 || role.buffers(0).bytes() < kShown * 4) {
      continue;
    }
    isa::Probe& probe = *bundle.add_probes();
    probe.set_name(role.name());
    probe.mutable_columns()->set_size(kShown);
    probe.mutable_columns()->set_local(kShown);
    probe.mutable_columns()->set_parts(1);
    isa::Instr td;
    td.opcode = isa::Opcode::td;
    td.arg = {47, 0, 0, static_cast<int>(DType::f32), 2, 1, kShown, 1, kShown, 1, 1};
    isa::Instr show;
    show.opcode = isa::Opcode::probe;
    show.arg = {bundle.probes_size() - 1, 47, 0, 0};
    const isa::Instruction halt = role.code(role.code_size() - 1);
    *role.mutable_code(role.code_size() - 1) = isa::encode(td);
    *role.add_code() = isa::encode(show);
    *role.add_code() = halt;
  }
}

struct Tally {
  std::uint64_t refused = 0, with_values = 0;
};

std::string spec_differs(const ProgramSpec& spec, std::int64_t quantum, Tally* tally = nullptr) {
  ContractCase drawn = spec.build();
  const bool sound =  // what nothing writes is zero in both engines
      isa::verify(isa::loaded(drawn.bundle), drawn.machine).ok();
  if (tally != nullptr) {
    tally->refused += sound ? 0 : 1;
    tally->with_values += sound ? 1 : 0;
  }
  if (sound) {  // free of races, so that values have to agree
    add_probes(drawn.bundle);
  }
  return engines_differ(drawn.bundle, drawn.machine, sound, quantum);
}

class WordProperty : public ::testing::TestWithParam<int> {};

TEST_P(WordProperty, RandomProgramsAgreeWithDataflow) {
  const std::uint64_t cases = number_from("WEFT_PROPERTY_CASES", kCases);
  const std::uint64_t first =
      number_from("WEFT_PROPERTY_SEED", 77000000) + static_cast<std::uint64_t>(GetParam()) * cases;
  Tally tally;
  for (std::uint64_t seed = first; seed < first + cases; ++seed) {
    const ProgramSpec spec = draw_program(seed);
    const std::int64_t quantum = seed % 4 == 0 ? 5 : seed % 4 == 1 ? 64 : 1 << 20;
    if (spec_differs(spec, quantum, &tally).empty()) {
      continue;
    }
    const ProgramSpec small =
        shrink(spec, [&](const ProgramSpec& s) { return !spec_differs(s, quantum).empty(); });
    FAIL() << "seed " << seed << ", shrunk: " << spec_differs(small, quantum) << "\n"
           << small.text();
  }
  // Neither kind may be rare, or the test says little.
  EXPECT_GT(tally.refused * 20, cases);
  EXPECT_GE(tally.with_values * 12, cases);
}

INSTANTIATE_TEST_SUITE_P(Slices, WordProperty, ::testing::Range(0, kSlices));

}  // namespace
}  // namespace weft::sim
