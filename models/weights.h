// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "base/result.h"
#include "base/tensor_file.h"

namespace weft::models {

/// The weights of a Hugging Face folder: model.safetensors or, where that is absent, the shards
/// that model.safetensors.index.json names, joined. Reads headers only. Errors: input (neither is
/// there, the index is broken, a shard is missing or lacks a tensor, a tensor is in two), io.
Result<TensorFile> open_weights(const std::filesystem::path& folder);

}  // namespace weft::models
