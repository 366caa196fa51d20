// SPDX-License-Identifier: Apache-2.0
#include "traces/recording.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>

#include <array>
#include <string_view>

#include "base/file.h"
#include "traces/layout.h"

namespace weft::traces {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr std::string_view kMagic{"WEFTREC\0", 8};
constexpr std::size_t kHeaderBytes = kMagic.size() + 4 + 8;

void put_little_endian(std::string& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) {
    out.push_back(static_cast<char>((value >> (8 * i)) & 0xFF));
  }
}

std::uint64_t get_little_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return value;
}

/// proto3 strings must be UTF-8, but generated text may end inside a character and arguments may
/// be any bytes; such a message would not parse again.
void make_strings_valid(Message& message) {
  const auto* reflection = message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const int count = field->is_repeated() ? reflection->FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        make_strings_valid(*(field->is_repeated()
                                 ? reflection->MutableRepeatedMessage(&message, field, i)
                                 : reflection->MutableMessage(&message, field)));
      } else if (field->type() == FieldDescriptor::TYPE_STRING && field->is_repeated()) {
        reflection->SetRepeatedString(&message, field, i,
                                      valid_utf8(reflection->GetRepeatedString(message, field, i)));
      } else if (field->type() == FieldDescriptor::TYPE_STRING) {
        reflection->SetString(&message, field, valid_utf8(reflection->GetString(message, field)));
      }
    }
  }
}

}  // namespace

Result<std::string> encode_recording(const Recording& recording, const std::string& name) {
  Recording copy = recording;
  copy.set_version(kRecordingVersion);
  make_strings_valid(copy);
  std::string message;
  if (!copy.SerializeToString(&message)) {
    return io_error(fmt::format("{}: recording too large to write; simulate fewer tokens", name));
  }
  std::string content;
  content.reserve(kHeaderBytes + message.size());
  content.append(kMagic);
  put_little_endian(content, kRecordingVersion, 4);
  put_little_endian(content, message.size(), 8);
  content.append(message);
  return content;
}

Result<Recording> decode_recording(std::string_view bytes, const std::string& name) {
  if (!bytes.starts_with(kMagic)) {
    return input_error(
        fmt::format("{}: not a Weft recording; give the recording.weft of a run", name));
  }
  const auto truncated = [&] {
    return input_error(fmt::format("{}: recording is truncated or damaged; run again", name));
  };
  if (bytes.size() < kHeaderBytes) {
    return truncated();
  }
  const std::uint64_t version = get_little_endian(bytes.substr(kMagic.size(), 4));
  if (version != kRecordingVersion) {
    return input_error(fmt::format(
        "{}: recording has version {}, this program reads version {}; use {} Weft", name, version,
        kRecordingVersion, version > kRecordingVersion ? "a newer" : "an older"));
  }
  const std::string_view message = bytes.substr(kHeaderBytes);
  Recording recording;
  if (get_little_endian(bytes.substr(kMagic.size() + 4, 8)) != message.size() ||
      !recording.ParseFromArray(message.data(), static_cast<int>(message.size()))) {
    return truncated();
  }
  return recording;
}

Status write_recording(const std::filesystem::path& path, const Recording& recording) {
  WEFT_ASSIGN(const std::string bytes, encode_recording(recording, path.string()));
  return write_file(path, bytes);
}

Result<Recording> read_recording(const std::filesystem::path& path) {
  WEFT_ASSIGN(const std::string bytes, read_file(path));
  return decode_recording(bytes, path.string());
}

}  // namespace weft::traces
