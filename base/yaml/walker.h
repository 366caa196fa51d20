// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <map>
#include <string>

#include "base/yaml/tree.h"

namespace weft {

/// Moves a YAML tree into a message, field by field, by reflection. It never stops at a fault:
/// each is added to the list, with its place and the path of the field, and the walk goes on.
class YamlWalker {
 public:
  explicit YamlWalker(YamlFaults& faults) : faults_(faults) {}

  /// Reads a whole message; `path` names it in messages, empty for the root.
  void read_message(const YamlNode& node, google::protobuf::Message& message,
                    const std::string& path);
  /// Reads one field: a value, a list or a map.
  void read_field(const YamlNode& node, google::protobuf::Message& message,
                  const google::protobuf::FieldDescriptor& field, const std::string& path);
  static bool has_required(const google::protobuf::Descriptor& type);

 private:
  using Field = google::protobuf::FieldDescriptor;
  using Message = google::protobuf::Message;

  /// False (and a fault) for a key that is no name or was there before.
  bool check_key(const YamlNode& key, const std::string& path,
                 std::map<std::string, YamlPlace>& seen);
  void read_entries(const YamlNode& node, Message& message, const std::string& path);
  void check_exclusive(const YamlNode& node, const google::protobuf::Descriptor& type);
  void check_required(const YamlNode& node, const google::protobuf::Descriptor& type,
                      const std::string& path);
  void read_list(const YamlNode& node, Message& message, const Field& field,
                 const std::string& path);
  void read_map(const YamlNode& node, Message& message, const Field& field,
                const std::string& path);
  /// One value: sets the field, or adds to it when it is repeated.
  void read_value(const YamlNode& node, Message& message, const Field& field,
                  const std::string& path);
  void read_integer(const YamlNode& node, Message& message, const Field& field,
                    const std::string& path);
  void read_real(const YamlNode& node, Message& message, const Field& field,
                 const std::string& path);
  void read_enum(const YamlNode& node, Message& message, const Field& field,
                 const std::string& path);
  void read_ratio(const YamlNode& node, Message& message, const std::string& path);

  /// True when the value is inside the field's range option and the type's limits.
  bool check_range(const YamlNode& node, const Field& field, const std::string& path, double value);
  /// The text of a scalar; nullptr (and a fault, unless one was told) when it is none.
  const std::string* scalar(const YamlNode& node, const std::string& path, bool quotes_allowed,
                            const std::string& expected);
  void fault(const YamlNode& node, const std::string& path, const std::string& message);

  YamlFaults& faults_;
};

}  // namespace weft
