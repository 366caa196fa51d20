// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "base/half.h"
#include "tests/cli/corrupted_tensor.h"
#include "tests/cli/refusal.h"
#include "tests/cli/stand_in.h"

namespace weft::cli {
namespace {

using testing::HasSubstr;

const std::vector<int> kPrompt{1, 431, 354};

/// fable-1m, three tokens read and three generated, with the values it computed; and a recording of
/// the same by a stand-in for a GPU.
class Check : public ::testing::Test {
 protected:
  static Workplace& place() {
    static Workplace place;
    return place;
  }

  static void SetUpTestSuite() {
    const Outcome run = place().weft({"run", "--arch", "mesh8", "--set", "tile.sram=192KiB",
                                      "--model", "fable-1m", "--prompt-tokens", "1,431,354",
                                      "--new-tokens", "3", "--tensors", "--out", "r"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    record(stand_in_recording({.prompt = kPrompt, .more = 4}));
  }

  static void record(const reference::Recording& recording) {
    std::filesystem::create_directories(place() / "gpu");
    place().write("gpu/a.pb", recording.SerializeAsString());
  }

  static Outcome check(const Words& more) { return place().weft(Words{"check", "r"} + more); }
  static Outcome against_gpu() { return check({"--against", "recorded", "--recorded", "gpu"}); }

  static std::unique_ptr<CorruptedTensor> corrupted(const std::string& tensor, std::size_t element,
                                                    float by) {
    return std::make_unique<CorruptedTensor>(place() / "r/tensors.safetensors", tensor, element,
                                             by);
  }
};

TEST_F(Check, ASavedRunIsHeldAgainstFloat64Again) {
  const Outcome outcome = check({});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("pass against cpu; 3 of 3 tokens identical"));
}

TEST_F(Check, OneCorruptedElementIsNamedWithItsOpRowColumnAndTile) {
  const auto wrong = corrupted("layers.1.v", 2 * 64 + 5, 0.25F);
  const Outcome outcome = check({});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("layers.1.v row 2 column 5: simulated"));
  EXPECT_THAT(outcome.err, HasSubstr(", tile ("));
}

TEST_F(Check, OneElementFurtherOffThanTwiceTheGpuIsNamed) {
  const auto wrong = corrupted("layers.2.down", 1 * 128 + 7, 0.5F);
  const Outcome outcome = against_gpu();
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("layers.2.down row 1 column 7: simulated"));
}

// Each element inside twice the largest error, all of them at it: only the mean tells.
TEST_F(Check, ManySmallErrorsAreSeenInTheirMean) {
  reference::Recording exact = stand_in_recording({.prompt = kPrompt, .more = 4});
  for (auto& node : *exact.mutable_models(0)->mutable_nodes()) {
    if (node.name() == "layers.3.o") {
      std::string& bytes = *node.mutable_output()->mutable_data();
      auto* data = reinterpret_cast<std::byte*>(bytes.data());  // one element of the GPU's far off
      store_element(data, DType::f16, 0, load_element(data, DType::f16, 0) + 0.02F);
      node.set_max_error(0.025);
    }
  }
  record(exact);
  std::vector<std::unique_ptr<CorruptedTensor>> wrong;
  for (std::size_t i = 128; i < 256; ++i) {
    wrong.push_back(corrupted("layers.3.o", i, 0.01F));
  }
  const Outcome outcome = against_gpu();
  while (!wrong.empty()) {
    wrong.pop_back();
  }
  record(stand_in_recording({.prompt = kPrompt, .more = 4}));
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("layers.3.o: root mean square error"));
}

