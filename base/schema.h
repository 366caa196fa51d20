// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "base/options.pb.h"

namespace weft {

/// How the schemas look to people who write YAML: names, units and leaves, by reflection.

base::Unit unit_of(const google::protobuf::FieldDescriptor& field);

/// True for a message of exactly `int32 num` and `int32 den`, written `9/8` in YAML.
bool is_ratio(const google::protobuf::Descriptor& type);

/// Names of the fields of a message, in order of declaration.
std::vector<std::string> field_names(const google::protobuf::Descriptor& type);

/// Lower-case names of an enum's values; a prefix that all share with the type's name is dropped.
std::vector<std::string> enum_names(const google::protobuf::EnumDescriptor& type);

/// The value of a singular field that is no message, or of a ratio, as YAML writes it, unit
/// included.
std::string field_text(const google::protobuf::Message& message,
                       const google::protobuf::FieldDescriptor& field);

/// `9/8`, or `2` for 2/1.
std::string ratio_text(const google::protobuf::Message& ratio);

/// A field that holds a value rather than further fields; ratios are leaves.
struct SchemaLeaf {
  std::string path;  ///< "tile.setup.compute"
  std::string text;  ///< "4 cycles"
  bool numeric = false;
};

/// Every leaf of a message in order of declaration, except those under lists and maps.
std::vector<SchemaLeaf> schema_leaves(const google::protobuf::Message& message);

}  // namespace weft
