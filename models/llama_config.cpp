// SPDX-License-Identifier: Apache-2.0
#include "models/llama_config.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/file.h"
#include "models/config_fields.h"
#include "models/cost.h"
#include "models/json.h"

namespace weft::models {
namespace {

using nlohmann::json;

bool is_false(const json& value) { return value.is_boolean() && !value.get<bool>(); }

void check_family(ConfigFields& fields) {
  const json* type = fields.find("model_type");
  const json* architectures = fields.find("architectures");
  if (type == nullptr && architectures == nullptr) {
    fields.fault("model_type", "is missing; this importer reads \"llama\"");
  }
  if (type != nullptr && *type != "llama") {
    const bool priced = type->is_string() && has_only_a_cost(type->get<std::string>());
    fields.fault("model_type",
                 priced ? "has a cost and no graph: use it with weft model show and weft compare "
                          "--train, what is mapped and run must be \"llama\""
                        : "is not supported; this importer reads \"llama\"");
  }
  if (architectures != nullptr && *architectures != json::array({"LlamaForCausalLM"})) {
    fields.fault("architectures", "is not supported; this importer reads [\"LlamaForCausalLM\"]");
  }
}

/// Fields that change the results in ways the graph cannot say.
void check_unsupported(ConfigFields& fields) {
  const json* activation = fields.find("hidden_act");
  if (activation != nullptr && *activation != "silu") {
    fields.fault("hidden_act", "is not supported; only \"silu\" is");
  }
  for (const char* bias : {"attention_bias", "mlp_bias"}) {
    const json* value = fields.find(bias);
    if (value != nullptr && !is_false(*value)) {
      fields.fault(bias, "is not supported; only models without biases are");
    }
  }
  for (const char* field : {"sliding_window", "quantization_config"}) {
    if (fields.find(field) != nullptr) {
      fields.fault(field, "is not supported; only models that leave it out or null are");
    }
  }
  const json* partial = fields.find("partial_rotary_factor");
  if (partial != nullptr && *partial != 1.0) {
    fields.fault("partial_rotary_factor", "is not supported; only 1 is");
  }
}

std::optional<RopeFactors> llama3_factors(const json& object) {
  RopeFactors factors;
  for (const auto& [name, value] : {std::pair{"factor", &factors.factor},
                                    {"low_freq_factor", &factors.low_frequency},
                                    {"high_freq_factor", &factors.high_frequency}}) {
    const auto found = object.find(name);
    if (found == object.end() || !found->is_number() || !(found->get<double>() > 0) ||
        !std::isfinite(found->get<double>())) {
      return {};
    }
    *value = found->get<double>();
  }
  const auto context = object.find("original_max_position_embeddings");
  if (context == object.end() || !context->is_number_integer() ||
      context->get<std::int64_t>() < 1 || context->get<std::int64_t>() > 1 << 24 ||
      !(factors.low_frequency < factors.high_frequency)) {
    return {};
  }
  factors.original_context = context->get<int>();
  return factors;
}

json rope_type_of(const json& object) {
  return object.value("rope_type", object.value("type", json("default")));
}

void read_rope_scaling(ConfigFields& fields, LlamaConfig& config) {
  const json* scaling = fields.find("rope_scaling");
  if (scaling == nullptr) {
    return;
  }
  const auto factors = scaling->is_object() && rope_type_of(*scaling) == json("llama3")
                           ? llama3_factors(*scaling)
                           : std::nullopt;
  if (!factors) {
    return fields.fault("rope_scaling",
                        "is not supported; only models that leave it out or null are, and "
                        "rope_type \"llama3\" with factor, low_freq_factor, high_freq_factor and "
                        "original_max_position_embeddings");
  }
  config.rope_scaling = *factors;
}

/// Newer files keep the base of the angles and their scaling in an object of their own.
void read_rope_parameters(ConfigFields& fields, LlamaConfig& config) {
  const json* parameters = fields.find("rope_parameters");
  if (parameters == nullptr) {
    return;
  }
  const json type = parameters->is_object() ? rope_type_of(*parameters) : json();
  const auto factors = type == json("llama3") ? llama3_factors(*parameters) : std::nullopt;
  if ((type != json("default") && !factors) ||
      !parameters->value("rope_theta", json(config.rope_theta)).is_number()) {
    return fields.fault("rope_parameters",
                        "is not supported; only rope_type \"default\" with a rope_theta is, and "
                        "\"llama3\" with its factors too");
  }
  config.rope_scaling = factors.value_or(config.rope_scaling);
  config.rope_theta = parameters->value("rope_theta", config.rope_theta);
  if (!(config.rope_theta > 0) || !std::isfinite(config.rope_theta)) {
    fields.fault("rope_parameters", "rope_theta must be a positive number");
  }
}

/// A type nobody can store here is none: where there are weights, their own type counts.
std::optional<ElementType> read_dtype(const ConfigFields& fields) {
  const json* type = fields.find("torch_dtype");
  type = type == nullptr ? fields.find("dtype") : type;  // newer files
  for (const auto& [name, value] :
       {std::pair{"float16", F16}, {"bfloat16", BF16}, {"float32", F32}}) {
    if (type != nullptr && *type == name) {
      return value;
    }
  }
  return {};
}

void read_heads(ConfigFields& fields, LlamaConfig& config) {
  fields.read_count("num_attention_heads", config.heads, true);
  config.kv_heads = config.heads;
  fields.read_count("num_key_value_heads", config.kv_heads, false);
  if (fields.error()) {
    return;
  }
  if (config.heads % config.kv_heads != 0) {
    return fields.fault("num_key_value_heads",
                        fmt::format("must divide num_attention_heads = {}", config.heads));
  }
  if (fields.find("head_dim") == nullptr) {
    if (config.hidden % config.heads != 0) {
      return fields.fault(
          "num_attention_heads",
          fmt::format("does not divide hidden_size = {}, and there is no head_dim", config.hidden));
    }
    config.head_dim = config.hidden / config.heads;
  }
  fields.read_count("head_dim", config.head_dim, false);
  if (!fields.error() && config.head_dim % 2 != 0) {
    fields.fault("head_dim", fmt::format("must be even for rotary pairs, is {}", config.head_dim));
  }
  if (!fields.error() && std::int64_t{config.heads} * config.head_dim > 1 << 24) {
    fields.fault("num_attention_heads",
                 fmt::format("times head_dim = {} must be at most 2^24", config.head_dim));
  }
}

}  // namespace

Result<LlamaConfig> parse_llama_config(std::string_view json_text, const std::string& file) {
  auto parsed = parse_json(json_text);
  if (!parsed) {
    return input_error(fmt::format("{}: {}", file, parsed.error().message));
  }
  const json object = std::move(parsed).value();
  if (!object.is_object()) {
    return input_error(
        fmt::format("{}: is not a JSON object; give a Hugging Face config.json", file));
  }
  ConfigFields fields(object, file);
  LlamaConfig config;
  check_family(fields);
  check_unsupported(fields);
  fields.read_count("hidden_size", config.hidden, true);
  fields.read_count("intermediate_size", config.intermediate, true);
  fields.read_count("num_hidden_layers", config.layers, true, 12);  // each becomes nodes
  fields.read_count("vocab_size", config.vocabulary, true);
  config.context = 2048;
  fields.read_count("max_position_embeddings", config.context, false);
  read_heads(fields, config);
  fields.read_positive("rms_norm_eps", config.norm_epsilon);
  fields.read_positive("rope_theta", config.rope_theta);
  read_rope_scaling(fields, config);
  read_rope_parameters(fields, config);
  config.dtype = read_dtype(fields);
  fields.read_flag("tie_word_embeddings", config.tied_head);
  std::vector<int> bos;
  fields.read_tokens("bos_token_id", config.vocabulary, bos);
  fields.read_tokens("eos_token_id", config.vocabulary, config.eos_tokens);
  if (fields.error()) {
    return *fields.error();
  }
  config.bos_token = bos.empty() ? -1 : bos.front();
  return config;
}

Result<LlamaConfig> read_llama_config(const std::filesystem::path& file) {
  WEFT_ASSIGN(const std::string text, read_file(file));
  return parse_llama_config(text, file.string());
}

}  // namespace weft::models
