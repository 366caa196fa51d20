// SPDX-License-Identifier: Apache-2.0
#include "models/census.h"

#include <gtest/gtest.h>

#include "models/checkpoint.h"
#include "models/graph.h"

namespace weft::models {
namespace {

Graph zoo_graph(const std::string& name) {
  auto loaded = load_checkpoint(WEFT_SOURCE_DIR "/models/zoo/" + name);
  EXPECT_TRUE(loaded.ok()) << loaded.error().message;
  return loaded.ok() ? loaded->graph : Graph();
}

TEST(Census, ZooModelsHaveThePublishedParameters) {
  const std::pair<const char*, std::int64_t> published[] = {
      {"llama-2-7b", 6'738'415'616},      {"llama-2-13b", 13'015'864'320},
      {"llama-2-70b", 68'976'648'192},    {"codellama-34b", 33'743'970'304},
      {"llama-3-8b", 8'030'261'248},      {"llama-3-70b", 70'553'706'496},
      {"llama-3.1-405b", 405'853'388'800}};
  for (const auto& [name, parameters] : published) {
    EXPECT_EQ(parameter_count(zoo_graph(name)), parameters) << name;
  }
}

TEST(Census, DecodingLlama3At4096ByHand) {
  const Graph graph = zoo_graph("llama-3-8b");
  const Census census = take_census(graph, {1, 4096});
  // q and o, k and v, gate, up and down of a layer; the head.
  const double layer = 2.0 * 4096 * 4096 + 2.0 * 1024 * 4096 + 3.0 * 4096 * 14336;
  const double head = 128256.0 * 4096;
  const Work& linear = census.ops[LINEAR];
  EXPECT_EQ(linear.nodes, 32 * 7 + 1);
  EXPECT_EQ(linear.flops, 2 * (32 * layer + head));
  EXPECT_EQ(linear.weight_bytes, 2 * (32 * layer + head));
  EXPECT_EQ(linear.kv_bytes, 0);
  // x in and y out: q, k, v, o, gate, up, down; logits are fp32.
  const double vectors = (4096 + 4096) * 2.0 + (4096 + 1024) * 2.0 + (4096 + 14336) * 3.0;
  EXPECT_EQ(linear.activation_bytes, 32 * 2 * vectors + 2 * 4096 + 4 * 128256);
  const Work& attention = census.ops[ATTENTION];
  EXPECT_EQ(attention.flops, 32 * (4096.0 * 32 * (4 * 128 + 5) + 4096));
  EXPECT_EQ(attention.kv_bytes, 32.0 * 2 * 1024 * 2 * 4097);
  EXPECT_EQ(attention.activation_bytes, 32.0 * 2 * (4096 + 4096));
  EXPECT_EQ(attention.weight_bytes, 0);
  EXPECT_EQ(cache_bytes(graph, 4096), 536'870'912);
  EXPECT_EQ(weight_bytes(graph), 16'060'522'496);
  Work sum;
  for (const Work& work : census.ops) {
    sum += work;
  }
  EXPECT_EQ(sum.flops, census.total.flops);
  EXPECT_EQ(sum.bytes(), census.total.bytes());
}

TEST(Census, PrefillIsCausalAndKeepsTheLastLogitsOnly) {
  const Graph graph = zoo_graph("fable-1m");  // 4 layers, 128 wide, 8 heads of 16, 4 kv heads
  const Census census = take_census(graph, {10, 10});
  EXPECT_EQ(census.ops[ATTENTION].flops, 4 * (55.0 * 8 * (4 * 16 + 5) + 10 * 128));
  EXPECT_EQ(census.ops[ATTENTION].kv_bytes, 4 * (10 + 10) * 2 * 64 * 2.0);
  EXPECT_EQ(census.ops[LINEAR].flops,
            2 * 10 * 4 * (2.0 * 128 * 128 + 2 * 64 * 128 + 3 * 352 * 128) + 2 * 512 * 128);
  EXPECT_EQ(census.ops[RMS_NORM].flops, 4 * 9 * 10 * 128.0);
  EXPECT_EQ(census.ops[ROPE].flops, 3 * 4 * 10 * (128.0 + 64));
  EXPECT_EQ(census.ops[SILU_MUL].flops, 5 * 4 * 10 * 352.0);
  EXPECT_EQ(census.ops[ADD].flops, 8 * 10 * 128.0);
  EXPECT_EQ(census.ops[ARGMAX].flops, 512);
  EXPECT_EQ(census.ops[EMBEDDING].weight_bytes, 10 * 128 * 2);
  EXPECT_EQ(census.ops[EMBEDDING].activation_bytes, 10 * (4 + 128 * 2));
}

TEST(Census, StepsOfAPrefillAddUpToTheWhole) {
  const Graph graph = zoo_graph("fable-1m");
  double pieces = 0;
  for (int token = 1; token <= 7; ++token) {
    pieces += take_census(graph, {1, token}).ops[ATTENTION].flops;
  }
  EXPECT_EQ(pieces, take_census(graph, {7, 7}).ops[ATTENTION].flops);
  EXPECT_EQ(take_census(graph, {3, 7}).ops[ATTENTION].flops +
                take_census(graph, {4, 4}).ops[ATTENTION].flops,
            pieces);
}

}  // namespace
}  // namespace weft::models
