// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "tests/cli/refusal.h"

namespace weft::cli {
namespace {

constexpr const char* kProgram =
    ".bundle 1\n.region 0 0 1 1\n.op work\n.role one x=0 y=0\n  .at work\n  busy 100\n  halt\n";

class BundleRefusals : public testing::Test {
 protected:
  // The bundle of a small run, in the file mapped.bundle.
  void map() {
    const Outcome run = place_.weft(run_fable(
        {"--prompt", "x", "--new-tokens", "1", "--data", "off", "--region", "8x4", "--out", "o"}));
    ASSERT_EQ(run.exit_code, 0) << run.err;
    place_.write("mapped.bundle", place_.read("o/mapped.bundle"));
    std::filesystem::remove_all(place_ / "o");
  }

  Words run_bundle(const Words& more) {
    return Words{"run", "--arch", "mesh8", "--bundle", "mapped.bundle", "--out", "o"} + more;
  }

  Workplace place_;
};

TEST_F(BundleRefusals, ForeignAndTruncated) {
  expect_refused(place_, {"run", "--arch", "mesh8", "--bundle", "no.bundle"}, kIo,
                 {"--bundle: cannot read 'no.bundle'", "; check the path"});
  map();
  const std::string whole = place_.read("mapped.bundle");
  for (const std::size_t size : {std::size_t{0}, std::size_t{11}, whole.size() / 2}) {
    place_.write("mapped.bundle", whole.substr(0, size));
    expect_refused(place_, run_bundle({"--data", "off"}), kInput, {"mapped.bundle: "});
    expect_refused(place_, {"disasm", "mapped.bundle"}, kInput, {"mapped.bundle: "});
  }
  place_.write("mapped.bundle", "a text that is no bundle");
  expect_refused(place_, run_bundle({"--data", "off"}), kInput,
                 {"not a Weft bundle; `weft run --out`"});
}

TEST_F(BundleRefusals, ForAnotherMachine) {
  map();
  expect_refused(place_,
                 run_bundle({"--data", "off", "--set", "fabric.hop_latency=2 cycles", "--set",
                             "fabric.places_per_hop=2"}),
                 kInput,
                 {"--bundle mapped.bundle: mapped for another machine", "map the model ag"});
}

TEST_F(BundleRefusals, ValuesThatOnlyTheMapperHas) {
  map();
  expect_refused(place_, run_bundle({"--model", "fable-1m"}), kInput,
                 {"--bundle mapped.bundle: ", "; use --data off"});
  expect_refused(place_, run_bundle({}), kInput, {"--data off"});
}

TEST_F(BundleRefusals, CheckNeedsAGraph) {
  place_.write("one.weft", kProgram);
  expect_refused(place_, {"run", "--arch", "mesh8", "--bundle", "one.bundle", "--check", "cpu"},
                 kInput, {"--check cpu: a --bundle has no graph to check against; drop one"});
}

TEST_F(BundleRefusals, AssemblyFaults) {
  place_.write("bad.weft", ".bundle 1\n.region 0 0 1 1\n.role one x=0 y=0\n  bussy 100\n  halt\n");
  expect_refused(place_, {"asm", "bad.weft", "-o", "bad.bundle"}, kInput,
                 {"weft: bad.weft:4:3: ", "bussy", "did you mean 'busy'?"});
  place_.write("good.weft", kProgram);
  expect_refused(place_, {"asm", "good.weft", "-o", "no/folder/x.bundle"}, kIo,
                 {"--out: cannot write 'no/folder/x.bundle'", "; check the path"});
  expect_refused(place_, {"asm", "good.weft", "-o", "x.bundle", "--arch", "mesh9"}, kInput,
                 {"no machine 'mesh9'"});
}

TEST_F(BundleRefusals, ProgramThatDoesNotFitTheMachine) {
  std::string program = kProgram;
  program.replace(program.find("halt"), 4, "send c0, t0\n  halt");
  place_.write("wrong.weft", program);
  expect_refused(place_, {"asm", "wrong.weft", "-o", "wrong.bundle", "--arch", "mesh8"}, kInput,
                 {"tile (0,0), role one, instruction 1 (send): t0 names no memory yet"});
}

}  // namespace
}  // namespace weft::cli
