// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>

#include "base/schema.h"
#include "base/text.h"
#include "base/yaml/tree.h"
#include "base/yaml/walker.h"
#include "base/yaml_reader.h"

namespace weft {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

/// One step of a path: `regions[2]`, or `sram` without an index.
struct Step {
  std::string name;
  std::optional<int> index;
};

Result<Step> take_step(std::string_view& path) {
  const std::string_view text = path.substr(0, path.find('.'));
  path.remove_prefix(std::min(path.size(), text.size() + 1));
  const std::size_t bracket = text.find('[');
  Step step{std::string(text.substr(0, bracket)), {}};
  if (bracket != std::string_view::npos) {
    int index = 0;
    const char* first = text.data() + bracket + 1;
    const char* last = text.data() + text.size();
    const auto [end, code] = std::from_chars(first, last, index);
    if (code != std::errc() || end + 1 != last || *end != ']' || index < 0) {
      return input_error(fmt::format("'{}' is no field or field[index]", text));
    }
    step.index = index;
  }
  return step;
}

Error unknown_field(const Step& step, const Descriptor& type, const std::string& path) {
  const std::vector<std::string> names = field_names(type);
  const std::string hint = did_you_mean(step.name, names);
  return input_error(
      fmt::format("unknown field '{}'{}{}", step.name, path.empty() ? "" : " in " + path,
                  hint.empty() ? fmt::format("; known: {}", fmt::join(names, ", ")) : hint));
}

/// Text stands for itself (`description=a: b`) unless it is in quotes.
YamlNode value_node(std::string_view text, const FieldDescriptor& field, YamlFaults& faults) {
  const bool quoted = text.starts_with('"') || text.starts_with('\'');
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_STRING || field.is_repeated() || quoted) {
    return parse_yaml_value(text, faults);
  }
  YamlNode node;
  node.kind = YamlNode::Kind::scalar;
  node.text = text;
  return node;
}

void set_leaf(Message& message, const FieldDescriptor& field, const std::string& path,
              std::string_view text, YamlFaults& faults) {
  const YamlNode value = value_node(text, field, faults);
  if (faults.empty()) {
    message.GetReflection()->ClearField(&message, &field);
    YamlWalker(faults).read_field(value, message, field, path);
  }
}

void set_map_entry(Message& message, const FieldDescriptor& field, std::string_view key,
                   const std::string& path, std::string_view text, YamlFaults& faults) {
  YamlNode key_node;
  key_node.kind = YamlNode::Kind::scalar;
  key_node.text = key;
  YamlNode map;
  map.kind = YamlNode::Kind::map;
  map.entries.emplace_back(key_node, value_node(text, *field.message_type()->map_value(), faults));
  if (faults.empty()) {
    // Merging maps replaces the entry that was there.
    const std::unique_ptr<Message> addition(message.New());
    YamlWalker(faults).read_field(map, *addition, field, path);
    message.MergeFrom(*addition);
  }
}

/// The entry `field[index]` of a list of messages; `rest` is what follows it in the path.
Result<Message*> list_entry(Message& message, const FieldDescriptor& field, int index,
                            const std::string& path, std::string_view rest) {
  const Reflection& reflection = *message.GetReflection();
  if (!field.is_repeated() || field.is_map()) {
    return input_error(fmt::format("{} is not a list", path));
  }
  const int size = reflection.FieldSize(message, &field);
  if (index >= size) {
    return input_error(fmt::format("{} has {} entries, no [{}]", path, size, index));
  }
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE || rest.empty()) {
    return input_error(fmt::format("set the list {} as a whole, or a field of an entry", path));
  }
  return reflection.MutableRepeatedMessage(&message, &field, index);
}

Status set_at(Message& root, std::string_view rest, std::string_view text, YamlFaults& faults) {
  Message* message = &root;
  std::string path;
  for (;;) {
    WEFT_ASSIGN(const Step step, take_step(rest));
    const Descriptor& type = *message->GetDescriptor();
    const FieldDescriptor* field = type.FindFieldByName(step.name);
    if (field == nullptr) {
      return unknown_field(step, type, path);
    }
    path += (path.empty() ? "" : ".") + step.name;
    if (step.index.has_value()) {
      WEFT_ASSIGN(message, list_entry(*message, *field, *step.index, path, rest));
      path += fmt::format("[{}]", *step.index);
    } else if (rest.empty()) {
      set_leaf(*message, *field, path, text, faults);
      return {};
    } else if (field->is_map()) {
      set_map_entry(*message, *field, rest, path, text, faults);
      return {};
    } else if (field->is_repeated()) {
      return input_error(fmt::format("{} is a list: name an entry, {}[0]", path, path));
    } else if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      return input_error(fmt::format("{} is a value and has no field '{}'", path, rest));
    } else {
      message = message->GetReflection()->MutableMessage(message, field);
    }
  }
}

}  // namespace

Status set_field(Message& message, std::string_view assignment) {
  const std::string source = fmt::format("--set {}", assignment);
  const std::size_t equals = assignment.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    return input_error(fmt::format("{}: expected path=value, such as tile.sram=64 KiB", source));
  }
  YamlFaults faults;
  // Nothing changes unless everything is right.
  const std::unique_ptr<Message> changed(message.New());
  changed->CopyFrom(message);
  const Status status =
      set_at(*changed, assignment.substr(0, equals), assignment.substr(equals + 1), faults);
  if (!status.ok()) {
    return input_error(fmt::format("{}: {}", source, status.error().message));
  }
  WEFT_TRY(faults.status_without_places(source));
  message.GetReflection()->Swap(&message, changed.get());
  return {};
}

}  // namespace weft
