// SPDX-License-Identifier: Apache-2.0
#include "models/checkpoint.h"

#include <fmt/format.h>

#include <set>
#include <system_error>

#include "base/file.h"
#include "base/text.h"
#include "models/config_changes.h"
#include "models/graph.h"
#include "models/llama.h"
#include "models/weights.h"
#include "models/zoo.h"

namespace weft::models {
namespace {

namespace fs = std::filesystem;

std::string suggestion(const TensorFile& weights, const std::string& name) {
  std::vector<std::string> names;
  for (const auto& entry : weights.tensors()) {
    if (quoted(entry.first).size() == entry.first.size() + 2) {  // nothing to escape
      names.push_back(entry.first);
    }
  }
  return did_you_mean(name, names);
}

Error missing_tensor(const TensorFile& weights, const std::string& name) {
  const std::string mend = name == "lm_head.weight"
                               ? "if the head is tied, set tie_word_embeddings in config.json"
                               : "config.json and the weights must be of one model";
  return input_error(fmt::format("{}: tensor \"{}\" is missing{}; {}", weights.path().string(),
                                 name, suggestion(weights, name), mend));
}

Status check_weight(const TensorFile& weights, const Tensor& tensor) {
  const std::string& name = tensor.weight_name();
  const TensorView* view = weights.find(name);
  if (view == nullptr) {
    return missing_tensor(weights, name);
  }
  if (!std::ranges::equal(view->shape, tensor.shape())) {
    return input_error(fmt::format(
        "{}: tensor \"{}\" has shape {}, config.json asks for {}; they must be of one model",
        weights.path_of(name).string(), name, shape_text(view->shape),
        shape_text(shape_of(tensor))));
  }
  if (view->dtype != dtype_of(tensor.dtype())) {
    return input_error(fmt::format(
        "{}: tensor \"{}\" is {}, the embedding table {}; store all weights in one type",
        weights.path_of(name).string(), name, name_of(view->dtype),
        name_of(dtype_of(tensor.dtype()))));
  }
  return {};
}

/// The one storage type of a checkpoint is the type of its embedding table.
Result<ElementType> storage_type(const TensorFile& weights) {
  const std::string table = "model.embed_tokens.weight";
  const TensorView* view = weights.find(table);
  if (view == nullptr) {
    return missing_tensor(weights, table);
  }
  if (view->dtype == DType::i32) {
    return input_error(fmt::format("{}: tensor \"{}\" is i32; weights must be F32, F16 or BF16",
                                   weights.path_of(table).string(), table));
  }
  return element_type_of(view->dtype);
}

/// Stored with some models and without a say in the results: the angles of the rotary embedding,
/// which follow from config.json, and a second copy of a tied head.
bool is_harmless(const std::string& name) {
  return name.ends_with(".rotary_emb.inv_freq") || name == "lm_head.weight";
}

/// A weight nobody reads (a bias, a scale, a layer too many) would change the model's results.
Status check_extra(const TensorFile& weights, const Graph& graph) {
  std::set<std::string> read;
  for (const Tensor& tensor : graph.tensors()) {
    read.insert(tensor.weight_name());
  }
  for (const auto& entry : weights.tensors()) {
    const std::string& name = entry.first;
    if (!read.contains(name) && !is_harmless(name)) {
      return input_error(fmt::format(
          "{}: tensor {} has no place in the model of config.json; the two must be of one "
          "model, without biases, adapters or quantization scales",
          weights.path_of(name).string(), quoted(name)));
    }
  }
  return {};
}

/// A safetensors file that holds none.
std::string no_tensors() { return std::string("\2\0\0\0\0\0\0\0{}", 10); }

/// The last part of the path, links and dots followed.
std::string folder_name(const fs::path& folder) {
  std::error_code problem;
  return fs::weakly_canonical(folder, problem).filename().string();
}

Result<fs::path> find_config(const fs::path& folder) {
  const fs::path file = folder / "config.json";
  std::error_code problem;
  if (!fs::exists(file, problem)) {
    return input_error(fmt::format("{}: no such file; give a Hugging Face folder", file.string()));
  }
  return file;
}

Result<Checkpoint> without_weights(const fs::path& folder, const LlamaConfig& config,
                                   ElementType dtype) {
  WEFT_ASSIGN(Graph graph, build_llama(config, folder_name(folder), dtype));
  WEFT_ASSIGN(TensorFile none, TensorFile::from_bytes(folder / "model.safetensors", no_tensors()));
  return Checkpoint{folder, std::move(graph), std::move(none)};
}

}  // namespace

Result<Checkpoint> load_changed_model(const std::string& name_or_path,
                                      std::span<const std::string> changes) {
  WEFT_ASSIGN(const fs::path folder, find_checkpoint_folder(name_or_path));
  WEFT_ASSIGN(const fs::path file, find_config(folder));
  WEFT_ASSIGN(const std::string text, read_file(file));
  WEFT_ASSIGN(const std::string changed, change_config(text, changes, file.string()));
  WEFT_ASSIGN(const LlamaConfig config, parse_llama_config(changed, file.string()));
  if (config.dtype) {
    return without_weights(folder, config, *config.dtype);
  }
  WEFT_ASSIGN(const TensorFile weights, open_weights(folder));
  WEFT_ASSIGN(const ElementType dtype, storage_type(weights));
  return without_weights(folder, config, dtype);
}

Result<Checkpoint> load_checkpoint(const std::string& name_or_path) {
  WEFT_ASSIGN(const fs::path folder, find_checkpoint_folder(name_or_path));
  WEFT_ASSIGN(const fs::path config_file, find_config(folder));
  WEFT_ASSIGN(const LlamaConfig config, read_llama_config(config_file));
  if (config.dtype && lacks_weights(folder)) {
    return without_weights(folder, config, *config.dtype);
  }
  WEFT_ASSIGN(TensorFile weights, open_weights(folder));
  WEFT_ASSIGN(const ElementType dtype, storage_type(weights));
  WEFT_ASSIGN(Graph graph, build_llama(config, folder_name(folder), dtype));
  for (const Tensor& tensor : graph.tensors()) {
    if (!tensor.weight_name().empty()) {
      WEFT_TRY(check_weight(weights, tensor));
    }
  }
  WEFT_TRY(check_extra(weights, graph));
  return Checkpoint{folder, std::move(graph), std::move(weights)};
}

}  // namespace weft::models
