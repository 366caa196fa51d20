// SPDX-License-Identifier: Apache-2.0
#include "base/yaml/walker.h"

#include <fmt/format.h>

#include <set>
#include <vector>

#include "base/options.pb.h"
#include "base/schema.h"
#include "base/text.h"

namespace weft {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::OneofDescriptor;

std::string in_path(const std::string& path) {
  return path.empty() ? std::string() : fmt::format(" in {}", path);
}

std::string child_path(const std::string& path, const std::string& name) {
  return path.empty() ? name : path + '.' + name;
}

/// What is missing, or missing in a block of keys, is told at the key above it.
YamlNode told_at_key(const YamlNode& key, YamlNode value) {
  if (value.kind == YamlNode::Kind::null || value.kind == YamlNode::Kind::map) {
    value.place = key.place;
  }
  return value;
}

std::string unknown_key(const std::string& key, const Descriptor& type, const std::string& path) {
  if (key == "<<") {
    return "YAML merge keys (<<) are not supported: write the values out";
  }
  const std::vector<std::string> names = field_names(type);
  const std::string hint = did_you_mean(key, names);
  return fmt::format("unknown key '{}'{}{}", key, in_path(path),
                     hint.empty() ? fmt::format("; known: {}", fmt::join(names, ", ")) : hint);
}

}  // namespace

void YamlWalker::fault(const YamlNode& node, const std::string& path, const std::string& message) {
  faults_.add(node.place, path.empty() ? message : fmt::format("{}: {}", path, message));
}

void YamlWalker::read_message(const YamlNode& node, Message& message, const std::string& path) {
  if (is_ratio(*message.GetDescriptor())) {
    read_ratio(node, message, path);
  } else if (node.kind == YamlNode::Kind::map) {
    check_required(node, *message.GetDescriptor(), path);
    check_exclusive(node, *message.GetDescriptor());
    read_entries(node, message, path);
  } else if (node.kind != YamlNode::Kind::refused) {
    fault(node, path, fmt::format("expected keys and values, got {}", node.what()));
  }
}

bool YamlWalker::check_key(const YamlNode& key, const std::string& path,
                           std::map<std::string, YamlPlace>& seen) {
  if (key.kind != YamlNode::Kind::scalar) {
    if (key.kind != YamlNode::Kind::refused) {
      faults_.add(key.place, fmt::format("a key must be a name, got {}", key.what()));
    }
    return false;
  }
  const auto [first, fresh] = seen.emplace(key.text, key.place);
  if (!fresh) {
    faults_.add(key.place, fmt::format("duplicate key '{}'{}, first on line {}", key.text,
                                       in_path(path), first->second.line));
  }
  return fresh;
}

void YamlWalker::read_entries(const YamlNode& node, Message& message, const std::string& path) {
  const Descriptor& type = *message.GetDescriptor();
  std::map<std::string, YamlPlace> seen;
  for (const auto& [key, value] : node.entries) {
    if (!check_key(key, path, seen)) {
      continue;
    }
    const FieldDescriptor* field = type.FindFieldByName(key.text);
    if (field == nullptr) {
      faults_.add(key.place, unknown_key(key.text, type, path));
      continue;
    }
    read_field(told_at_key(key, value), message, *field, child_path(path, key.text));
  }
}

void YamlWalker::check_exclusive(const YamlNode& node, const Descriptor& type) {
  std::map<const OneofDescriptor*, std::string> chosen;
  for (const auto& [key, value] : node.entries) {
    const FieldDescriptor* field = type.FindFieldByName(key.text);
    const OneofDescriptor* oneof = field == nullptr ? nullptr : field->real_containing_oneof();
    if (oneof == nullptr) {
      continue;
    }
    const auto [first, fresh] = chosen.emplace(oneof, key.text);
    if (!fresh && first->second != key.text) {
      faults_.add(key.place,
                  fmt::format("'{}' and '{}' exclude each other", first->second, key.text));
    }
  }
}

bool YamlWalker::has_required(const Descriptor& type) {
  for (int i = 0; i < type.field_count(); ++i) {
    if (type.field(i)->options().GetExtension(base::required)) {
      return true;
    }
  }
  return false;
}

void YamlWalker::check_required(const YamlNode& node, const Descriptor& type,
                                const std::string& path) {
  std::set<std::string> present;
  const std::vector<std::string> names = field_names(type);
  for (const auto& [key, value] : node.entries) {
    // A misspelt key is told as such; the one it was meant to be is not missing on top.
    const bool known = type.FindFieldByName(key.text) != nullptr;
    present.insert(known ? key.text : nearest_name(key.text, names));
  }
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (field.options().GetExtension(base::required) && !present.contains(field.name())) {
      faults_.add(node.place, fmt::format("missing key '{}'{}", field.name(), in_path(path)));
    }
  }
}

void YamlWalker::read_field(const YamlNode& node, Message& message, const Field& field,
                            const std::string& path) {
  if (field.is_map()) {
    read_map(node, message, field, path);
  } else if (field.is_repeated()) {
    read_list(node, message, field, path);
  } else {
    read_value(node, message, field, path);
  }
}

void YamlWalker::read_list(const YamlNode& node, Message& message, const Field& field,
                           const std::string& path) {
  if (node.kind != YamlNode::Kind::sequence) {
    if (node.kind != YamlNode::Kind::refused) {
      fault(node, path, fmt::format("expected a list, got {}", node.what()));
    }
    return;
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    read_value(node.items[i], message, field, fmt::format("{}[{}]", path, i));
  }
}

void YamlWalker::read_map(const YamlNode& node, Message& message, const Field& field,
                          const std::string& path) {
  if (node.kind != YamlNode::Kind::map) {
    if (node.kind != YamlNode::Kind::refused) {
      fault(node, path, fmt::format("expected keys and values, got {}", node.what()));
    }
    return;
  }
  const Descriptor& entry_type = *field.message_type();
  std::map<std::string, YamlPlace> seen;
  for (const auto& [key, value] : node.entries) {
    if (!check_key(key, path, seen)) {
      continue;
    }
    Message& entry = *message.GetReflection()->AddMessage(&message, &field);
    YamlNode key_node = key;
    key_node.quoted = false;
    const std::string entry_path = fmt::format("{}['{}']", path, key.text);
    read_value(key_node, entry, *entry_type.map_key(), entry_path);
    read_value(told_at_key(key, value), entry, *entry_type.map_value(), entry_path);
  }
}

}  // namespace weft
