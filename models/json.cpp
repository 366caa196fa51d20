// SPDX-License-Identifier: Apache-2.0
#include "models/json.h"

#include <fmt/format.h>

namespace weft::models {

using nlohmann::json;

Result<json> parse_json(std::string_view text) {
  constexpr int deepest = 64;
  bool too_deep = false;
  const auto watch_depth = [&](int depth, json::parse_event_t, json&) {
    too_deep = too_deep || depth > deepest;
    return !too_deep;
  };
  try {
    json value = json::parse(text, watch_depth);
    if (too_deep) {
      return input_error(fmt::format("lists and objects are nested more than {} deep", deepest));
    }
    return value;
  } catch (const json::exception& problem) {
    return input_error(fmt::format("not valid JSON: {}", problem.what()));
  }
}

}  // namespace weft::models
