// SPDX-License-Identifier: Apache-2.0
#include "models/config_fields.h"

#include <fmt/format.h>

#include <cmath>

namespace weft::models {

using nlohmann::json;

namespace {

std::string text_of(const json& value) {
  constexpr std::size_t longest = 60;
  const std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
  return text.size() <= longest ? text : text.substr(0, longest) + "...";
}

}  // namespace

void ConfigFields::fault(const char* field, std::string_view message) {
  if (!error_) {
    const json* value = find(field);
    error_ = input_error(fmt::format("{}: {}{}: {}", file_, field,
                                     value == nullptr ? "" : " = " + text_of(*value), message));
  }
}

const json* ConfigFields::find(const char* field) const {
  const auto found = object_.find(field);
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

void ConfigFields::read_count(const char* field, int& value, bool required, int largest_log2) {
  const json* found = find(field);
  if (found == nullptr) {
    if (required) {
      fault(field, "is missing; config.json of such a model gives it");
    }
    return;
  }
  const std::int64_t largest = std::int64_t{1} << largest_log2;
  if (!found->is_number_integer() || found->get<std::int64_t>() < 1 ||
      found->get<std::int64_t>() > largest) {
    return fault(field, fmt::format("must be a whole number from 1 to 2^{}", largest_log2));
  }
  value = found->get<int>();
}

void ConfigFields::read_positive(const char* field, double& value) {
  if (const json* found = find(field)) {
    if (!found->is_number() || !(found->get<double>() > 0) ||
        !std::isfinite(found->get<double>())) {
      return fault(field, "must be a positive number");
    }
    value = found->get<double>();
  }
}

void ConfigFields::read_flag(const char* field, bool& value) {
  if (const json* found = find(field)) {
    if (!found->is_boolean()) {
      return fault(field, "must be true or false");
    }
    value = found->get<bool>();
  }
}

void ConfigFields::read_tokens(const char* field, int vocabulary, std::vector<int>& tokens) {
  const json* found = find(field);
  if (found == nullptr) {
    return;
  }
  const json list = found->is_array() ? *found : json::array({*found});
  for (const json& item : list) {
    if (!item.is_number_integer() || item.get<std::int64_t>() < 0 ||
        item.get<std::int64_t>() >= vocabulary) {
      return fault(field, fmt::format("must be token ids from 0 to {}", vocabulary - 1));
    }
    tokens.push_back(item.get<int>());
  }
}

}  // namespace weft::models
