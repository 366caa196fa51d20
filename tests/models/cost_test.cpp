// SPDX-License-Identifier: Apache-2.0
#include "models/cost.h"

#include <gmock/gmock.h>

#include "models/checkpoint.h"
#include "models/zoo.h"

namespace weft::models {
namespace {

using testing::HasSubstr;

CostModel zoo_cost(const std::string& name) {
  auto loaded = load_cost_model(WEFT_SOURCE_DIR "/models/zoo/" + name);
  EXPECT_TRUE(loaded.ok()) << loaded.error().message;
  return loaded.ok() ? *loaded : CostModel();
}

TEST(Cost, ParametersArePublishedOnes) {
  // Hugging Face's count of gpt2-xl; OpenAI rounds to 1.5B.
  EXPECT_EQ(zoo_cost("gpt2-1.5b").parameters, 1'557'611'200);
  // Table D.1 of the GPT-3 paper: 174,600M.
  EXPECT_EQ(zoo_cost("gpt3-175b").parameters, 174'604'259'328);
  EXPECT_NEAR(static_cast<double>(zoo_cost("gpt3-175b").parameters), 174'600e6, 5e6);
  // bert-large-uncased with its pooler (the paper rounds to 340M), and the heads of pre-training:
  // a square product, a norm, a bias a word; two classes.
  const std::int64_t heads = 1024 * 1024 + 1024 + 2 * 1024 + 30522 + 2 * 1024 + 2;
  EXPECT_EQ(zoo_cost("bert-large").parameters, 335'141'888 + heads);
  EXPECT_EQ(zoo_cost("llama-3-8b").parameters, 8'030'261'248);
}

TEST(Cost, ProductsOfGpt3ByHand) {
  const CostModel model = zoo_cost("gpt3-175b");
  const std::int64_t d = 12288;
  EXPECT_EQ(model.product_weights, 96 * 12 * d * d + 50257 * d);
  EXPECT_EQ(model.attention_width, 96 * d);
  const ProductFlops forward = forward_flops(model, 2048);
  EXPECT_EQ(forward.weights, 2.0 * 174'563'733'504 * 2048);
  EXPECT_EQ(forward.attention, 4.0 * 96 * 12288 * (2048.0 * 2049 / 2));
  const ProductFlops training = training_flops(model, 2048 * 1000.0, 2048);
  EXPECT_DOUBLE_EQ(training.weights, 3000 * forward.weights);
  EXPECT_DOUBLE_EQ(training.attention, 3000 * forward.attention);
}

TEST(Cost, AnEncoderSeesTheWholeSequence) {
  const CostModel model = zoo_cost("bert-large");
  EXPECT_FALSE(model.causal);
  EXPECT_EQ(model.product_weights,
            24 * (4 * 1024 * 1024 + 2 * 1024 * 4096) + 1024 * 1024 + 30522 * 1024);
  EXPECT_EQ(forward_flops(model, 512).attention, 4.0 * 24 * 1024 * 512 * 512);
}

TEST(Cost, OfALlamaIsThatOfItsGraph) {
  const CostModel model = zoo_cost("llama-3-8b");
  const std::int64_t layer = 2LL * 4096 * 4096 + 2LL * 1024 * 4096 + 3LL * 4096 * 14336;
  EXPECT_EQ(model.product_weights, 32 * layer + 128256LL * 4096);
  EXPECT_EQ(model.attention_width, 32 * 4096);
  EXPECT_EQ(model.family, "llama");
}

TEST(Cost, SixNDReproducesThePublishedPetaflopDays) {
  constexpr double petaflop_day = 1e15 * 86400;
  EXPECT_NEAR(six_n_d(zoo_cost("gpt3-175b"), 300e9) / petaflop_day, 3640, 3640 * 0.001);
}

TEST(Cost, ConfigsAreReadStrictly) {
  const auto refused = [](const std::string& text) {
    const auto model = parse_cost_config(text, "config.json");
    return model.ok() ? "" : model.error().message;
  };
  EXPECT_THAT(refused("{"), HasSubstr("config.json: not valid JSON"));
  EXPECT_THAT(refused("[]"), HasSubstr("config.json: is not a JSON object"));
  EXPECT_THAT(refused(R"({"model_type": "t5"})"),
              HasSubstr("model_type = \"t5\": must be \"gpt2\" or \"bert\""));
  EXPECT_THAT(refused(R"({"model_type": "gpt2", "n_layer": 2})"), HasSubstr("n_embd: is missing"));
  EXPECT_THAT(refused(R"({"model_type": "gpt2", "n_embd": 10, "n_layer": 2, "n_head": 3,
                          "vocab_size": 5, "n_positions": 7})"),
              HasSubstr("n_head = 3: must divide the hidden size 10"));
  EXPECT_EQ(refused(R"({"model_type": "gpt2", "n_embd": 12, "n_layer": 2, "n_head": 3,
                        "vocab_size": 5, "n_positions": 7})"),
            "");
}

TEST(Cost, AModelWithoutAGraphIsNotImported) {
  const auto checkpoint = load_checkpoint(WEFT_SOURCE_DIR "/models/zoo/gpt3-175b");
  ASSERT_FALSE(checkpoint.ok());
  EXPECT_THAT(checkpoint.error().message,
              HasSubstr("model_type = \"gpt2\": has a cost and no graph"));
}

TEST(Cost, ZooNamesMayDifferInHyphensDotsAndCapitals) {
  const auto folder = find_checkpoint_folder("llama-3-8b");
  if (!folder.ok()) {
    GTEST_SKIP() << "no zoo from here";
  }
  for (const char* spelling : {"llama3-8b", "Llama-3-8B", "llama3.8b"}) {
    const auto found = find_checkpoint_folder(spelling);
    ASSERT_TRUE(found.ok()) << found.error().message;
    EXPECT_EQ(*found, *folder) << spelling;
  }
  EXPECT_FALSE(find_checkpoint_folder("llama-8b").ok());
}

}  // namespace
}  // namespace weft::models
