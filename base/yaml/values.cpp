// SPDX-License-Identifier: Apache-2.0
// The part of YamlWalker that reads single values: numbers, names, texts, ratios.
#include <fmt/format.h>

#include <limits>

#include "base/options.pb.h"
#include "base/schema.h"
#include "base/text.h"
#include "base/yaml/units.h"
#include "base/yaml/walker.h"

namespace weft {
namespace {

using google::protobuf::FieldDescriptor;

struct Limits {
  WideInteger min;
  WideInteger max;
};

template <class Integer>
constexpr Limits limits() {
  return {std::numeric_limits<Integer>::min(), std::numeric_limits<Integer>::max()};
}

Limits limits_of(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return limits<std::int32_t>();
    case FieldDescriptor::CPPTYPE_UINT32:
      return limits<std::uint32_t>();
    case FieldDescriptor::CPPTYPE_UINT64:
      return limits<std::uint64_t>();
    default:
      return limits<std::int64_t>();
  }
}

/// A bound of a range as people would write it: integers without ".0", sizes with their unit.
std::string bound_text(const FieldDescriptor& field, double bound) {
  const bool real = field.cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE ||
                    field.cpp_type() == FieldDescriptor::CPPTYPE_FLOAT;
  return real ? format_real(bound, unit_of(field))
              : format_integer(static_cast<WideInteger>(bound), unit_of(field));
}

std::string expected_number(const FieldDescriptor& field, const char* what) {
  const base::Unit unit = unit_of(field);
  return unit == base::UNIT_NONE ? what : fmt::format("{} with a unit ({})", what, unit_list(unit));
}

}  // namespace

const std::string* YamlWalker::scalar(const YamlNode& node, const std::string& path,
                                      bool quotes_allowed, const std::string& expected) {
  if (node.kind == YamlNode::Kind::scalar && (quotes_allowed || !node.quoted)) {
    return &node.text;
  }
  if (node.kind != YamlNode::Kind::refused) {
    fault(node, path, fmt::format("expected {}, got {}", expected, node.what()));
  }
  return nullptr;
}

bool YamlWalker::check_range(const YamlNode& node, const Field& field, const std::string& path,
                             double value) {
  if (!field.options().HasExtension(base::range)) {
    return true;
  }
  const base::Range& range = field.options().GetExtension(base::range);
  if (value >= range.min() && value <= range.max()) {
    return true;
  }
  fault(node, path,
        fmt::format("{} is out of range, {} to {}", node.text, bound_text(field, range.min()),
                    bound_text(field, range.max())));
  return false;
}

void YamlWalker::read_value(const YamlNode& node, Message& message, const Field& field,
                            const std::string& path) {
  const google::protobuf::Reflection& set = *message.GetReflection();
  switch (field.cpp_type()) {
    case Field::CPPTYPE_INT32:
    case Field::CPPTYPE_INT64:
    case Field::CPPTYPE_UINT32:
    case Field::CPPTYPE_UINT64:
      return read_integer(node, message, field, path);
    case Field::CPPTYPE_DOUBLE:
    case Field::CPPTYPE_FLOAT:
      return read_real(node, message, field, path);
    case Field::CPPTYPE_ENUM:
      return read_enum(node, message, field, path);
    case Field::CPPTYPE_MESSAGE:
      return read_message(node,
                          field.is_repeated() ? *set.AddMessage(&message, &field)
                                              : *set.MutableMessage(&message, &field),
                          path);
    case Field::CPPTYPE_BOOL: {
      const std::string* text = scalar(node, path, false, "true or false");
      if (text != nullptr && *text != "true" && *text != "false") {
        fault(node, path, fmt::format("expected true or false, got {}", node.what()));
      } else if (text != nullptr) {
        field.is_repeated() ? set.AddBool(&message, &field, *text == "true")
                            : set.SetBool(&message, &field, *text == "true");
      }
      return;
    }
    case Field::CPPTYPE_STRING:
      if (const std::string* text = scalar(node, path, true, "text")) {
        field.is_repeated() ? set.AddString(&message, &field, *text)
                            : set.SetString(&message, &field, *text);
      }
      return;
  }
}

