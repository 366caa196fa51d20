// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/text.h"

namespace weft::isa {

/// Names in the order they were declared.
class Names {
 public:
  /// False where the name was there before; it then counts once more but is found at its first.
  bool add(const std::string& name) {
    order_.push_back(name);
    return index_.try_emplace(name, static_cast<int>(order_.size()) - 1).second;
  }
  std::optional<int> find(const std::string& name) const {
    const auto found = index_.find(name);
    return found == index_.end() ? std::nullopt : std::optional(found->second);
  }
  std::string suggestion(const std::string& name) const { return did_you_mean(name, order_); }
  int size() const { return static_cast<int>(order_.size()); }

 private:
  std::vector<std::string> order_;
  std::unordered_map<std::string, int> index_;
};

}  // namespace weft::isa
