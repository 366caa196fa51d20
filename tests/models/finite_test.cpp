// SPDX-License-Identifier: Apache-2.0
#include "models/finite.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "models/checkpoint.h"
#include "tests/models/scratch_checkpoint.h"

namespace weft::models {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr float nan = std::numeric_limits<float>::quiet_NaN();
constexpr float infinity = std::numeric_limits<float>::infinity();

/// What check_finite says of a folder that loads without complaint.
std::string fault_of(const ScratchCheckpoint& scratch) {
  const auto loaded = load_checkpoint(scratch.folder().string());
  EXPECT_TRUE(loaded.ok()) << loaded.error().message;
  const Status status = loaded.ok() ? check_finite(loaded->weights, loaded->graph) : Status();
  if (status.ok()) {
    return "";
  }
  EXPECT_EQ(status.error().kind, ErrorKind::input);
  EXPECT_THAT(status.error().message, Not(HasSubstr("\n")));
  return status.error().message;
}

TEST(Finite, NanAndInfinityAreNamedInAllThreeTypes) {
  const std::string name = "model.layers.1.self_attn.k_proj.weight";
  for (DType type : {DType::f16, DType::bf16, DType::f32}) {
    for (float bad : {nan, infinity, -infinity}) {
      ScratchCheckpoint scratch("finite");
      scratch.set_all(type);
      scratch.write();
      EXPECT_EQ(fault_of(scratch), "");
      scratch.tensors[name].odd = {{17, bad}, {30, nan}};
      scratch.write();
      EXPECT_THAT(
          fault_of(scratch),
          AllOf(HasSubstr("model.safetensors: tensor \"" + name + "\": element 17 of 32 is "),
                HasSubstr(bad == bad ? "is infinite" : "is NaN"),
                HasSubstr("export the model again, or run with --data off")));
    }
  }
}

TEST(Finite, LargestAndSubnormalValuesPass) {
  ScratchCheckpoint scratch("extremes");
  scratch.tensors["model.norm.weight"].odd = {{0, 65504}, {1, -65504}, {2, 6e-8F}, {3, -0.0F}};
  scratch.write();
  EXPECT_EQ(fault_of(scratch), "");
}

TEST(Finite, EveryPlaceOfALongTensorIsSeen) {
  for (std::int64_t at : {0, 4095, 4096, 8191, 8192, 8199}) {
    ScratchCheckpoint scratch("places");
    scratch.config["vocab_size"] = 1025;
    scratch.add("model.embed_tokens.weight", {1025, 8});
    scratch.tensors["model.embed_tokens.weight"].odd = {{at, infinity}};
    scratch.write();
    EXPECT_THAT(fault_of(scratch), HasSubstr("element " + std::to_string(at) + " of 8200"));
  }
}

TEST(Finite, ShardIsNamed) {
  ScratchCheckpoint scratch("bad_shard");
  scratch.tensors["model.norm.weight"].odd = {{7, nan}};
  const auto index = scratch.write_shards(3);
  EXPECT_THAT(fault_of(scratch),
              HasSubstr(index["weight_map"]["model.norm.weight"].get<std::string>() +
                        ": tensor \"model.norm.weight\": element 7 of 8 is NaN"));
}

TEST(Finite, StoredCopyOfATiedHeadMustBeTheTable) {
  ScratchCheckpoint scratch("copy");
  scratch.tensors["lm_head.weight"] = scratch.tensors["model.embed_tokens.weight"];
  const std::vector<std::string> both{"lm_head.weight", "model.embed_tokens.weight"};
  for (const std::string& name : both) {  // the same values in both
    for (std::int64_t i = 0; i < 80; ++i) {
      scratch.tensors[name].odd[i] = static_cast<float>(i);
    }
  }
  scratch.write();
  EXPECT_EQ(fault_of(scratch), "");
  scratch.tensors["lm_head.weight"].odd[79] = 1;
  scratch.write();
  EXPECT_THAT(fault_of(scratch), AllOf(HasSubstr("\"lm_head.weight\" differs from the embedding"),
                                       HasSubstr("set tie_word_embeddings in config.json to fal")));
}

TEST(Finite, BuffersNobodyReadsMayHoldAnything) {
  ScratchCheckpoint scratch("buffer");
  scratch.add("model.layers.0.self_attn.rotary_emb.inv_freq", {2});
  scratch.tensors["model.layers.0.self_attn.rotary_emb.inv_freq"].odd = {{0, nan}};
  scratch.write();
  EXPECT_EQ(fault_of(scratch), "");
}

}  // namespace
}  // namespace weft::models
