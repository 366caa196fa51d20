// SPDX-License-Identifier: Apache-2.0
// Every model that scripts/record-gpu records, on mesh32 against a recording: a stand-in made here,
// and a GPU's own where there is one.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "reference/cuda/llama_shape.h"
#include "reference/recorded.h"
#include "tests/cli/corrupted_tensor.h"
#include "tests/cli/refusal.h"
#include "tests/cli/stand_in.h"

namespace weft::cli {
namespace {

using reference::cuda::FunctionalModel;
using testing::HasSubstr;

std::string words_of(const std::vector<int>& tokens) {
  std::string text;
  for (const int token : tokens) {
    text += (text.empty() ? "" : ",") + std::to_string(token);
  }
  return text;
}

Words run_on_mesh32(const std::string& model, const std::vector<int>& prompt, int more,
                    DType accumulate, const std::string& recorded) {
  Words words{"run", "--arch", "mesh32", "--model", model, "--prompt-tokens", words_of(prompt)};
  words = words + Words{"--new-tokens", std::to_string(more)};
  words = words + Words{"--check", "recorded", "--recorded", recorded};
  return accumulate == DType::f16 ? words + Words{"--set", "tile.accumulator=f16"} : words;
}

FunctionalModel drawn_model(const std::string& name) {
  for (const FunctionalModel& model : reference::cuda::functional_models()) {
    if (model.shape.name == name) {
      return model;
    }
  }
  ADD_FAILURE() << name << " is not recorded";
  return {};
}

struct Machine {
  const char* model;
  DType accumulate;
};

/// A drawn model on a machine with these sums, and a stand-in for a GPU's recording of it.
class DrawnModel : public ::testing::TestWithParam<Machine> {
 protected:
  DrawnModel() : model_(drawn_model(GetParam().model)) {
    recording_ = stand_in_recording(
        {GetParam().model, model_.prompt.tokens, model_.prompt.count, GetParam().accumulate});
    std::filesystem::create_directories(place_ / "gpu");
  }

  Outcome run() {
    place_.write("gpu/a.pb", recording_.SerializeAsString());
    return place_.weft(run_on_mesh32(GetParam().model, model_.prompt.tokens, model_.prompt.count,
                                     GetParam().accumulate, "gpu") +
                       Words{"--json"});
  }

  reference::NodeRun& node(const std::string& name) {
    auto& nodes = *recording_.mutable_models(0)->mutable_nodes();
    return *std::find_if(nodes.begin(), nodes.end(),
                         [&](const auto& kept) { return kept.name() == name; });
  }

  FunctionalModel model_;
  reference::Recording recording_;
  Workplace place_;
};

TEST_P(DrawnModel, PassesAgainstARecordingOnMesh32) {
  const Outcome outcome = run();
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const auto check = nlohmann::json::parse(outcome.out)["check"];
  EXPECT_EQ(check["verdict"], "pass");
  EXPECT_EQ(check["against"], "recorded (stand-in for tests, 2026-01-02)");
  EXPECT_EQ(check["tokens_compared"], 24);
  EXPECT_EQ(check["tokens_teacher_forced"], 0);
  EXPECT_GE(check["ops_checked"], 26);
}

std::string name_of_case(const testing::TestParamInfo<Machine>& info) {
  std::string name = info.param.model;
  std::erase(name, '-');
  return name + "SumsIn" + std::string(name_of(info.param.accumulate));
}

INSTANTIATE_TEST_SUITE_P(Machines, DrawnModel,
                         testing::Values(Machine{"drawn-f16", DType::f32},
                                         Machine{"drawn-f16", DType::f16},
                                         Machine{"drawn-bf16", DType::f32},
                                         Machine{"drawn-f32", DType::f32}),
                         name_of_case);

TEST(DrawnModels, OneElementThatIsOffIsNamedWithItsOpLayerRowColumnAndTile) {
  const Workplace place;
  std::filesystem::create_directories(place / "gpu");
  for (const std::string model : {"drawn-f16", "drawn-bf16", "drawn-f32"}) {
    const FunctionalModel drawn = drawn_model(model);
    const std::vector<int>& prompt = drawn.prompt.tokens;
    place.write(
        "gpu/a.pb",
        stand_in_recording({.model = model, .prompt = prompt, .more = 3}).SerializeAsString());
    const std::string folder = "run-of-" + model;
    const Outcome run = place.weft(run_on_mesh32(model, prompt, 3, DType::f32, "gpu") +
                                   Words{"--tensors", "--out", folder});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    const CorruptedTensor wrong(place / (folder + "/tensors.safetensors"), "layers.1.mlp_residual",
                                6 * static_cast<std::size_t>(drawn.shape.hidden) + 17, 0.75F);
    const Outcome outcome =
        place.weft({"check", folder, "--against", "recorded", "--recorded", "gpu"});
    EXPECT_EQ(outcome.exit_code, 1) << model;
    EXPECT_THAT(outcome.err, HasSubstr("layers.1.mlp_residual row 6 column 17: simulated"));
    EXPECT_THAT(outcome.err, HasSubstr(", tile ("));
  }
}

TEST(DrawnModels, WithoutARecordingTheMessageSaysWhichIsMissingAndHowItIsMade) {
  const Workplace place;
  expect_refused(place, run_on_mesh32("drawn-bf16", {1, 7, 3}, 2, DType::f32, "nowhere"), kInput,
                 {"nowhere: no GPU recording of drawn-bf16 stored in bf16, accumulated in f32",
                  "make one with scripts/record-gpu on a machine with an NVIDIA GPU"});
}

/// What a GPU recorded. None has been at hand until the folder is there.
class RecordedOnAGpu : public ::testing::Test {
 protected:
  static std::string folder() { return WEFT_SOURCE_DIR "/reference/recorded"; }

  void SetUp() override {
    auto recordings = reference::read_recordings(folder());
    ASSERT_TRUE(recordings.ok()) << recordings.error().message;
    if (recordings->empty()) {
      GTEST_SKIP() << "no GPU has been recorded: reference/recorded holds no *.pb; "
                      "scripts/record-gpu makes one on a machine with an NVIDIA GPU";
    }
    recordings_ = std::move(*recordings);
  }

  std::vector<reference::Recording> recordings_;
};

TEST_F(RecordedOnAGpu, EveryModelPassesAgainstItOnMesh32) {
  const Workplace place;
  for (const FunctionalModel& model : reference::cuda::functional_models()) {
    for (const DType accumulate : {DType::f32, DType::f16}) {
      if (accumulate == DType::f16 && model.shape.dtype != DType::f16) {
        continue;  // no GPU sums products of other types in fp16
      }
      const Outcome outcome = place.weft(run_on_mesh32(model.shape.name, model.prompt.tokens,
                                                       model.prompt.count, accumulate, folder()));
      EXPECT_EQ(outcome.exit_code, 0)
          << model.shape.name << ", sums in " << name_of(accumulate) << ": " << outcome.err;
    }
  }
}

}  // namespace
}  // namespace weft::cli
