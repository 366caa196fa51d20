// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/half.h"

namespace weft::models {

/// A made-up small checkpoint in a folder of its own, removed at the end: hidden 8, 2 layers,
/// 2 heads, 1 KV head, intermediate 12, vocabulary 10, tied head. Tests bend it before `write`.
class ScratchCheckpoint {
 public:
  explicit ScratchCheckpoint(const std::string& name)
      : folder_(std::filesystem::temp_directory_path() /
                ("weft_" + name + "_" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(folder_);
    add("model.embed_tokens.weight", {10, 8});
    for (int layer = 0; layer < 2; ++layer) {
      const std::string at = "model.layers." + std::to_string(layer) + ".";
      add(at + "input_layernorm.weight", {8});
      add(at + "self_attn.q_proj.weight", {8, 8});
      add(at + "self_attn.k_proj.weight", {4, 8});
      add(at + "self_attn.v_proj.weight", {4, 8});
      add(at + "self_attn.o_proj.weight", {8, 8});
      add(at + "post_attention_layernorm.weight", {8});
      add(at + "mlp.gate_proj.weight", {12, 8});
      add(at + "mlp.up_proj.weight", {12, 8});
      add(at + "mlp.down_proj.weight", {8, 12});
    }
    add("model.norm.weight", {8});
  }
  ~ScratchCheckpoint() { std::filesystem::remove_all(folder_); }
  ScratchCheckpoint(const ScratchCheckpoint&) = delete;
  ScratchCheckpoint& operator=(const ScratchCheckpoint&) = delete;

  struct Entry {
    std::vector<std::int64_t> shape;
    DType dtype = DType::f16;
    std::map<std::int64_t, float> odd = {};  ///< elements that are not `value`
  };

  void add(const std::string& name, std::vector<std::int64_t> shape) {
    tensors[name] = {std::move(shape), DType::f16, {}};
  }
  void set_all(DType type) {
    for (auto& entry : tensors) {
      entry.second.dtype = type;
    }
  }

  /// Small values that all three types hold exactly.
  static float value(std::size_t tensor, std::int64_t element) {
    return static_cast<float>((static_cast<std::int64_t>(tensor) * 7 + element * 5) % 13 - 6) / 8;
  }

  void write() const {
    std::ofstream(folder_ / "config.json") << config.dump();
    std::vector<std::string> all;
    for (const auto& entry : tensors) {
      all.push_back(entry.first);
    }
    write_file("model.safetensors", all);
  }

  static std::string shard_name(int shard, int shards) {
    return "shard-" + std::to_string(shard + 1) + "-of-" + std::to_string(shards) + ".safetensors";
  }

  /// The tensors dealt in turn to files of their own, with the index that says so. `sparse`: the
  /// data is a hole of the right size.
  nlohmann::json write_shards(int shards, bool sparse = false) const {
    std::ofstream(folder_ / "config.json") << config.dump();
    std::vector<std::vector<std::string>> dealt(static_cast<std::size_t>(shards));
    nlohmann::json index;
    int next = 0;
    for (const auto& entry : tensors) {
      dealt[static_cast<std::size_t>(next % shards)].push_back(entry.first);
      index["weight_map"][entry.first] = shard_name(next % shards, shards);
      ++next;
    }
    for (int i = 0; i < shards; ++i) {
      write_file(shard_name(i, shards), dealt[static_cast<std::size_t>(i)], sparse);
    }
    write_index(index);
    return index;
  }

  void write_index(const nlohmann::json& index) const {
    std::ofstream(folder_ / "model.safetensors.index.json") << index.dump();
  }

  /// Writes the named tensors to one file of the folder.
  void write_file(const std::string& file_name, const std::vector<std::string>& names,
                  bool sparse = false) const {
    nlohmann::json header;
    std::string payload;
    std::int64_t end = 0;
    for (const std::string& name : names) {
      const auto found = tensors.find(name);
      const Entry& entry = found->second;
      std::int64_t elements = 1;
      for (std::int64_t dimension : entry.shape) {
        elements *= dimension;
      }
      const std::int64_t begin = end;
      end += elements * bytes_of(entry.dtype);
      if (!sparse) {
        payload.resize(static_cast<std::size_t>(end));
        auto* data = reinterpret_cast<std::byte*>(payload.data() + begin);
        const auto index = static_cast<std::size_t>(std::distance(tensors.begin(), found));
        for (std::int64_t i = 0; i < elements; ++i) {
          const auto odd = entry.odd.find(i);
          store_element(data, entry.dtype, i,
                        odd == entry.odd.end() ? value(index, i) : odd->second);
        }
      }
      const char* types[] = {"F32", "F16", "BF16", "I32"};
      header[name] = {{"dtype", types[static_cast<int>(entry.dtype)]},
                      {"shape", entry.shape},
                      {"data_offsets", {begin, end}}};
    }
    const std::string text = header.dump();
    const std::uint64_t length = text.size();
    {
      std::ofstream file(folder_ / file_name, std::ios::binary);
      file.write(reinterpret_cast<const char*>(&length), 8);
      file << text << payload;
    }
    if (sparse) {
      std::filesystem::resize_file(folder_ / file_name,
                                   8 + length + static_cast<std::uint64_t>(end));
    }
  }

  std::filesystem::path folder() const { return folder_; }

  nlohmann::json config = {{"architectures", {"LlamaForCausalLM"}},
                           {"model_type", "llama"},
                           {"hidden_size", 8},
                           {"intermediate_size", 12},
                           {"num_hidden_layers", 2},
                           {"num_attention_heads", 2},
                           {"num_key_value_heads", 1},
                           {"vocab_size", 10},
                           {"max_position_embeddings", 32},
                           {"rms_norm_eps", 1e-5},
                           {"hidden_act", "silu"},
                           {"bos_token_id", 1},
                           {"eos_token_id", {2, 3}},
                           {"tie_word_embeddings", true}};
  std::map<std::string, Entry> tensors;

 private:
  std::filesystem::path folder_;
};

}  // namespace weft::models