void YamlWalker::read_integer(const YamlNode& node, Message& message, const Field& field,
                              const std::string& path) {
  const base::Unit unit = unit_of(field);
  const std::string* text =
      scalar(node, path, unit != base::UNIT_NONE, expected_number(field, "a whole number"));
  if (text == nullptr) {
    return;
  }
  const Result<WideInteger> value = parse_integer(*text, unit);
  if (!value.ok()) {
    return fault(node, path, value.error().message);
  }
  if (!check_range(node, field, path, static_cast<double>(*value))) {
    return;
  }
  const Limits limits = limits_of(field);
  if (*value < limits.min || *value > limits.max) {
    return fault(node, path,
                 fmt::format("{} is out of range, {} to {}", *text,
                             format_integer(limits.min, base::UNIT_NONE),
                             format_integer(limits.max, base::UNIT_NONE)));
  }
  const google::protobuf::Reflection& set = *message.GetReflection();
  const bool add = field.is_repeated();
  switch (field.cpp_type()) {
    case Field::CPPTYPE_INT32: {
      const auto number = static_cast<std::int32_t>(*value);
      return add ? set.AddInt32(&message, &field, number) : set.SetInt32(&message, &field, number);
    }
    case Field::CPPTYPE_UINT32: {
      const auto number = static_cast<std::uint32_t>(*value);
      return add ? set.AddUInt32(&message, &field, number)
                 : set.SetUInt32(&message, &field, number);
    }
    case Field::CPPTYPE_UINT64: {
      const auto number = static_cast<std::uint64_t>(*value);
      return add ? set.AddUInt64(&message, &field, number)
                 : set.SetUInt64(&message, &field, number);
    }
    default: {
      const auto number = static_cast<std::int64_t>(*value);
      return add ? set.AddInt64(&message, &field, number) : set.SetInt64(&message, &field, number);
    }
  }
}

void YamlWalker::read_real(const YamlNode& node, Message& message, const Field& field,
                           const std::string& path) {
  const base::Unit unit = unit_of(field);
  const std::string* text =
      scalar(node, path, unit != base::UNIT_NONE, expected_number(field, "a number"));
  if (text == nullptr) {
    return;
  }
  const Result<double> value = parse_real(*text, unit);
  if (!value.ok()) {
    return fault(node, path, value.error().message);
  }
  if (!check_range(node, field, path, *value)) {
    return;
  }
  const google::protobuf::Reflection& set = *message.GetReflection();
  if (field.cpp_type() == Field::CPPTYPE_DOUBLE) {
    field.is_repeated() ? set.AddDouble(&message, &field, *value)
                        : set.SetDouble(&message, &field, *value);
  } else {
    const auto narrow = static_cast<float>(*value);
    field.is_repeated() ? set.AddFloat(&message, &field, narrow)
                        : set.SetFloat(&message, &field, narrow);
  }
}

void YamlWalker::read_enum(const YamlNode& node, Message& message, const Field& field,
                           const std::string& path) {
  const std::vector<std::string> names = enum_names(*field.enum_type());
  const std::string expected = fmt::format("one of {}", fmt::join(names, ", "));
  const std::string* text = scalar(node, path, true, expected);
  if (text == nullptr) {
    return;
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == *text) {
      const auto* value = field.enum_type()->value(static_cast<int>(i));
      const google::protobuf::Reflection& set = *message.GetReflection();
      return field.is_repeated() ? set.AddEnum(&message, &field, value)
                                 : set.SetEnum(&message, &field, value);
    }
  }
  fault(node, path,
        fmt::format("expected {}, got {}{}", expected, node.what(), did_you_mean(*text, names)));
}

void YamlWalker::read_ratio(const YamlNode& node, Message& message, const std::string& path) {
  const std::string* text = scalar(node, path, true, "a ratio such as 9/8");
  if (text == nullptr) {
    return;
  }
  const std::size_t slash = text->find('/');
  const std::string parts[] = {text->substr(0, slash),
                               slash == std::string::npos ? "1" : text->substr(slash + 1)};
  for (int i = 0; i < 2; ++i) {
    const Result<WideInteger> value = parse_integer(parts[i], base::UNIT_NONE);
    if (!value.ok()) {
      return fault(node, path, fmt::format("expected a ratio such as 9/8, got {}", node.what()));
    }
    const Field& field = *message.GetDescriptor()->field(i);
    if (!check_range(node, field, path, static_cast<double>(*value))) {
      return;
    }
    const Limits limits = limits_of(field);
    if (*value < limits.min || *value > limits.max || (i == 1 && *value == 0)) {
      return fault(node, path, fmt::format("{} is out of range", *text));
    }
    message.GetReflection()->SetInt32(&message, &field, static_cast<std::int32_t>(*value));
  }
}

}  // namespace weft
