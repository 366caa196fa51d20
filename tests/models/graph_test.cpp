// SPDX-License-Identifier: Apache-2.0
#include "models/graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "models/llama.h"

namespace weft::models {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

LlamaConfig small() {
  LlamaConfig config;
  config.hidden = 8;
  config.intermediate = 12;
  config.layers = 1;
  config.heads = 4;
  config.kv_heads = 2;
  config.head_dim = 4;  // heads * head_dim is not hidden: q is 16 wide
  config.vocabulary = 10;
  config.context = 32;
  return config;
}

std::vector<std::int64_t> shape_of(const Graph& graph, const std::string& name) {
  const Tensor* tensor = find_tensor(graph, name);
  return tensor == nullptr
             ? std::vector<std::int64_t>{}
             : std::vector<std::int64_t>(tensor->shape().begin(), tensor->shape().end());
}

TEST(Graph, LlamaNodesShapesAndTypes) {
  const auto graph = build_llama(small(), "small", BF16);
  ASSERT_TRUE(graph.ok()) << graph.error().message;
  std::vector<std::string> names;
  for (const Node& node : graph->nodes()) {
    names.push_back(node.name());
  }
  EXPECT_THAT(names,
              ElementsAre("embed", "layers.0.input_norm", "layers.0.q", "layers.0.k", "layers.0.v",
                          "layers.0.q_rope", "layers.0.k_rope", "layers.0.attention", "layers.0.o",
                          "layers.0.attention_residual", "layers.0.post_norm", "layers.0.gate",
                          "layers.0.up", "layers.0.silu_mul", "layers.0.down",
                          "layers.0.mlp_residual", "norm", "logits", "token"));
  EXPECT_THAT(shape_of(*graph, "tokens"), ElementsAre(-1));
  EXPECT_THAT(shape_of(*graph, "embed"), ElementsAre(-1, 8));
  EXPECT_THAT(shape_of(*graph, "layers.0.q"), ElementsAre(-1, 16));
  EXPECT_THAT(shape_of(*graph, "layers.0.k_rope"), ElementsAre(-1, 8));
  EXPECT_THAT(shape_of(*graph, "layers.0.attention"), ElementsAre(-1, 16));
  EXPECT_THAT(shape_of(*graph, "layers.0.o"), ElementsAre(-1, 8));
  EXPECT_THAT(shape_of(*graph, "layers.0.silu_mul"), ElementsAre(-1, 12));
  EXPECT_THAT(shape_of(*graph, "logits"), ElementsAre(-1, 10));
  EXPECT_THAT(shape_of(*graph, "token"), ElementsAre(-1));
  EXPECT_EQ(find_tensor(*graph, "tokens")->dtype(), I32);
  EXPECT_EQ(find_tensor(*graph, "norm")->dtype(), BF16);
  EXPECT_EQ(find_tensor(*graph, "logits")->dtype(), F32);
  EXPECT_EQ(find_tensor(*graph, "token")->dtype(), I32);
}

TEST(Graph, LlamaNodesCarryTheirFigures) {
  const auto graph = build_llama(small(), "small", F16);
  ASSERT_TRUE(graph.ok());
  const Node* attention = find_node(*graph, "layers.0.attention");
  EXPECT_EQ(attention->heads(), 4);
  EXPECT_EQ(attention->kv_heads(), 2);
  EXPECT_EQ(attention->head_dim(), 4);
  EXPECT_EQ(attention->scale(), 0.5);
  EXPECT_EQ(attention->layer(), 0);
  EXPECT_EQ(find_node(*graph, "layers.0.k_rope")->heads(), 2);
  EXPECT_EQ(find_node(*graph, "layers.0.q_rope")->rope_theta(), 10000);
  EXPECT_EQ(find_node(*graph, "norm")->layer(), -1);
  EXPECT_EQ(find_node(*graph, "norm")->epsilon(), 1e-6);
  EXPECT_EQ(find_node(*graph, "nothing"), nullptr);
  const Tensor* weight = weight_of(*graph, *find_node(*graph, "layers.0.down"));
  ASSERT_NE(weight, nullptr);
  EXPECT_EQ(weight->weight_name(), "model.layers.0.mlp.down_proj.weight");
  EXPECT_EQ(weight_of(*graph, *attention), nullptr);
}

TEST(Graph, TiedHeadReadsTheTable) {
  LlamaConfig config = small();
  const auto untied = build_llama(config, "small", F16);
  config.tied_head = true;
  const auto tied = build_llama(config, "small", F16);
  ASSERT_TRUE(untied.ok() && tied.ok());
  EXPECT_EQ(weight_of(*untied, *find_node(*untied, "logits"))->name(), "lm_head.weight");
  EXPECT_EQ(weight_of(*tied, *find_node(*tied, "logits"))->name(), "model.embed_tokens.weight");
  EXPECT_EQ(parameter_count(*untied) - parameter_count(*tied), 10 * 8);
  EXPECT_EQ(find_tensor(*tied, "lm_head.weight"), nullptr);
}

TEST(Graph, TypesRoundTrip) {
  for (ElementType type : {F32, F16, BF16, I32}) {
    EXPECT_EQ(element_type_of(dtype_of(type)), type);
  }
}

/// The error of shape inference after `bend` changed a good graph.
std::string fault_after(const std::function<void(Graph&)>& bend) {
  auto graph = build_llama(small(), "small", F16);
  EXPECT_TRUE(graph.ok());
  bend(*graph);
  const Status status = infer_shapes(*graph);
  EXPECT_FALSE(status.ok());
  return status.ok() ? "" : status.error().message;
}

Node& node_of(Graph& graph, const std::string& name) {
  return const_cast<Node&>(*find_node(graph, name));
}

TEST(Graph, FaultsNameNodeAndShapes) {
  EXPECT_THAT(
      fault_after([](Graph& g) { node_of(g, "layers.0.q").set_inputs(1, "lm_head.weight"); }),
      AllOf(HasSubstr("layers.0.q_rope"), HasSubstr("[-1, 10]")));
  EXPECT_THAT(fault_after([](Graph& g) { node_of(g, "norm").set_inputs(0, "layers.0.gate"); }),
              AllOf(HasSubstr("'norm' (RMS_NORM)"), HasSubstr("[-1, 12] [8]")));
  EXPECT_THAT(fault_after([](Graph& g) { node_of(g, "layers.0.attention").set_kv_heads(3); }),
              HasSubstr("not a multiple"));
  EXPECT_THAT(fault_after([](Graph& g) { node_of(g, "layers.0.k_rope").set_head_dim(3); }),
              HasSubstr("even head_dim"));
  EXPECT_THAT(fault_after([](Graph& g) { node_of(g, "layers.0.o").set_inputs(0, "nowhere"); }),
              AllOf(HasSubstr("layers.0.o"), HasSubstr("'nowhere', which is not in the graph")));
  EXPECT_THAT(fault_after([](Graph& g) { node_of(g, "embed").add_inputs("tokens"); }),
              HasSubstr("takes 2 inputs, has 3"));
  EXPECT_THAT(fault_after([](Graph& g) { node_of(g, "layers.0.q").set_inputs(0, "norm"); }),
              HasSubstr("no earlier node has written"));
  EXPECT_THAT(fault_after([](Graph& g) { node_of(g, "norm").set_op(OP_UNKNOWN); }),
              HasSubstr("no known operation"));
  EXPECT_THAT(fault_after([](Graph& g) { *g.add_nodes() = g.nodes(0); }), HasSubstr("twice"));
  EXPECT_THAT(fault_after([](Graph& g) { *g.add_tensors() = g.tensors(0); }), HasSubstr("twice"));
}

}  // namespace
}  // namespace weft::models
