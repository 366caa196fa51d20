// SPDX-License-Identifier: Apache-2.0
#include "reference/cuda/llama_shape.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>

namespace weft::reference::cuda {
namespace {

/// Adds nodes and weights in the order of models/llama.cpp.
class Builder {
 public:
  explicit Builder(const LlamaShape& shape) : shape_(shape) {
    graph_.name = shape.name;
    graph_.dtype = shape.dtype;
    graph_.vocabulary = shape.vocabulary;
    graph_.context = shape.context;
  }

  Graph build() {
    const int table = weight("model.embed_tokens.weight", {shape_.vocabulary, shape_.hidden});
    int x = add("embed", Op::embedding, {kTokens}, shape_.hidden, table);
    for (layer_ = 0; layer_ < shape_.layers; ++layer_) {
      x = mlp(attention(x));
    }
    layer_ = -1;
    const int normed = norm("norm", x, "model.norm.weight");
    const int head =
        shape_.tied_head ? table : weight("lm_head.weight", {shape_.vocabulary, shape_.hidden});
    const int logits = add("logits", Op::linear, {normed}, shape_.vocabulary, head);
    graph_.nodes.back().dtype = DType::f32;
    add("token", Op::argmax, {logits}, 1, -1);
    graph_.nodes.back().dtype = DType::i32;
    return std::move(graph_);
  }

 private:
  int attention(int x) {
    const int q_width = shape_.heads * shape_.head_dim;
    const int kv_width = shape_.kv_heads * shape_.head_dim;
    const int h = norm("input_norm", x, "input_layernorm.weight");
    const int q = linear("q", h, "self_attn.q_proj.weight", q_width, shape_.hidden);
    const int k = linear("k", h, "self_attn.k_proj.weight", kv_width, shape_.hidden);
    const int v = linear("v", h, "self_attn.v_proj.weight", kv_width, shape_.hidden);
    const int q_rope = rope("q_rope", q, shape_.heads);
    const int k_rope = rope("k_rope", k, shape_.kv_heads);
    const int mixed = add("attention", Op::attention, {q_rope, k_rope, v}, q_width, -1);
    Node& node = graph_.nodes.back();
    node.heads = shape_.heads;
    node.kv_heads = shape_.kv_heads;
    node.head_dim = shape_.head_dim;
    node.scale = 1 / std::sqrt(static_cast<double>(shape_.head_dim));
    const int o = linear("o", mixed, "self_attn.o_proj.weight", shape_.hidden, q_width);
    return add("attention_residual", Op::add, {x, o}, shape_.hidden, -1);
  }

  int mlp(int x) {
    const int h = norm("post_norm", x, "post_attention_layernorm.weight");
    const int width = shape_.intermediate;
    const int gate = linear("gate", h, "mlp.gate_proj.weight", width, shape_.hidden);
    const int up = linear("up", h, "mlp.up_proj.weight", width, shape_.hidden);
    const int product = add("silu_mul", Op::silu_mul, {gate, up}, width, -1);
    const int down = linear("down", product, "mlp.down_proj.weight", shape_.hidden, width);
    return add("mlp_residual", Op::add, {x, down}, shape_.hidden, -1);
  }

  int norm(const char* name, int x, const char* gain) {
    const int index = add(name, Op::rms_norm, {x}, shape_.hidden, weight(gain, {shape_.hidden}));
    graph_.nodes.back().epsilon = shape_.norm_epsilon;
    return index;
  }

  int linear(const char* name, int x, const char* matrix, int outputs, int inputs) {
    return add(name, Op::linear, {x}, outputs, weight(matrix, {outputs, inputs}));
  }

  int rope(const char* name, int x, int heads) {
    const int index = add(name, Op::rope, {x}, std::int64_t{heads} * shape_.head_dim, -1);
    Node& node = graph_.nodes.back();
    node.heads = heads;
    node.head_dim = shape_.head_dim;
    node.rope_theta = shape_.rope_theta;
    node.rope_scaling = shape_.rope_scaling;
    return index;
  }

  int add(const std::string& name, Op op, std::vector<int> sources, std::int64_t width,
          int weight) {
    Node node;
    node.name = layer_ < 0 ? name : "layers." + std::to_string(layer_) + "." + name;
    node.op = op;
    node.sources = std::move(sources);
    node.weight = weight;
    node.layer = layer_;
    node.width = width;
    node.dtype = shape_.dtype;
    graph_.nodes.push_back(std::move(node));
    return static_cast<int>(graph_.nodes.size()) - 1;
  }

