// SPDX-License-Identifier: Apache-2.0
#include "tests/whole/random_model.h"

#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "base/half.h"

namespace weft {
namespace {

/// Gathers tensors, then writes them as one safetensors file.
class Writer {
 public:
  Writer(DType dtype, std::uint64_t seed) : dtype_(dtype), random_(seed) {}

  // Normal-ish values around `mean`, a sum of uniforms so that every library draws the same.
  void add(const std::string& name, std::vector<int> shape, double mean, double spread) {
    std::int64_t count = 1;
    for (const int size : shape) {
      count *= size;
    }
    const auto first = bytes_.size();
    bytes_.resize(first + static_cast<std::size_t>(count * bytes_of(dtype_)));
    for (std::int64_t i = 0; i < count; ++i) {
      double value = -2;
      for (int k = 0; k < 4; ++k) {
        value += static_cast<double>(random_() >> 11) * 0x1p-53;
      }
      store_element(bytes_.data() + first, dtype_, i,
                    static_cast<float>(mean + spread * value * std::sqrt(3.0)));
    }
    const char* type = dtype_ == DType::f32 ? "F32" : dtype_ == DType::f16 ? "F16" : "BF16";
    header_[name] = {{"dtype", type}, {"shape", shape}, {"data_offsets", {first, bytes_.size()}}};
  }

  void write(const std::filesystem::path& path) const {
    const std::string header = header_.dump();
    const auto length = static_cast<std::uint64_t>(header.size());
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(&length), sizeof(length));
    file << header;
    file.write(reinterpret_cast<const char*>(bytes_.data()),
               static_cast<std::streamsize>(bytes_.size()));
  }

 private:
  DType dtype_;
  std::mt19937_64 random_;
  nlohmann::ordered_json header_;
  std::vector<std::byte> bytes_;
};

void write_config(const RandomModel& m, const std::filesystem::path& folder) {
  const char* type = m.dtype == DType::f32   ? "float32"
                     : m.dtype == DType::f16 ? "float16"
                                             : "bfloat16";
  nlohmann::json config = {{"architectures", {"LlamaForCausalLM"}},
                           {"model_type", "llama"},
                           {"hidden_size", m.width},
                           {"intermediate_size", m.hidden},
                           {"num_hidden_layers", m.layers},
                           {"num_attention_heads", m.heads},
                           {"num_key_value_heads", m.kv_heads},
                           {"head_dim", m.head_dim},
                           {"vocab_size", m.vocabulary},
                           {"max_position_embeddings", m.context},
                           {"rms_norm_eps", 1e-5},
                           {"rope_theta", 500000.0},
                           {"hidden_act", "silu"},
                           {"tie_word_embeddings", m.tied},
                           {"torch_dtype", type}};
  if (m.scaled_rope) {
    config["rope_scaling"] = {{"rope_type", "llama3"},
                              {"factor", 8.0},
                              {"low_freq_factor", 1.0},
                              {"high_freq_factor", 4.0},
                              {"original_max_position_embeddings", 24}};
  }
  std::ofstream(folder / "config.json") << config.dump(1);
}

}  // namespace

void write_random_model(const RandomModel& m, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  write_config(m, folder);
  Writer writer(m.dtype, m.seed);
  const auto product = [&](const std::string& name, int out, int in) {
    writer.add(name + ".weight", {out, in}, 0, 1 / std::sqrt(in));
  };
  const auto gain = [&](const std::string& name) {
    writer.add(name + ".weight", {m.width}, 1, 0.2);
  };
  writer.add("model.embed_tokens.weight", {m.vocabulary, m.width}, 0, 1);
  for (int l = 0; l < m.layers; ++l) {
    const std::string layer = "model.layers." + std::to_string(l) + ".";
    gain(layer + "input_layernorm");
    product(layer + "self_attn.q_proj", m.heads * m.head_dim, m.width);
    product(layer + "self_attn.k_proj", m.kv_heads * m.head_dim, m.width);
    product(layer + "self_attn.v_proj", m.kv_heads * m.head_dim, m.width);
    product(layer + "self_attn.o_proj", m.width, m.heads * m.head_dim);
    gain(layer + "post_attention_layernorm");
    product(layer + "mlp.gate_proj", m.hidden, m.width);
    product(layer + "mlp.up_proj", m.hidden, m.width);
    product(layer + "mlp.down_proj", m.width, m.hidden);
  }
  gain("model.norm");
  if (!m.tied) {
    product("lm_head", m.vocabulary, m.width);
  }
  writer.write(folder / "model.safetensors");
}

}  // namespace weft
