// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

namespace weft::reference::cuda {

/// Writes one protobuf message where there is no protobuf. Fields of the default value are left
/// out, as proto3 does; repeated ones are written one by one or packed.
class Wire {
 public:
  void integer(int field, std::int64_t value) {
    if (value != 0) {
      key(field, 0);
      varint(static_cast<std::uint64_t>(value));
    }
  }
  void number(int field, double value) {
    const auto bits = std::bit_cast<std::uint64_t>(value);
    if (bits != 0) {
      key(field, 1);
      for (int i = 0; i < 8; ++i) {
        bytes_.push_back(static_cast<char>(bits >> (8 * i)));
      }
    }
  }
  void text(int field, std::string_view value) {
    if (!value.empty()) {
      element(field, value);
    }
  }
  /// An element of a repeated field, or a message: written even when empty.
  void element(int field, std::string_view value) {
    key(field, 2);
    varint(value.size());
    bytes_ += value;
  }
  void message(int field, const Wire& value) { element(field, value.bytes_); }
  template <class Range>
  void packed(int field, const Range& values) {
    Wire all;
    for (const auto value : values) {
      all.varint(static_cast<std::uint64_t>(static_cast<std::int64_t>(value)));
    }
    text(field, all.bytes_);
  }

  const std::string& bytes() const { return bytes_; }

 private:
  void key(int field, int type) {
    varint(static_cast<std::uint64_t>(field) << 3 | static_cast<std::uint64_t>(type));
  }
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) {
      bytes_.push_back(static_cast<char>(value | 0x80));
    }
    bytes_.push_back(static_cast<char>(value));
  }

  std::string bytes_;
};

}  // namespace weft::reference::cuda