  int weight(const std::string& name, std::vector<std::int64_t> shape) {
    const std::string prefix = layer_ < 0 ? "" : "model.layers." + std::to_string(layer_) + ".";
    graph_.weights.push_back({prefix + name, std::move(shape)});
    return static_cast<int>(graph_.weights.size()) - 1;
  }

  const LlamaShape& shape_;
  Graph graph_;
  int layer_ = -1;
};

constexpr std::array kTimed = {
    LlamaShape{"llama-3-8b", DType::f16, 4096, 14336, 32, 32, 8, 128, 128256, 8192, 1e-5, 500000},
    LlamaShape{"llama-2-7b", DType::f16, 4096, 11008, 32, 32, 32, 128, 32000, 4096},
};

}  // namespace

Graph make_llama(const LlamaShape& shape) { return Builder(shape).build(); }

/// fable-1m with the first prompt of its expected.json. The others have shapes that 32 divides
/// nowhere, each storage type, heads that share their keys by threes, all together and not at all,
/// a tied head, stretched angles; their seeds are such that tokens vary and none is a close choice.
/// models/zoo/drawn-* is written from here (draw_models) and MODEL_CARD.md there says the same.
std::vector<FunctionalModel> functional_models() {
  const Prompt drawn{{1, 7, 3, 11, 20}, 24};
  return {
      {{"fable-1m", DType::f16, 128, 352, 4, 8, 4, 16, 512, 256},
       0,
       "d84e6bf1719ef98f6e575f0b5a879517",
       {{1, 431, 354, 372, 283, 261}, 64}},
      {{"drawn-f16", DType::f16, 24, 40, 2, 6, 2, 6, 50, 64, 1e-5, 500000, false, {8, 1, 4, 24}},
       183,
       "e0a7f831ca680a0fa99f09c4224381fc",
       drawn},
      {{"drawn-bf16", DType::bf16, 48, 80, 2, 5, 1, 12, 97, 64, 1e-5, 500000, true},
       16,
       "85c80e34b265159bd3ba37f643d4bd5b",
       drawn},
      {{"drawn-f32", DType::f32, 40, 56, 2, 3, 3, 8, 70, 64},
       268,
       "8e0a2d2297d47b6884eac92726a5601f",
       drawn},
  };
}

std::span<const LlamaShape> timed_models() { return kTimed; }

std::vector<TimedStep> timed_steps() {
  std::vector<TimedStep> steps;
  for (const LlamaShape& shape : timed_models()) {
    steps.push_back({shape, "decode", 1});
    steps.push_back({shape, "prefill", 1});
    steps.push_back({shape, "decode", 8});
  }
  return steps;
}

std::string config_json(const LlamaShape& s) {
  const char* type = s.dtype == DType::f32   ? "float32"
                     : s.dtype == DType::f16 ? "float16"
                                             : "bfloat16";
  std::ostringstream text;
  text.precision(15);  // all that a decimal number keeps
  text << "{\n \"architectures\": [\"LlamaForCausalLM\"],\n \"model_type\": \"llama\",\n"
       << " \"hidden_size\": " << s.hidden << ",\n \"intermediate_size\": " << s.intermediate
       << ",\n \"num_hidden_layers\": " << s.layers << ",\n \"num_attention_heads\": " << s.heads
       << ",\n \"num_key_value_heads\": " << s.kv_heads << ",\n \"head_dim\": " << s.head_dim
       << ",\n \"vocab_size\": " << s.vocabulary << ",\n \"max_position_embeddings\": " << s.context
       << ",\n \"rms_norm_eps\": " << s.norm_epsilon << ",\n \"rope_theta\": " << s.rope_theta
       << ",\n \"hidden_act\": \"silu\",\n \"tie_word_embeddings\": "
       << (s.tied_head ? "true" : "false") << ",\n \"torch_dtype\": \"" << type << "\"";
  if (s.rope_scaling.factor > 0) {
    text << ",\n \"rope_scaling\": {\"rope_type\": \"llama3\", \"factor\": "
         << s.rope_scaling.factor << ", \"low_freq_factor\": " << s.rope_scaling.low_frequency
         << ", \"high_freq_factor\": " << s.rope_scaling.high_frequency
         << ", \"original_max_position_embeddings\": " << s.rope_scaling.original_context << "}";
  }
  text << "\n}\n";
  return text.str();
}

}  // namespace weft::reference::cuda
