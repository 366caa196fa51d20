// SPDX-License-Identifier: Apache-2.0
#include "models/llama_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace weft::models {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

json good() {
  return {{"model_type", "llama"},    {"hidden_size", 64},        {"intermediate_size", 100},
          {"num_hidden_layers", 3},   {"num_attention_heads", 4}, {"vocab_size", 500},
          {"torch_dtype", "float16"}, {"use_cache", true}};
}

std::string fault_of(const json& config) {
  const auto parsed = parse_llama_config(config.dump(), "x/config.json");
  EXPECT_FALSE(parsed.ok());
  if (parsed.ok()) {
    return "";
  }
  EXPECT_EQ(parsed.error().kind, ErrorKind::input);
  EXPECT_THAT(parsed.error().message, AllOf(StartsWith("x/config.json: "), Not(HasSubstr("\n"))));
  return parsed.error().message;
}

std::string fault_with(const char* field, const json& value) {
  json config = good();
  config[field] = value;
  return fault_of(config);
}

TEST(LlamaConfig, AbsentFieldsTakeTheDefaults) {
  const auto config = parse_llama_config(good().dump(), "x");
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config->kv_heads, 4);
  EXPECT_EQ(config->head_dim, 16);
  EXPECT_EQ(config->context, 2048);
  EXPECT_EQ(config->norm_epsilon, 1e-6);
  EXPECT_EQ(config->rope_theta, 10000);
  EXPECT_FALSE(config->tied_head);
  EXPECT_EQ(config->bos_token, -1);
  EXPECT_TRUE(config->eos_tokens.empty());
}

TEST(LlamaConfig, GivenFieldsAreRead) {
  json given = good();
  given.update({{"num_key_value_heads", 2},
                {"head_dim", 8},
                {"max_position_embeddings", 77},
                {"rms_norm_eps", 1e-5},
                {"rope_theta", 5e5},
                {"tie_word_embeddings", true},
                {"bos_token_id", 1},
                {"eos_token_id", 2},
                {"rope_scaling", nullptr},
                {"attention_bias", false},
                {"mlp_bias", false},
                {"hidden_act", "silu"},
                {"sliding_window", nullptr}});
  auto config = parse_llama_config(given.dump(), "x");
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config->kv_heads, 2);
  EXPECT_EQ(config->head_dim, 8);
  EXPECT_EQ(config->context, 77);
  EXPECT_EQ(config->norm_epsilon, 1e-5);
  EXPECT_EQ(config->rope_theta, 5e5);
  EXPECT_TRUE(config->tied_head);
  EXPECT_EQ(config->bos_token, 1);
  EXPECT_THAT(config->eos_tokens, ElementsAre(2));
  given["eos_token_id"] = {7, 9};
  given["rope_parameters"] = {{"rope_type", "default"}, {"rope_theta", 123.0}};
  config = parse_llama_config(given.dump(), "x");
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_THAT(config->eos_tokens, ElementsAre(7, 9));
  EXPECT_EQ(config->rope_theta, 123.0);
}

const json llama31_scaling = {{"rope_type", "llama3"},
                              {"factor", 8.0},
                              {"low_freq_factor", 1.0},
                              {"high_freq_factor", 4},
                              {"original_max_position_embeddings", 8192}};

TEST(LlamaConfig, TheAnglesOfLlama31AreReadFromEitherPlace) {
  json given = good();
  given["rope_scaling"] = llama31_scaling;
  const auto older = parse_llama_config(given.dump(), "x");
  ASSERT_TRUE(older.ok()) << older.error().message;
  EXPECT_EQ(older->rope_scaling, (RopeFactors{8, 1, 4, 8192}));
  given = good();
  given["rope_parameters"] = llama31_scaling;
  given["rope_parameters"]["rope_theta"] = 5e5;
  const auto newer = parse_llama_config(given.dump(), "x");
  ASSERT_TRUE(newer.ok()) << newer.error().message;
  EXPECT_EQ(newer->rope_scaling, older->rope_scaling);
  EXPECT_EQ(newer->rope_theta, 5e5);
}

TEST(LlamaConfig, AnglesThatLackAFactorAreRefused) {
  for (const auto& [name, value] : llama31_scaling.items()) {
    for (const json& bad : {json(nullptr), json(-1), json("8")}) {
      json scaling = llama31_scaling;
      scaling[name] = bad;
      EXPECT_THAT(fault_with("rope_scaling", scaling), HasSubstr("is not supported")) << name;
    }
  }
  json crossed = llama31_scaling;
  crossed["low_freq_factor"] = 4;
  EXPECT_THAT(fault_with("rope_scaling", crossed), HasSubstr("is not supported"));
}

TEST(LlamaConfig, TheTypeIsReadWhereWeCanStoreIt) {
  const std::pair<const char*, std::optional<ElementType>> types[] = {
      {"float32", F32}, {"float16", F16}, {"bfloat16", BF16}, {"float8_e4m3fn", {}}};
  for (const auto& [name, type] : types) {
    for (const char* field : {"torch_dtype", "dtype"}) {
      json given = good();
      given.erase("torch_dtype");
      given[field] = name;
      const auto config = parse_llama_config(given.dump(), "x");
      ASSERT_TRUE(config.ok()) << config.error().message;
      EXPECT_EQ(config->dtype, type) << name;
    }
  }
}

