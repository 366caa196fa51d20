// SPDX-License-Identifier: Apache-2.0
#include "cli/point_fields.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>

#include <charconv>
#include <map>

#include "arch/arch.pb.h"
#include "base/schema.h"
#include "base/text.h"
#include "mapper/mapping.pb.h"

namespace weft::cli {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

constexpr std::string_view kMachine = "machine.";
constexpr std::string_view kMapping = "mapping.";
constexpr std::string_view kConfig = "config.";

/// Options of a task and where they go.
struct TaskField {
  std::string RunArguments::*text = nullptr;
  int RunArguments::*number = nullptr;
};

const std::map<std::string, TaskField>& task_fields() {
  static const std::map<std::string, TaskField> fields = {
      {"arch", {&RunArguments::arch, nullptr}},
      {"model", {&RunArguments::model, nullptr}},
      {"phase", {&RunArguments::phase, nullptr}},
      {"region", {&RunArguments::region, nullptr}},
      {"strategy", {&RunArguments::strategy, nullptr}},
      {"engine", {&RunArguments::engine, nullptr}},
      {"repeat", {&RunArguments::repeat, nullptr}},
      {"seq", {nullptr, &RunArguments::sequence}},
      {"new_tokens", {nullptr, &RunArguments::new_tokens}},
      {"batch", {nullptr, &RunArguments::batch}},
      {"prompt_tokens", {}},
  };
  return fields;
}

/// Follows the path through the schema. List entries are `name[index]`.
Status check_schema_path(std::string_view path, const Descriptor* type, const std::string& whole) {
  while (type != nullptr) {
    const std::string_view step = path.substr(0, path.find('.'));
    const std::string name(step.substr(0, step.find('[')));
    const FieldDescriptor* field = type->FindFieldByName(name);
    if (field == nullptr) {
      const auto names = field_names(*type);
      return input_error(
          fmt::format("{}: there is no field '{}'{}", whole, name, did_you_mean(name, names)));
    }
    const bool message =
        field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !is_ratio(*field->message_type());
    if (path.size() == step.size()) {
      return message && !field->is_repeated()
                 ? Status(input_error(
                       fmt::format("{}: is no value but a group of fields: {}", whole,
                                   fmt::join(field_names(*field->message_type()), ", "))))
                 : Status();
    }
    if (!message) {
      return input_error(fmt::format("{}: '{}' is a value and has no fields", whole, name));
    }
    type = field->message_type();
    path.remove_prefix(step.size() + 1);
  }
  return {};
}

Result<int> whole_number(const explore::Setting& setting) {
  int value = 0;
  const char* end = setting.value.data() + setting.value.size();
  const auto [at, code] = std::from_chars(setting.value.data(), end, value);
  if (code != std::errc() || at != end || value < 0) {
    return input_error(
        fmt::format("{}: '{}' is no whole number from 0 on", setting.path, setting.value));
  }
  return value;
}

Status take_task_field(const explore::Setting& setting, PointFields& fields) {
  const TaskField& field = task_fields().at(setting.path);
  if (field.text != nullptr) {
    fields.run.*field.text = setting.value;
    return {};
  }
  WEFT_ASSIGN(const int value, whole_number(setting));
  (field.number == nullptr ? fields.prompt_tokens : fields.run.*field.number) = value;
  return {};
}

}  // namespace

std::vector<std::string> task_paths() {
  std::vector<std::string> paths;
  for (const auto& [path, field] : task_fields()) {
    paths.push_back(path);
  }
  return paths;
}

Status check_point_path(const std::string& path) {
  const std::string_view view = path;
  if (view.starts_with(kMachine)) {
    return check_schema_path(view.substr(kMachine.size()), arch::Machine::descriptor(), path);
  }
  if (view.starts_with(kMapping)) {
    return check_schema_path(view.substr(kMapping.size()), mapper::Mapping::descriptor(), path);
  }
  if ((view.starts_with(kConfig) && view.size() > kConfig.size()) || task_fields().contains(path)) {
    return {};
  }
  // A field of the machine without its first word is the likeliest slip.
  const std::string machine = std::string(kMachine) + path;
  std::string hint;
  if (check_schema_path(path, arch::Machine::descriptor(), path).ok()) {
    hint = fmt::format(" (did you mean '{}'?)", machine);
  } else {
    auto known = task_paths();
    known.insert(known.end(), {"machine", "mapping", "config"});
    hint = did_you_mean(path.substr(0, path.find('.')), known);
  }
  return input_error(
      fmt::format("there is no field '{}'{}; fields are machine.…, mapping.…, config.… and {}",
                  path, hint, fmt::join(task_paths(), ", ")));
}

Result<PointFields> point_fields(std::span<const explore::Setting> settings) {
  PointFields fields;
  fields.run.phase = "decode";
  fields.run.data = "off";
  fields.run.new_tokens = 1;
  for (const explore::Setting& setting : settings) {
    const std::string_view path = setting.path;
    const auto assignment = [&](std::string_view prefix) {
      return fmt::format("{}={}", path.substr(prefix.size()), setting.value);
    };
    if (path.starts_with(kMachine)) {
      fields.machine.push_back(assignment(kMachine));
    } else if (path.starts_with(kMapping)) {
      fields.mapping.push_back(assignment(kMapping));
    } else if (path.starts_with(kConfig)) {
      fields.config.push_back(assignment(kConfig));
    } else {
      WEFT_TRY(check_point_path(setting.path));
      WEFT_TRY(take_task_field(setting, fields));
    }
  }
  for (const auto& [name, value] :
       {std::pair{"arch", &fields.run.arch}, std::pair{"model", &fields.run.model}}) {
    if (value->empty()) {
      return input_error(fmt::format("{} is missing; say it under base, or turn it", name));
    }
  }
  return fields;
}

}  // namespace weft::cli
