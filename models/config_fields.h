// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weft::models {

/// Reads fields of a config.json and keeps the first fault, so that a config reads as a list of its
/// fields. Absent and null are the same in these files.
class ConfigFields {
 public:
  ConfigFields(const nlohmann::json& object, std::string file)
      : object_(object), file_(std::move(file)) {}

  const std::optional<Error>& error() const { return error_; }
  void fault(const char* field, std::string_view message);
  const nlohmann::json* find(const char* field) const;

  void read_count(const char* field, int& value, bool required, int largest_log2 = 24);
  void read_positive(const char* field, double& value);
  void read_flag(const char* field, bool& value);
  void read_tokens(const char* field, int vocabulary, std::vector<int>& tokens);

 private:
  const nlohmann::json& object_;
  std::string file_;
  std::optional<Error> error_;
};

}  // namespace weft::models
