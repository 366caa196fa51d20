// SPDX-License-Identifier: Apache-2.0
// Checkpoints shaped as a Llama 3: four query heads a kv head, theta 500,000; angles stretched as
// 3.1 does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/whole/fable.h"
#include "tests/whole/random_model.h"

namespace weft {
namespace {

/// `regions`: those of a mapping file; empty: `region` of an 8 x 8 mesh.
cli::RunOutcome run_llama3(const std::string& name, bool scaled_rope, const std::string& region,
                           const std::string& regions = "") {
  const auto folder =
      std::filesystem::temp_directory_path() / ("weft_" + name + std::to_string(getpid()));
  RandomModel model;
  model.dtype = DType::bf16;
  model.width = 128;
  model.hidden = 448;  // 3.5 times as wide
  model.layers = 2;
  model.heads = 8;
  model.kv_heads = 2;
  model.head_dim = 16;
  model.vocabulary = 1000;
  model.context = 96;
  model.scaled_rope = scaled_rope;
  model.seed = 3;
  write_random_model(model, folder);
  cli::RunArguments arguments = fable_run(regions.empty() ? "mesh8" : "mesh32", region);
  if (!regions.empty()) {
    arguments.mapping = folder / "mapping.yaml";
    std::ofstream(arguments.mapping) << "regions:\n" << regions;
  }
  arguments.model = folder.string();
  arguments.prompt.reset();
  arguments.prompt_tokens = "1,7,3,49,0,12,998,30,2,5,6,9,11,13,17,19,23,999,400,401,402";
  arguments.new_tokens = 5;
  auto outcome = cli::run(arguments);
  std::filesystem::remove_all(folder);
  EXPECT_TRUE(outcome.ok()) << outcome.error().message;
  return outcome.ok() ? std::move(*outcome) : cli::RunOutcome();
}

TEST(Llama3, ASmallOneRunsCheckedOnAWholeMesh) {
  const auto outcome = run_llama3("llama3", false, "8x8");
  EXPECT_EQ(outcome.recording.check().verdict(), "pass") << outcome.recording.check().first_bad();
  EXPECT_EQ(outcome.recording.generated().token_ids_size(), 5);
}

TEST(Llama3, ASmallOneRunsCheckedThroughThreeRegions) {
  const auto outcome = run_llama3(
      "llama3_three", false, "",
      "  - {name: first, x: 0, y: 0, width: 9, height: 7, first_layer: 0, layers: 1, embedding: "
      "false, head: false}\n"
      "  - {name: second, x: 11, y: 9, width: 9, height: 7, first_layer: 1, layers: 1, embedding: "
      "false, head: false}\n"
      "  - {name: vocabulary, x: 1, y: 16, width: 9, height: 7, first_layer: 0, layers: 0, "
      "embedding: true, head: true}\n");
  EXPECT_EQ(outcome.recording.check().verdict(), "pass") << outcome.recording.check().first_bad();
  const auto one_region = run_llama3("llama3_one", false, "8x8");
  EXPECT_THAT(outcome.recording.generated().token_ids(),
              testing::ElementsAreArray(one_region.recording.generated().token_ids()));
}

TEST(Llama3, StretchedAnglesAreThoseOfTheReference) {
  const auto outcome = run_llama3("llama31", true, "7x5");
  EXPECT_EQ(outcome.recording.check().verdict(), "pass") << outcome.recording.check().first_bad();
}

}  // namespace
}  // namespace weft
