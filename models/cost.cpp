// SPDX-License-Identifier: Apache-2.0
#include "models/cost.h"

#include <fmt/format.h>

#include <filesystem>

#include "base/file.h"
#include "models/checkpoint.h"
#include "models/config_fields.h"
#include "models/graph.h"
#include "models/json.h"
#include "models/zoo.h"

namespace weft::models {
namespace {

using nlohmann::json;

/// A classic block: attention of four square products and two layers of a perceptron, each with a
/// bias, and two norms with gain and bias.
struct Blocks {
  int layers = 0;
  int hidden = 0;
  int heads = 0;
  int intermediate = 0;

  std::int64_t products() const {
    const std::int64_t d = hidden;
    return layers * (4 * d * d + 2 * d * intermediate);
  }
  std::int64_t parameters() const {
    const std::int64_t d = hidden;
    return products() + layers * (4 * d + intermediate + d + 4 * d);
  }
};

void check_heads(ConfigFields& fields, const char* field, const Blocks& blocks) {
  if (!fields.error() && blocks.hidden % blocks.heads != 0) {
    fields.fault(field, fmt::format("must divide the hidden size {}", blocks.hidden));
  }
}

CostModel with_blocks(const Blocks& blocks, int vocabulary, int context) {
  CostModel model;
  model.layers = blocks.layers;
  model.vocabulary = vocabulary;
  model.context = context;
  model.attention_width = std::int64_t{blocks.layers} * blocks.hidden;
  return model;
}

/// Learned positions, a norm after the last block, the head tied to the embedding.
CostModel read_gpt2(ConfigFields& fields) {
  Blocks blocks;
  int vocabulary = 0;
  int context = 0;
  fields.read_count("n_embd", blocks.hidden, true, 20);
  fields.read_count("n_layer", blocks.layers, true, 12);
  fields.read_count("n_head", blocks.heads, true);
  fields.read_count("vocab_size", vocabulary, true);
  fields.read_count("n_positions", context, true);
  blocks.intermediate = 4 * blocks.hidden;
  fields.read_count("n_inner", blocks.intermediate, false);
  bool tied = true;
  fields.read_flag("tie_word_embeddings", tied);
  check_heads(fields, "n_head", blocks);
  const std::int64_t d = blocks.hidden;
  const std::int64_t table = vocabulary * d;
  CostModel model = with_blocks(blocks, vocabulary, context);
  model.parameters = table * (tied ? 1 : 2) + context * d + blocks.parameters() + 2 * d;
  model.product_weights = blocks.products() + table;
  return model;
}

/// As it is pre-trained: pooler, head for masked tokens (tied) and for the next sentence. The head
/// is counted for every position; pooler and next sentence, once a sequence, are no product here.
CostModel read_bert(ConfigFields& fields) {
  Blocks blocks;
  int vocabulary = 0;
  int context = 0;
  int types = 2;
  fields.read_count("hidden_size", blocks.hidden, true, 20);
  fields.read_count("num_hidden_layers", blocks.layers, true, 12);
  fields.read_count("num_attention_heads", blocks.heads, true);
  fields.read_count("intermediate_size", blocks.intermediate, true);
  fields.read_count("vocab_size", vocabulary, true);
  fields.read_count("max_position_embeddings", context, true);
  fields.read_count("type_vocab_size", types, false);
  check_heads(fields, "num_attention_heads", blocks);
  const std::int64_t d = blocks.hidden;
  const std::int64_t table = vocabulary * d;
  const std::int64_t embeddings = table + (std::int64_t{context} + types) * d + 2 * d;
  const std::int64_t pooler = d * d + d;
  const std::int64_t masked_head = d * d + d + 2 * d + vocabulary;
  const std::int64_t sentence_head = 2 * d + 2;
  CostModel model = with_blocks(blocks, vocabulary, context);
  model.parameters = embeddings + blocks.parameters() + pooler + masked_head + sentence_head;
  model.product_weights = blocks.products() + d * d + table;
  model.causal = false;
  return model;
}

CostModel cost_of(const Graph& graph) {
  CostModel model{
      graph.name(), "llama", graph.layers(), graph.vocabulary(), graph.context(), 0, 0, 0};
  model.parameters = parameter_count(graph);
  for (const Node& node : graph.nodes()) {
    if (node.op() == LINEAR) {
      std::int64_t elements = 1;
      for (const std::int64_t size : weight_of(graph, node)->shape()) {
        elements *= size;
      }
      model.product_weights += elements;
    } else if (node.op() == ATTENTION) {
      model.attention_width += std::int64_t{node.heads()} * node.head_dim();
    }
  }
  return model;
}

/// The family, where there is a config.json that says one.
std::string family_of(const std::filesystem::path& config) {
  const auto text = read_file(config);
  const auto parsed = text ? parse_json(*text) : Result<json>(text.error());
  if (!parsed || !parsed->is_object()) {
    return "";
  }
  const auto type = parsed->find("model_type");
  return type != parsed->end() && type->is_string() ? type->get<std::string>() : "";
}

}  // namespace

ProductFlops forward_flops(const CostModel& model, std::int64_t tokens) {
  const auto t = static_cast<double>(tokens);
  const double pairs = model.causal ? t * (t + 1) / 2 : t * t;
  return {2 * static_cast<double>(model.product_weights) * t,
          4 * static_cast<double>(model.attention_width) * pairs};
}

ProductFlops training_flops(const CostModel& model, double tokens, std::int64_t sequence) {
  const ProductFlops once = forward_flops(model, sequence);
  const double times = 3 * tokens / static_cast<double>(sequence);
  return {times * once.weights, times * once.attention};
}

double six_n_d(const CostModel& model, double tokens) {
  return 6 * static_cast<double>(model.parameters) * tokens;
}

bool has_only_a_cost(std::string_view model_type) {
  return model_type == "gpt2" || model_type == "bert";
}

Result<CostModel> parse_cost_config(std::string_view json_text, const std::string& file) {
  const auto parsed = parse_json(json_text);
  if (!parsed || !parsed->is_object()) {
    return input_error(
        fmt::format("{}: {}", file, parsed ? "is not a JSON object" : parsed.error().message));
  }
  ConfigFields fields(*parsed, file);
  const json* type = fields.find("model_type");
  if (type == nullptr || !type->is_string() || !has_only_a_cost(type->get<std::string>())) {
    fields.fault("model_type", "must be \"gpt2\" or \"bert\"");
    return *fields.error();
  }
  CostModel model = *type == "bert" ? read_bert(fields) : read_gpt2(fields);
  if (fields.error()) {
    return *fields.error();
  }
  model.family = type->get<std::string>();
  return model;
}

Result<CostModel> load_cost_model(const std::string& name_or_path) {
  WEFT_ASSIGN(const std::filesystem::path folder, find_checkpoint_folder(name_or_path));
  const std::filesystem::path config = folder / "config.json";
  if (!has_only_a_cost(family_of(config))) {
    WEFT_ASSIGN(const Checkpoint checkpoint, load_checkpoint(name_or_path));
    return cost_of(checkpoint.graph);
  }
  WEFT_ASSIGN(const std::string text, read_file(config));
  WEFT_ASSIGN(CostModel model, parse_cost_config(text, config.string()));
  std::error_code problem;
  model.name = std::filesystem::weakly_canonical(folder, problem).filename().string();
  return model;
}

}  // namespace weft::models
