// SPDX-License-Identifier: Apache-2.0
#include "models/weights.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <system_error>
#include <vector>

#include "base/file.h"
#include "models/json.h"

namespace weft::models {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* download_again = "download or export the model again";

/// There is neither model.safetensors nor an index; why, as far as the folder tells.
Error missing_weights(const fs::path& folder) {
  std::error_code problem;
  const auto has = [&](const char* name) { return fs::exists(folder / name, problem); };
  const fs::path file = folder / "model.safetensors";
  std::string mend = "give a folder with its weights in that file, or in shards with their index";
  if (fs::is_symlink(file, problem)) {
    mend = "it is a link to a file that is gone; download the model again";
  } else if (has("pytorch_model.bin") || has("pytorch_model.bin.index.json")) {
    mend = "the weights are in pytorch_model.bin; convert them to safetensors";
  }
  if (lacks_weights(folder)) {
    mend += "; for timing without weights config.json must say their torch_dtype";
  }
  return input_error(fmt::format("{}: no such file: {}", file.string(), mend));
}

using Shards = std::map<std::string, std::vector<std::string>>;

Error fault(const std::string& file, std::string_view message) {
  return input_error(fmt::format("{}: {}", file, message));
}

bool is_inside(const std::string& name) {
  const fs::path path = fs::path(name).lexically_normal();
  return path.has_filename() && path.is_relative() && path != "." && *path.begin() != "..";
}

Result<TensorFile> open_shard(const fs::path& index, const std::string& name,
                              const std::vector<std::string>& tensors) {
  const fs::path path = index.parent_path() / name;
  std::error_code problem;
  if (!fs::exists(path, problem)) {
    return fault(index.string(),
                 fmt::format("shard {} is {}; {}", quoted(name),
                             fs::is_symlink(path, problem) ? "a link to a file that is gone"
                                                           : "not beside it",
                             download_again));
  }
  WEFT_ASSIGN(TensorFile shard, TensorFile::open(path));
  for (const std::string& tensor : tensors) {
    if (shard.find(tensor) == nullptr) {
      return fault(index.string(),
                   fmt::format("tensor {} should be in shard {}, which does not hold it; index "
                               "and shards must be of one export",
                               quoted(tensor), quoted(name)));
    }
  }
  return shard;
}

}  // namespace

Result<TensorFile> open_weights(const fs::path& folder) {
  std::error_code problem;
  const fs::path single = folder / "model.safetensors";
  if (fs::exists(single, problem)) {
    return TensorFile::open(single);
  }
  const fs::path index_file = folder / "model.safetensors.index.json";
  if (!fs::exists(index_file, problem)) {
    return missing_weights(folder);
  }
  WEFT_ASSIGN(const std::string text, read_file(index_file));
  WEFT_ASSIGN(const Shards index, parse_shard_index(text, index_file.string()));
  std::vector<TensorFile> shards;
  for (const auto& [name, tensors] : index) {
    WEFT_ASSIGN(TensorFile shard, open_shard(index_file, name, tensors));
    shards.push_back(std::move(shard));
  }
  return TensorFile::join(index_file, std::move(shards));
}

bool lacks_weights(const fs::path& folder) {
  constexpr std::array formats{".safetensors", ".bin", ".pt", ".pth", ".gguf", ".msgpack", ".h5"};
  std::error_code problem;
  for (const auto& entry : fs::directory_iterator(folder, problem)) {
    const std::string name = entry.path().filename().string();
    const std::string end = entry.path().extension().string();
    if (name.ends_with(".index.json") || std::ranges::find(formats, end) != formats.end()) {
      return false;
    }
  }
  return !problem;
}

Result<Shards> parse_shard_index(std::string_view text, const std::string& file) {
  const auto parsed = parse_json(text);
  if (!parsed) {
    return fault(file, fmt::format("{}; {}", parsed.error().message, download_again));
  }
  const json& index = *parsed;
  const auto map = index.is_object() ? index.find("weight_map") : index.end();
  if (map == index.end() || !map->is_object() || map->empty()) {
    return fault(file, fmt::format("has no weight_map that names the shards; {}", download_again));
  }
  Shards shards;
  for (const auto& [tensor, shard] : map->items()) {
    if (!shard.is_string() || !is_inside(shard.get<std::string>())) {
      return fault(
          file,
          fmt::format("weight_map: tensor {} is placed in {}, not in the name of a file "
                      "of this folder; {}",
                      quoted(tensor), shard.dump(-1, ' ', false, json::error_handler_t::replace),
                      download_again));
    }
    shards[shard.get<std::string>()].push_back(tensor);
  }
  return shards;
}

}  // namespace weft::models