TEST(LlamaConfig, WhatWouldChangeTheResultsIsAnError) {
  EXPECT_THAT(fault_with("rope_scaling", {{"factor", 8.0}, {"rope_type", "dynamic"}}),
              AllOf(HasSubstr("rope_scaling"), HasSubstr("dynamic"), HasSubstr("not supported")));
  EXPECT_THAT(fault_with("rope_parameters", {{"rope_type", "yarn"}}), HasSubstr("yarn"));
  EXPECT_THAT(fault_with("rope_parameters", {{"rope_theta", -1}}), HasSubstr("positive"));
  EXPECT_THAT(fault_with("rope_parameters", 3), HasSubstr("rope_parameters = 3"));
  EXPECT_THAT(fault_with("hidden_act", "gelu"), HasSubstr("hidden_act = \"gelu\""));
  EXPECT_THAT(fault_with("attention_bias", true), HasSubstr("attention_bias = true"));
  EXPECT_THAT(fault_with("mlp_bias", true), HasSubstr("mlp_bias = true"));
  EXPECT_THAT(fault_with("sliding_window", 4096), HasSubstr("sliding_window = 4096"));
  EXPECT_THAT(fault_with("quantization_config", {{"bits", 4}}), HasSubstr("quantization_config"));
  EXPECT_THAT(fault_with("partial_rotary_factor", 0.5), HasSubstr("partial_rotary_factor = 0.5"));
  EXPECT_THAT(fault_with("model_type", "qwen2"), HasSubstr("model_type = \"qwen2\""));
  EXPECT_THAT(fault_with("architectures", {"MistralForCausalLM"}), HasSubstr("Mistral"));
}

TEST(LlamaConfig, MissingAndWrongFieldsAreNamed) {
  for (const char* field : {"model_type", "hidden_size", "intermediate_size", "num_hidden_layers",
                            "num_attention_heads", "vocab_size"}) {
    json config = good();
    config.erase(field);
    EXPECT_THAT(fault_of(config), AllOf(HasSubstr(field), HasSubstr("is missing")));
  }
  EXPECT_THAT(fault_with("hidden_size", "64"), HasSubstr("hidden_size = \"64\""));
  EXPECT_THAT(fault_with("hidden_size", 64.5), HasSubstr("whole number"));
  EXPECT_THAT(fault_with("num_hidden_layers", 0), HasSubstr("from 1 to 2^12"));
  EXPECT_THAT(fault_with("num_hidden_layers", 4097), HasSubstr("from 1 to 2^12"));
  EXPECT_THAT(fault_with("vocab_size", 1e30), HasSubstr("vocab_size"));
  EXPECT_THAT(fault_with("vocab_size", 18446744073709551615ULL), HasSubstr("vocab_size"));
  EXPECT_THAT(fault_with("rms_norm_eps", -1e-5), HasSubstr("positive"));
  EXPECT_THAT(fault_with("rope_theta", "big"), HasSubstr("rope_theta"));
  EXPECT_THAT(fault_with("tie_word_embeddings", 1), HasSubstr("true or false"));
  EXPECT_THAT(fault_with("eos_token_id", 500), HasSubstr("from 0 to 499"));
  EXPECT_THAT(fault_with("eos_token_id", {2, "x"}), HasSubstr("eos_token_id"));
  EXPECT_THAT(fault_with("num_key_value_heads", 3), HasSubstr("must divide"));
  EXPECT_THAT(fault_with("num_attention_heads", 5), HasSubstr("does not divide hidden_size"));
  EXPECT_THAT(fault_with("head_dim", 7), HasSubstr("must be even"));
  EXPECT_THAT(fault_with("head_dim", 1 << 24), HasSubstr("must be at most 2^24"));
}

TEST(LlamaConfig, NotJson) {
  const auto broken = parse_llama_config("{\n\"a\": }", "x/config.json");
  ASSERT_FALSE(broken.ok());
  EXPECT_THAT(broken.error().message, AllOf(HasSubstr("not valid JSON"), HasSubstr("line 2")));
  EXPECT_THAT(fault_of(json::array()), HasSubstr("not a JSON object"));
  // Deep enough to end a program that walks it by recursion.
  const std::string deep(200000, '['), back(200000, ']');
  const auto nested = parse_llama_config("{\"a\": " + deep + back + "}", "x/config.json");
  ASSERT_FALSE(nested.ok());
  EXPECT_EQ(nested.error().message,
            "x/config.json: lists and objects are nested more than 64 deep");
  const auto absent = read_llama_config("/nonexistent/config.json");
  ASSERT_FALSE(absent.ok());
  EXPECT_EQ(absent.error().kind, ErrorKind::io);
}

}  // namespace
}  // namespace weft::models
