// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/tensor_file.h"

namespace weft::models {

/// The weights of a Hugging Face folder: model.safetensors or, where that is absent, the shards
/// that model.safetensors.index.json names, joined. Reads headers only. Errors: input (neither is
/// there, the index is broken, a shard is missing or lacks a tensor, a tensor is in two), io.
Result<TensorFile> open_weights(const std::filesystem::path& folder);

/// Whether a folder holds nothing that could be weights, in whatever format: a model whose weights
/// were never meant to be there, not one that lost them.
bool lacks_weights(const std::filesystem::path& folder);

/// The tensors of each shard that the text of an index names; shards are names inside the folder.
Result<std::map<std::string, std::vector<std::string>>> parse_shard_index(std::string_view text,
                                                                          const std::string& file);

}  // namespace weft::models
