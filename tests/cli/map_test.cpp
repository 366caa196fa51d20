// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "tests/cli/refusal.h"

namespace weft::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const Words kFable = {"map", "--arch", "mesh8", "--model", "fable-1m"};
const Words kTask = {"--prompt", "Once", "--new-tokens", "4"};

TEST(MapCommand, PrintsDecisionsAndWritesWhatTheEndOfTheNameSays) {
  const Workplace place;
  const Outcome outcome = place.weft(
      kFable + Words{"--emit", "m.yaml", "--emit", "m.svg", "--emit", "m.bundle", "--out", "o"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  EXPECT_THAT(outcome.out, HasSubstr("region: 8x8 at (0,0) of mesh8\n"));
  EXPECT_THAT(outcome.out, HasSubstr("\ntile: weights "));
  EXPECT_THAT(outcome.out, HasSubstr("\nwrote m.yaml\nwrote m.svg\nwrote m.bundle\nwrote o/"));
  EXPECT_THAT(place.left_behind(),
              ElementsAre("m.bundle", "m.svg", "m.yaml", "o", "o/decisions.txt", "o/mapping.svg",
                          "o/mapping.yaml"));
  EXPECT_EQ(place.read("m.yaml"), place.read("o/mapping.yaml"));
  EXPECT_TRUE(outcome.out.starts_with(place.read("o/decisions.txt")));
}

TEST(MapCommand, ARunThatObeysTheFileRunsTheSamePrograms) {
  const Workplace place;
  place.write("edit.yaml",
              "regions: [{name: all, x: 1, width: 7}]\n"
              "collectives: [{op: down, algorithm: chain, root: edge}]\n");
  const Words edited =
      kFable + kTask + Words{"--mapping", "edit.yaml", "--emit", "m.yaml", "--emit", "m.bundle"};
  ASSERT_EQ(place.weft(edited).exit_code, 0) << place.weft(edited).err;
  for (const char* file : {"edit.yaml", "m.yaml"}) {
    const Outcome run =
        place.weft(run_fable(kTask + Words{"--mapping", file, "--check", "cpu", "--out", "r"}));
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(place.read("r/mapped.bundle"), place.read("m.bundle")) << file;
  }
}

TEST(MapCommand, RefusesFilesItCannotWriteBeforeAnyWork) {
  const Workplace place;
  expect_refused(place, kFable + Words{"--emit", "m.txt"}, kInput,
                 {"--emit m.txt: the end of the name says what is written"});
  expect_refused(place, kFable + Words{"--emit", "no/m.yaml"}, kIo,
                 {"--emit: cannot write 'no/m.yaml': there is no such folder"});
  expect_refused(place, kFable + Words{"--prompt", "Once", "--prompt-length", "3"}, kInput,
                 {"--prompt"});
  expect_refused(place, kFable + Words{"--prompt-length", "300"}, kInput,
                 {"--prompt-length: 300 tokens, and the context of fable-1m is 256"});
  expect_refused(place, {"map", "--arch", "mesh8"}, kInput, {"--model"});
}

TEST(MapCommand, RefusesMappingsWithTheirPlace) {
  const Workplace place;
  const auto refused = [&](const std::string& text, int code, const Words& parts) {
    place.write("m.yaml", text);
    expect_refused(place, kFable + Words{"--mapping", "m.yaml"}, code, parts);
    expect_refused(place, run_fable(kTask + Words{"--data", "off", "--mapping", "m.yaml"}), code,
                   parts);
  };
  refused("collectives: [{op: qvk, algorithm: chain}]\n", kInput,
          {"m.yaml:1:20: ", "did you mean 'qkv'"});
  refused("collectives: [{op: qkv, algorithm: chian}]\n", kInput,
          {"m.yaml:1:36: ", "did you mean 'chain'"});
  refused("machine: other\nmachine_hash: \"0\"\n", kInput,
          {"m.yaml:2:1: machine_hash: made for machine other (0), this is mesh8"});
  refused("model_hash: \"0\"\n", kInput, {"m.yaml:1:1: model_hash: "});
  refused("context: 2\n", kInput, {"m.yaml:1:1: context: the run needs ", "the largest that fits"});
  refused("strategy: waferllm\n", kInput, {"m.yaml:1:1: strategy: waferllm is not built yet"});
  expect_refused(place, kFable + Words{"--mapping", "none.yaml"}, kIo, {"--mapping", "none.yaml"});
  expect_refused(place, {"run", "--arch", "mesh8", "--bundle", "b", "--mapping", "m.yaml"}, kInput,
                 {"--bundle does not go with --mapping"});
}

}  // namespace
}  // namespace weft::cli
