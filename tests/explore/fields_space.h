// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "explore/amount.h"
#include "explore/design_space.h"

namespace weft::explore::testing {

/// A design space without a machine: fields `a`, `b`, `side`, `sram` and `mode`; `b` above 90
/// cannot be, `unused` is in no task.
class FieldsSpace : public DesignSpace {
 public:
  Status check_path(const std::string& path) const override {
    static const std::vector<std::string> names = {"a", "b", "side", "sram", "mode", "unused"};
    for (const std::string& name : names) {
      if (name == path) {
        return {};
      }
    }
    return input_error(fmt::format("there is no field '{}'{}", path, did_you_mean(path, names)));
  }

  Result<std::string> text_of(std::span<const Setting> settings, const std::string& path) override {
    std::string text = path == "mode" ? "plain" : path == "sram" ? "48 KiB" : "1";
    for (const Setting& setting : settings) {
      text = setting.path == path ? setting.value : text;
    }
    return text;
  }

  Result<Task> resolve(std::span<const Setting> settings) override {
    ++resolved;
    std::map<std::string, std::string> fields;
    for (const Setting& setting : settings) {
      fields[setting.path] = setting.value;
    }
    if (const auto b = parse_amount(fields["b"]); b && b->value > 90) {
      return input_error(fmt::format("b {}: at most 90", fields["b"]));
    }
    fields.erase("unused");
    Task task;
    for (const auto& [name, value] : fields) {
      task.add_config(fmt::format("{}={}", name, value));
    }
    return task;
  }

  Result<Figures> evaluate(const Task& task) override {
    Figures figures;
    for (const std::string& field : task.config()) {
      const std::size_t equals = field.find('=');
      if (const auto amount = parse_amount(field.substr(equals + 1))) {
        figures[field.substr(0, equals)] = amount->value;
      }
    }
    return Figures{{"cycles", 100 * figures["a"] + figures["b"]},
                   {"tokens_per_second", 1000 / (1 + figures["a"])}};
  }

  std::string program() const override { return "fake 1"; }

  int resolved = 0;
};

}  // namespace weft::explore::testing
