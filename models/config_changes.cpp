// SPDX-License-Identifier: Apache-2.0
#include "models/config_changes.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "base/text.h"
#include "models/json.h"

namespace weft::models {

Result<std::string> change_config(std::string_view json_text, std::span<const std::string> changes,
                                  const std::string& file) {
  auto parsed = parse_json(json_text);
  if (!parsed || !parsed->is_object()) {
    return input_error(
        fmt::format("{}: {}", file, parsed ? "is not a JSON object" : parsed.error().message));
  }
  std::vector<std::string> names;
  for (const auto& [name, value] : parsed->items()) {
    names.push_back(name);
  }
  for (const std::string& change : changes) {
    const std::size_t equals = change.find('=');
    const std::string name = change.substr(0, equals);
    if (equals == std::string::npos || name.empty()) {
      return input_error(fmt::format("'{}': expected field=value", change));
    }
    if (!parsed->contains(name)) {
      return input_error(
          fmt::format("{}: there is no field '{}'{}", file, name, did_you_mean(name, names)));
    }
    auto value = parse_json(std::string_view(change).substr(equals + 1));
    if (!value || (*parsed)[name].type_name() != std::string_view(value->type_name())) {
      return input_error(
          fmt::format("'{}': {} is a {} in {}", change, name, (*parsed)[name].type_name(), file));
    }
    (*parsed)[name] = *value;
  }
  return parsed->dump(2) + "\n";
}

}  // namespace weft::models
