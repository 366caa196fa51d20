// SPDX-License-Identifier: Apache-2.0
#include "models/weights.h"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <system_error>
#include <vector>

#include "base/file.h"

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
  return input_error(fmt::format("{}: no such file: {}", file.string(), mend));
}

/// model.safetensors.index.json: which shard holds which tensor.
class ShardIndex {
 public:
  explicit ShardIndex(fs::path file) : file_(std::move(file)) {}

  Status read() {
    WEFT_ASSIGN(const std::string text, read_file(file_));
    const json index = json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (index.is_discarded()) {
      return fault(fmt::format("not valid JSON; {}", download_again));
    }
    const auto map = index.is_object() ? index.find("weight_map") : index.end();
    if (map == index.end() || !map->is_object() || map->empty()) {
      return fault(fmt::format("has no weight_map that names the shards; {}", download_again));
    }
    for (const auto& [tensor, shard] : map->items()) {
      if (!shard.is_string() || !is_inside(shard.get<std::string>())) {
        return fault(
            fmt::format("weight_map: tensor {} is placed in {}, not in the name of a file "
                        "of this folder; {}",
                        quoted(tensor), shard.dump(-1, ' ', false, json::error_handler_t::replace),
                        download_again));
      }
      tensors_of_[shard.get<std::string>()].push_back(tensor);
    }
    return {};
  }

  Result<TensorFile> open() const {
    std::vector<TensorFile> shards;
    for (const auto& [name, tensors] : tensors_of_) {
      WEFT_ASSIGN(TensorFile shard, open_shard(name, tensors));
      shards.push_back(std::move(shard));
    }
    return TensorFile::join(file_, std::move(shards));
  }

 private:
  Error fault(std::string_view message) const {
    return input_error(fmt::format("{}: {}", file_.string(), message));
  }

  static bool is_inside(const std::string& name) {
    const fs::path path = fs::path(name).lexically_normal();
    return path.has_filename() && path.is_relative() && path != "." && *path.begin() != "..";
  }

  Result<TensorFile> open_shard(const std::string& name,
                                const std::vector<std::string>& tensors) const {
    const fs::path path = file_.parent_path() / name;
    std::error_code problem;
    if (!fs::exists(path, problem)) {
      return fault(fmt::format(
          "shard {} is {}; {}", quoted(name),
          fs::is_symlink(path, problem) ? "a link to a file that is gone" : "not beside it",
          download_again));
    }
    WEFT_ASSIGN(TensorFile shard, TensorFile::open(path));
    for (const std::string& tensor : tensors) {
      if (shard.find(tensor) == nullptr) {
        return fault(
            fmt::format("tensor {} should be in shard {}, which does not hold it; index "
                        "and shards must be of one export",
                        quoted(tensor), quoted(name)));
      }
    }
    return shard;
  }

  fs::path file_;
  std::map<std::string, std::vector<std::string>> tensors_of_;
};

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
  ShardIndex index(index_file);
  WEFT_TRY(index.read());
  return index.open();
}

}  // namespace weft::models
