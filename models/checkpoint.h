// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/tensor_file.h"
#include "models/graph.pb.h"

namespace weft::models {

/// A Hugging Face directory: config.json, the weights in one file or in shards, and a tokenizer
/// where there is one.
/// Owns the mapping of the weights; the graph names them.
struct Checkpoint {
  std::filesystem::path folder;
  Graph graph;
  TensorFile weights;  ///< without tensors where the folder has no weights

  bool has_weights() const { return !weights.tensors().empty(); }
};

/// Imports a Llama-family directory and checks that every weight the graph names is present with
/// the right shape and one storage type, and that no other weight is there. Values are not read;
/// check_finite does that. A folder without any weights opens as a model to be timed, of the type
/// config.json says. `name_or_path`: a folder, or a zoo name. Errors: input, io.
Result<Checkpoint> load_checkpoint(const std::string& name_or_path);

/// The model with changes of its config.json (config_changes.h), to be timed: it has no weights.
Result<Checkpoint> load_changed_model(const std::string& name_or_path,
                                      std::span<const std::string> changes);

}  // namespace weft::models
