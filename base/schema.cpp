// SPDX-License-Identifier: Apache-2.0
#include "base/schema.h"

#include <fmt/format.h>

#include <cctype>

#include "base/yaml/units.h"

namespace weft {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

/// `PlaceKind` -> `PLACE_KIND_`.
std::string enum_prefix(const EnumDescriptor& type) {
  std::string prefix;
  for (const char c : type.name()) {
    const auto letter = static_cast<unsigned char>(c);
    if (std::isupper(letter) != 0 && !prefix.empty()) {
      prefix += '_';
    }
    prefix += static_cast<char>(std::toupper(letter));
  }
  return prefix + '_';
}

void collect(const Message& message, const std::string& prefix, std::vector<SchemaLeaf>& leaves) {
  const Descriptor& type = *message.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (field.is_repeated()) {
      continue;
    }
    const std::string path = prefix + field.name();
    const bool message_field = field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (message_field && !is_ratio(*field.message_type())) {
      collect(message.GetReflection()->GetMessage(message, &field), path + '.', leaves);
      continue;
    }
    const bool numeric = field.cpp_type() != FieldDescriptor::CPPTYPE_STRING &&
                         field.cpp_type() != FieldDescriptor::CPPTYPE_BOOL &&
                         field.cpp_type() != FieldDescriptor::CPPTYPE_ENUM;
    leaves.push_back({path, field_text(message, field), numeric});
  }
}

}  // namespace

base::Unit unit_of(const FieldDescriptor& field) {
  return field.options().GetExtension(base::unit);
}

bool is_ratio(const Descriptor& type) {
  return type.field_count() == 2 && type.field(0)->name() == "num" &&
         type.field(1)->name() == "den" && type.field(0)->type() == FieldDescriptor::TYPE_INT32 &&
         type.field(1)->type() == FieldDescriptor::TYPE_INT32;
}

std::vector<std::string> field_names(const Descriptor& type) {
  std::vector<std::string> names;
  for (int i = 0; i < type.field_count(); ++i) {
    names.push_back(type.field(i)->name());
  }
  return names;
}

std::vector<std::string> enum_names(const EnumDescriptor& type) {
  const std::string prefix = enum_prefix(type);
  bool shared = true;
  for (int i = 0; i < type.value_count(); ++i) {
    const std::string& name = type.value(i)->name();
    shared = shared && name.size() > prefix.size() && name.starts_with(prefix);
  }
  std::vector<std::string> names;
  for (int i = 0; i < type.value_count(); ++i) {
    std::string name = type.value(i)->name().substr(shared ? prefix.size() : 0);
    for (char& c : name) {
      c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    names.push_back(std::move(name));
  }
  return names;
}

std::string field_text(const Message& message, const FieldDescriptor& field) {
  const Reflection& get = *message.GetReflection();
  const base::Unit unit = unit_of(field);
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return format_integer(get.GetInt32(message, &field), unit);
    case FieldDescriptor::CPPTYPE_INT64:
      return format_integer(get.GetInt64(message, &field), unit);
    case FieldDescriptor::CPPTYPE_UINT32:
      return format_integer(get.GetUInt32(message, &field), unit);
    case FieldDescriptor::CPPTYPE_UINT64:
      return format_integer(get.GetUInt64(message, &field), unit);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return format_real(get.GetDouble(message, &field), unit);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return format_real(static_cast<double>(get.GetFloat(message, &field)), unit);
    case FieldDescriptor::CPPTYPE_BOOL:
      return get.GetBool(message, &field) ? "true" : "false";
    case FieldDescriptor::CPPTYPE_STRING:
      return get.GetString(message, &field);
    case FieldDescriptor::CPPTYPE_ENUM: {
      // A number the schema does not name (from a newer file) shows as the number.
      const int number = get.GetEnumValue(message, &field);
      const auto* value = field.enum_type()->FindValueByNumber(number);
      return value == nullptr
                 ? fmt::format("{}", number)
                 : enum_names(*field.enum_type())[static_cast<std::size_t>(value->index())];
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      break;
  }
  return ratio_text(get.GetMessage(message, &field));
}

std::string ratio_text(const Message& ratio) {
  const Descriptor& type = *ratio.GetDescriptor();
  const int num = ratio.GetReflection()->GetInt32(ratio, type.field(0));
  const int den = ratio.GetReflection()->GetInt32(ratio, type.field(1));
  return den == 1 ? fmt::format("{}", num) : fmt::format("{}/{}", num, den);
}

std::vector<SchemaLeaf> schema_leaves(const Message& message) {
  std::vector<SchemaLeaf> leaves;
  collect(message, "", leaves);
  return leaves;
}

}  // namespace weft
