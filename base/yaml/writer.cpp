// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "base/options.pb.h"
#include "base/schema.h"
#include "base/yaml/units.h"
#include "base/yaml_reader.h"

namespace weft {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

/// Text that stands for itself without quotes: words and dots, and no word that YAML reads
/// otherwise.
bool is_plain(const std::string& text) {
  static constexpr std::array special = {"null", "true", "false", "yes", "no",
                                         "on",   "off",  "y",     "n"};
  if (text.empty() || std::isalpha(static_cast<unsigned char>(text.front())) == 0 ||
      text.back() == ' ') {
    return false;
  }
  std::string lower = text;
  for (char& c : lower) {
    const auto letter = static_cast<unsigned char>(c);
    if (letter > 0x7f || (std::isalnum(letter) == 0 &&
                          std::string_view("_./- ").find(c) == std::string_view::npos)) {
      return false;
    }
    c = static_cast<char>(std::tolower(letter));
  }
  return std::find(special.begin(), special.end(), lower) == special.end();
}

std::string yaml_text(const std::string& text) {
  if (is_plain(text)) {
    return text;
  }
  std::string quoted = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (c == '\n') {
      quoted += "\\n";
    } else if (code < 0x20 || code == 0x7f) {
      quoted += fmt::format("\\x{:02x}", code);
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

/// The text of one entry of a repeated field: read through a message that holds it alone.
std::string entry_text(const Message& message, const FieldDescriptor& field, int index) {
  const Reflection& get = *message.GetReflection();
  const base::Unit unit = unit_of(field);
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return format_integer(get.GetRepeatedInt32(message, &field, index), unit);
    case FieldDescriptor::CPPTYPE_INT64:
      return format_integer(get.GetRepeatedInt64(message, &field, index), unit);
    case FieldDescriptor::CPPTYPE_UINT32:
      return format_integer(get.GetRepeatedUInt32(message, &field, index), unit);
    case FieldDescriptor::CPPTYPE_UINT64:
      return format_integer(get.GetRepeatedUInt64(message, &field, index), unit);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return format_real(get.GetRepeatedDouble(message, &field, index), unit);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return format_real(static_cast<double>(get.GetRepeatedFloat(message, &field, index)), unit);
    case FieldDescriptor::CPPTYPE_BOOL:
      return get.GetRepeatedBool(message, &field, index) ? "true" : "false";
    case FieldDescriptor::CPPTYPE_ENUM: {
      const int value = get.GetRepeatedEnum(message, &field, index)->index();
      return enum_names(*field.enum_type())[static_cast<std::size_t>(value)];
    }
    default:
      return yaml_text(get.GetRepeatedString(message, &field, index));
  }
}

class YamlWriter {
 public:
  std::string text() && { return std::move(text_); }

  void write_message(const Message& message, int indent) {
    const Descriptor& type = *message.GetDescriptor();
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor& field = *type.field(i);
      if (field.is_map()) {
        write_map(message, field, indent);
      } else if (field.is_repeated()) {
        write_list(message, field, indent);
      } else if (is_written(message, field)) {
        write_value(message, field, field.name(), indent);
      }
    }
  }

 private:
  /// A zero that the schema would refuse, and empty text, mean "not given".
  static bool is_written(const Message& message, const FieldDescriptor& field) {
    if (message.GetReflection()->HasField(message, &field)) {
      return true;
    }
    if (field.has_presence()) {
      return false;
    }
    if (field.options().GetExtension(base::required)) {
      return true;
    }
    const bool text = field.cpp_type() == FieldDescriptor::CPPTYPE_STRING;
    const base::Range& range = field.options().GetExtension(base::range);
    return !text &&
           (!field.options().HasExtension(base::range) || (range.min() <= 0 && range.max() >= 0));
  }

  void line(int indent, const std::string& content) {
    text_ += fmt::format("{:{}}{}\n", "", indent, content);
  }

  /// `key:` and the fields below it, or `key: {}`.
  void write_block(const std::string& key, const Message& message, int indent) {
    const std::size_t start = text_.size();
    line(indent, key + ":");
    const std::size_t header = text_.size();
    write_message(message, indent + 2);
    if (text_.size() == header) {
      text_.resize(start);
      line(indent, key + ": {}");
    }
  }

  void write_value(const Message& message, const FieldDescriptor& field, const std::string& key,
                   int indent) {
    const bool sub = field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (sub && !is_ratio(*field.message_type())) {
      write_block(key, message.GetReflection()->GetMessage(message, &field), indent);
      return;
    }
    const std::string value = field_text(message, field);
    const bool text = field.cpp_type() == FieldDescriptor::CPPTYPE_STRING;
    line(indent, key + ": " + (text ? yaml_text(value) : value));
  }

  void write_map(const Message& message, const FieldDescriptor& field, int indent) {
    const Reflection& get = *message.GetReflection();
    std::vector<std::pair<std::string, const Message*>> entries;
    for (int i = 0; i < get.FieldSize(message, &field); ++i) {
      const Message& entry = get.GetRepeatedMessage(message, &field, i);
      entries.emplace_back(field_text(entry, *field.message_type()->map_key()), &entry);
    }
    if (entries.empty()) {
      return;
    }
    std::sort(entries.begin(), entries.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    line(indent, field.name() + ":");
    for (const auto& [key, entry] : entries) {
      write_value(*entry, *field.message_type()->map_value(), yaml_text(key), indent + 2);
    }
  }

  void write_list(const Message& message, const FieldDescriptor& field, int indent) {
    const Reflection& get = *message.GetReflection();
    const int size = get.FieldSize(message, &field);
    if (size == 0) {
      return;
    }
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      std::vector<std::string> values;
      for (int i = 0; i < size; ++i) {
        values.push_back(entry_text(message, field, i));
      }
      line(indent, fmt::format("{}: [{}]", field.name(), fmt::join(values, ", ")));
      return;
    }
    line(indent, field.name() + ":");
    for (int i = 0; i < size; ++i) {
      write_item(get.GetRepeatedMessage(message, &field, i), indent + 2);
    }
  }

  void write_item(const Message& item, int indent) {
    if (is_ratio(*item.GetDescriptor())) {
      line(indent, "- " + ratio_text(item));
      return;
    }
    const std::size_t start = text_.size();
    write_message(item, indent + 2);
    if (text_.size() == start) {
      line(indent, "- {}");
    } else {
      text_[start + static_cast<std::size_t>(indent)] = '-';
    }
  }

  std::string text_;
};

}  // namespace

std::string write_yaml(const Message& message) {
  YamlWriter writer;
  writer.write_message(message, 0);
  return std::move(writer).text();
}

}  // namespace weft
