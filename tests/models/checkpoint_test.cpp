// SPDX-License-Identifier: Apache-2.0
#include "models/checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/half.h"
#include "models/graph.h"
#include "models/zoo.h"
#include "tests/models/scratch_checkpoint.h"

namespace weft::models {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::string fable = WEFT_SOURCE_DIR "/models/zoo/fable-1m";

std::string fault_of(const std::string& name_or_path) {
  const auto loaded = load_checkpoint(name_or_path);
  EXPECT_FALSE(loaded.ok());
  if (loaded.ok()) {
    return "";
  }
  EXPECT_EQ(loaded.error().kind, ErrorKind::input);
  EXPECT_THAT(loaded.error().message, Not(HasSubstr("\n")));
  return loaded.error().message;
}

std::string fault_of(const ScratchCheckpoint& scratch) {
  scratch.write();
  return fault_of(scratch.folder().string());
}

TEST(Checkpoint, Fable) {
  const auto loaded = load_checkpoint(fable + "/");
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  const Graph& graph = loaded->graph;
  EXPECT_EQ(graph.name(), "fable-1m");
  EXPECT_EQ(parameter_count(graph), 869'504);
  EXPECT_EQ(graph.dtype(), F16);
  EXPECT_EQ(graph.layers(), 4);
  EXPECT_EQ(graph.vocabulary(), 512);
  EXPECT_EQ(graph.context(), 256);
  EXPECT_EQ(graph.bos_token(), 1);
  EXPECT_THAT(graph.eos_tokens(), ElementsAre(2));
  EXPECT_EQ(graph.nodes_size(), 1 + 4 * 15 + 3);
  EXPECT_EQ(weight_of(graph, *find_node(graph, "logits"))->weight_name(), "lm_head.weight");
  EXPECT_THAT(find_tensor(graph, "layers.3.k")->shape(), ElementsAre(-1, 64));
  std::size_t named = 0;
  for (const Tensor& tensor : graph.tensors()) {
    named += tensor.weight_name().empty() ? 0 : 1;
  }
  EXPECT_EQ(named, loaded->weights.tensors().size());
}

TEST(Checkpoint, TiedHeadInAllThreeTypes) {
  ScratchCheckpoint scratch("tied");
  for (DType type : {DType::f16, DType::bf16, DType::f32}) {
    scratch.set_all(type);
    scratch.write();
    const auto loaded = load_checkpoint(scratch.folder().string());
    ASSERT_TRUE(loaded.ok()) << loaded.error().message;
    EXPECT_EQ(dtype_of(loaded->graph.dtype()), type);
    EXPECT_EQ(weight_of(loaded->graph, *find_node(loaded->graph, "logits"))->name(),
              "model.embed_tokens.weight");
    EXPECT_THAT(find_tensor(loaded->graph, "logits")->shape(), ElementsAre(-1, 10));
    EXPECT_THAT(loaded->graph.eos_tokens(), ElementsAre(2, 3));
    const TensorView* table = loaded->weights.find("model.embed_tokens.weight");
    EXPECT_EQ(load_element(table->data.data(), table->dtype, 3), ScratchCheckpoint::value(0, 3));
  }
}

TEST(Checkpoint, MissingPieces) {
  EXPECT_THAT(fault_of("/nonexistent/model"), HasSubstr("no such folder"));
  ScratchCheckpoint scratch("missing");
  EXPECT_THAT(fault_of(scratch.folder().string()), HasSubstr("config.json: no such file"));
  scratch.write();
  EXPECT_THAT(fault_of((scratch.folder() / "config.json").string()), HasSubstr("is a file"));
  std::filesystem::remove(scratch.folder() / "model.safetensors");
  EXPECT_THAT(fault_of(scratch.folder().string()), HasSubstr("model.safetensors: no such file"));
  std::ofstream(scratch.folder() / "pytorch_model.bin") << "x";
  EXPECT_THAT(fault_of(scratch.folder().string()), HasSubstr("convert them to safetensors"));
  std::filesystem::create_symlink("../gone", scratch.folder() / "model.safetensors");
  EXPECT_THAT(fault_of(scratch.folder().string()), HasSubstr("a link to a file that is gone"));
}

TEST(Checkpoint, AFolderWithoutWeightsOpensForItsTiming) {
  const ScratchCheckpoint scratch("timing");
  auto config = scratch.config;
  const auto load = [&] {
    std::ofstream(scratch.folder() / "config.json") << config.dump();
    return load_checkpoint(scratch.folder().string());
  };
  EXPECT_THAT(load().error().message, HasSubstr("without weights config.json must say"));
  config["torch_dtype"] = "bfloat16";
  const auto loaded = load();
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_FALSE(loaded->has_weights());
  EXPECT_EQ(loaded->graph.dtype(), BF16);
  // Weights that were lost are not weights that were never meant to be there.
  for (const char* name : {"model-00001-of-00002.safetensors", "pytorch_model.bin",
                           "model.safetensors.index.json", "consolidated.00.pth"}) {
    std::ofstream(scratch.folder() / name) << "x";
    EXPECT_FALSE(load().ok()) << name;
    std::filesystem::remove(scratch.folder() / name);
  }
}

TEST(Checkpoint, WrongTensors) {
  {
    ScratchCheckpoint scratch("absent");
    scratch.tensors.erase("model.layers.1.mlp.up_proj.weight");
    EXPECT_THAT(fault_of(scratch),
                AllOf(HasSubstr("model.layers.1.mlp.up_proj.weight"), HasSubstr("is missing")));
  }
  {
    ScratchCheckpoint scratch("untied");
    scratch.config["tie_word_embeddings"] = false;
    EXPECT_THAT(fault_of(scratch),
                AllOf(HasSubstr("lm_head.weight"), HasSubstr("tie_word_embeddings")));
  }
  {
    ScratchCheckpoint scratch("shape");
    scratch.tensors["model.norm.weight"].shape = {9};
    EXPECT_THAT(fault_of(scratch), AllOf(HasSubstr("model.norm.weight"), HasSubstr("shape [9]"),
                                         HasSubstr("asks for [8]")));
  }
  {
    ScratchCheckpoint scratch("mixed");
    scratch.tensors["model.norm.weight"].dtype = DType::f32;
    EXPECT_THAT(fault_of(scratch),
                AllOf(HasSubstr("model.norm.weight"), HasSubstr("is f32"), HasSubstr("f16")));
  }
  {
    ScratchCheckpoint scratch("integers");
    scratch.set_all(DType::i32);
    EXPECT_THAT(fault_of(scratch), HasSubstr("weights must be F32, F16 or BF16"));
  }
  {
    ScratchCheckpoint scratch("table");
    scratch.tensors.erase("model.embed_tokens.weight");
    EXPECT_THAT(fault_of(scratch), HasSubstr("model.embed_tokens.weight"));
  }
  {
    ScratchCheckpoint scratch("config");
    scratch.config["rope_scaling"] = {{"factor", 2}};
    EXPECT_THAT(fault_of(scratch), AllOf(HasSubstr("config.json"), HasSubstr("rope_scaling")));
  }
}

TEST(Checkpoint, TensorsWithoutAPlaceAreRefused) {
  for (const char* name :
       {"model.layers.0.self_attn.q_proj.bias", "model.layers.2.input_layernorm.weight",
        "model.layers.0.mlp.up_proj.weight_scale", "base_model.lora_A.weight"}) {
    ScratchCheckpoint scratch("extra");
    scratch.add(name, {8});
    EXPECT_THAT(fault_of(scratch), AllOf(HasSubstr("model.safetensors: tensor \"" +
                                                   std::string(name) + "\" has no place in the"),
                                         HasSubstr("without biases, adapters")));
  }
}

TEST(Checkpoint, NamesFromOutsideStayOnOneLine) {
  ScratchCheckpoint scratch("newline");
  scratch.add("model.norm.weight\n", {8});
  EXPECT_THAT(fault_of(scratch), HasSubstr("tensor \"model.norm.weight\\n\" has no place"));
  scratch.tensors.erase("model.norm.weight");
  EXPECT_THAT(fault_of(scratch), HasSubstr("tensor \"model.norm.weight\" is missing"));
}

TEST(Checkpoint, HarmlessExtrasAreIgnored) {
  ScratchCheckpoint scratch("harmless");
  scratch.add("model.layers.1.self_attn.rotary_emb.inv_freq", {2});
  scratch.tensors["model.layers.1.self_attn.rotary_emb.inv_freq"].dtype = DType::f32;
  scratch.add("lm_head.weight", {10, 8});  // the head is tied
  scratch.write();
  const auto loaded = load_checkpoint(scratch.folder().string());
  EXPECT_TRUE(loaded.ok()) << loaded.error().message;
}

TEST(Zoo, BareNamesAreFoundFromTheCurrentFolder) {
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(WEFT_SOURCE_DIR);
  const auto found = find_checkpoint_folder("fable-1m");
  const std::string misspelt = fault_of("fabel-1m");
  std::filesystem::current_path(before);
  ASSERT_TRUE(found.ok()) << found.error().message;
  EXPECT_EQ(*found, std::filesystem::path("models/zoo/fable-1m"));
  EXPECT_THAT(misspelt, AllOf(HasSubstr("'fabel-1m'"), HasSubstr("did you mean 'fable-1m'?"),
                              HasSubstr("one of: "), HasSubstr(", llama-3-8b, ")));
}

}  // namespace
}  // namespace weft::models