TEST_F(Check, ARecordingOfAGpuPassesWhatIsAsGoodAsTheGpu) {
  const Outcome outcome = against_gpu();
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out,
              HasSubstr("pass against recorded (stand-in for tests, 2026-01-02); 3 of "));
}
TEST_F(Check, ARunWhileItLastsIsHeldAgainstARecordingToo) {
  const Outcome outcome =
      place().weft({"run", "--arch", "mesh8", "--set", "tile.sram=192KiB", "--model", "fable-1m",
                    "--prompt-tokens", "1,431,354", "--new-tokens", "2", "--check", "recorded",
                    "--recorded", "gpu", "--json"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const auto report = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(report["check"]["verdict"], "pass");
  EXPECT_GE(report["check"]["ops_checked"], 50);
}

// It would widen the bounds of the run instead.
TEST_F(Check, OneElementOfTheRecordingThatChangedSinceIsNamed) {
  reference::Recording changed = stand_in_recording({.prompt = kPrompt, .more = 4});
  for (auto& node : *changed.mutable_models(0)->mutable_nodes()) {
    if (node.name() == "layers.2.gate") {
      auto* data = reinterpret_cast<std::byte*>(node.mutable_output()->mutable_data()->data());
      const std::int64_t at = 1 * 352 + 9;
      store_element(data, DType::f16, at, load_element(data, DType::f16, at) + 0.5F);
    }
  }
  record(changed);
  const Outcome outcome = against_gpu();
  record(stand_in_recording({.prompt = kPrompt, .more = 4}));
  EXPECT_EQ(outcome.exit_code, kInput);
  EXPECT_THAT(outcome.err, HasSubstr("the GPU recording of fable-1m is damaged: layers.2.gate row "
                                     "1 column 9 is"));
}

TEST_F(Check, WithoutARecordingItSaysHowOneIsMade) {
  const Outcome outcome = check({"--against", "recorded", "--recorded", "nowhere"});
  EXPECT_EQ(outcome.exit_code, kInput);
  EXPECT_THAT(outcome.err,
              HasSubstr("nowhere: no GPU recording of fable-1m stored in f16, "
                        "accumulated in f32, after this prompt (there is no *.pb); make "
                        "one with scripts/record-gpu"));
}

TEST_F(Check, AnotherPromptIsNoRecordingAndTheRecordedOnesAreNamed) {
  std::filesystem::create_directories(place() / "other");
  place().write("other/a.pb", stand_in_recording({.prompt = {1, 431}}).SerializeAsString());
  const Outcome outcome = check({"--against", "recorded", "--recorded", "other"});
  EXPECT_EQ(outcome.exit_code, kInput);
  EXPECT_THAT(outcome.err, HasSubstr("(recorded: f16 accumulated in f32, prompt 1,431)"));
}

TEST_F(Check, ForeignCutAndNewerRecordingsAreRefusedByFile) {
  std::filesystem::create_directories(place() / "bad");
  const auto refused = [&](const std::string& bytes, const char* why) {
    place().write("bad/b.pb", bytes);
    const Outcome outcome = check({"--against", "recorded", "--recorded", "bad"});
    EXPECT_EQ(outcome.exit_code, kInput);
    EXPECT_THAT(outcome.err, HasSubstr(std::string("bad/b.pb: ") + why));
  };
  const std::string whole = stand_in_recording({.prompt = kPrompt}).SerializeAsString();
  refused("PK not a recording", "not a GPU recording");
  refused(whole.substr(0, whole.size() / 2), "not a GPU recording, or cut short");
  reference::Recording newer = stand_in_recording({.prompt = kPrompt});
  newer.set_version(99);
  refused(newer.SerializeAsString(), "written in version 99 of the format");
}

// fp16 sums: off by more than fp32 bounds allow, by less than their own.
TEST_F(Check, AMachineThatSumsInFp16IsHeldToBoundsOfItsOwn) {
  const Words machine{"run",
                      "--arch",
                      "mesh8",
                      "--set",
                      "tile.sram=192KiB",
                      "--model",
                      "fable-1m",
                      "--prompt-tokens",
                      "1,431",
                      "--new-tokens",
                      "2",
                      "--set",
                      "tile.accumulator=f16"};
  const Outcome bounded = place().weft(machine + Words{"--check", "cpu", "--json"});
  EXPECT_EQ(bounded.exit_code, 0) << bounded.err;
  const Outcome recorded =
      place().weft(machine + Words{"--check", "recorded", "--recorded", "gpu"});
  EXPECT_EQ(recorded.exit_code, kInput);
  EXPECT_THAT(recorded.err, HasSubstr("stored in f16, accumulated in f16"));
}

TEST_F(Check, CudaWithoutADeviceNamesTheRecordings) {
  const Outcome outcome = check({"--against", "cuda"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("--check recorded"));
}

TEST_F(Check, ARunWithoutValuesSaysHowToKeepThem) {
  ASSERT_EQ(place()
                .weft({"run", "--arch", "mesh8", "--set", "tile.sram=192KiB", "--model", "fable-1m",
                       "--prompt-tokens", "1", "--new-tokens", "1", "--out", "bare"})
                .exit_code,
            0);
  const Outcome outcome = place().weft({"check", "bare"});
  EXPECT_EQ(outcome.exit_code, kInput);
  EXPECT_THAT(outcome.err, HasSubstr("no values were kept; run again with --tensors"));
}

}  // namespace
}  // namespace weft::cli
