// SPDX-License-Identifier: Apache-2.0
#include "models/llama.h"

#include <fmt/format.h>

#include <cmath>
#include <initializer_list>
#include <vector>

#include "models/graph.h"

namespace weft::models {
namespace {

/// Adds nodes and tensors in execution order; `layer_` is -1 outside the decoder layers.
class Builder {
 public:
  Builder(const LlamaConfig& config, Graph& graph) : config_(config), graph_(graph) {}

  void build() {
    declare("tokens", {-1}, I32);
    const std::string table =
        weight("model.embed_tokens.weight", {config_.vocabulary, config_.hidden});
    std::string x = add("embed", EMBEDDING, {"tokens", table}).name();
    for (layer_ = 0; layer_ < config_.layers; ++layer_) {
      x = mlp(attention(x));
    }
    layer_ = -1;
    const std::string normed = norm("norm", x, "model.norm.weight");
    declare("logits", {}, F32);
    add("logits", LINEAR,
        {normed, config_.tied_head
                     ? table
                     : weight("lm_head.weight", {config_.vocabulary, config_.hidden})});
    declare("token", {}, I32);
    add("token", ARGMAX, {"logits"});
  }

 private:
  std::string attention(const std::string& x) {
    const int q_width = config_.heads * config_.head_dim;
    const int kv_width = config_.kv_heads * config_.head_dim;
    const std::string h = norm("input_norm", x, "input_layernorm.weight");
    const std::string q = linear("q", h, "self_attn.q_proj.weight", q_width, config_.hidden);
    const std::string k = linear("k", h, "self_attn.k_proj.weight", kv_width, config_.hidden);
    const std::string v = linear("v", h, "self_attn.v_proj.weight", kv_width, config_.hidden);
    const std::string q_rope = rope("q_rope", q, config_.heads);
    const std::string k_rope = rope("k_rope", k, config_.kv_heads);
    Node& node = add("attention", ATTENTION, {q_rope, k_rope, v});
    node.set_heads(config_.heads);
    node.set_kv_heads(config_.kv_heads);
    node.set_head_dim(config_.head_dim);
    node.set_scale(1 / std::sqrt(static_cast<double>(config_.head_dim)));
    const std::string o =
        linear("o", node.name(), "self_attn.o_proj.weight", config_.hidden, q_width);
    return add("attention_residual", ADD, {x, o}).name();
  }

  std::string mlp(const std::string& x) {
    const std::string h = norm("post_norm", x, "post_attention_layernorm.weight");
    const std::string gate =
        linear("gate", h, "mlp.gate_proj.weight", config_.intermediate, config_.hidden);
    const std::string up =
        linear("up", h, "mlp.up_proj.weight", config_.intermediate, config_.hidden);
    const std::string product = add("silu_mul", SILU_MUL, {gate, up}).name();
    const std::string down =
        linear("down", product, "mlp.down_proj.weight", config_.hidden, config_.intermediate);
    return add("mlp_residual", ADD, {x, down}).name();
  }

  std::string norm(const std::string& name, const std::string& x, const std::string& gain) {
    Node& node = add(name, RMS_NORM, {x, weight(gain, {config_.hidden})});
    node.set_epsilon(config_.norm_epsilon);
    return node.name();
  }

  std::string linear(const std::string& name, const std::string& x, const std::string& matrix,
                     int outputs, int inputs) {
    return add(name, LINEAR, {x, weight(matrix, {outputs, inputs})}).name();
  }

  std::string rope(const std::string& name, const std::string& x, int heads) {
    Node& node = add(name, ROPE, {x});
    node.set_heads(heads);
    node.set_head_dim(config_.head_dim);
    node.set_rope_theta(config_.rope_theta);
    if (const RopeFactors& factors = config_.rope_scaling; factors.factor > 0) {
      RopeScaling& scaling = *node.mutable_rope_scaling();
      scaling.set_factor(factors.factor);
      scaling.set_low_frequency(factors.low_frequency);
      scaling.set_high_frequency(factors.high_frequency);
      scaling.set_original_context(factors.original_context);
    }
    return node.name();
  }

  Node& add(const std::string& name, Op op, const std::vector<std::string>& inputs) {
    Node& node = *graph_.add_nodes();
    node.set_name(layer_ < 0 ? name : fmt::format("layers.{}.{}", layer_, name));
    node.set_op(op);
    node.set_layer(layer_);
    node.mutable_inputs()->Assign(inputs.begin(), inputs.end());
    return node;
  }

  std::string weight(const std::string& name, std::initializer_list<std::int64_t> shape) {
    const std::string full = layer_ < 0 ? name : fmt::format("model.layers.{}.{}", layer_, name);
    declare(full, shape, graph_.dtype()).set_weight_name(full);
    return full;
  }

  Tensor& declare(const std::string& name, std::initializer_list<std::int64_t> shape,
                  ElementType dtype) {
    Tensor& tensor = *graph_.add_tensors();
    tensor.set_name(name);
    tensor.mutable_shape()->Assign(shape.begin(), shape.end());
    tensor.set_dtype(dtype);
    return tensor;
  }

  const LlamaConfig& config_;
  Graph& graph_;
  int layer_ = -1;
};

}  // namespace

Result<Graph> build_llama(const LlamaConfig& config, const std::string& name, ElementType dtype) {
  Graph graph;
  graph.set_name(name);
  graph.set_dtype(dtype);
  graph.set_vocabulary(config.vocabulary);
  graph.set_context(config.context);
  graph.set_layers(config.layers);
  graph.set_bos_token(config.bos_token);
  graph.mutable_eos_tokens()->Assign(config.eos_tokens.begin(), config.eos_tokens.end());
  Builder(config, graph).build();
  WEFT_TRY(infer_shapes(graph));
  return graph;
}

}  // namespace weft::models
