// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "isa/verify/descriptor_rules.h"

namespace weft::isa {

/// The SRAM bytes of one tile that loads, arithmetic and receives have written, as sorted pieces
/// that do not touch. Of each buffer the piece last used is at hand, so that what lies inside it
/// costs a comparison. Never says that a byte is written which is not: a store in more than
/// kMostPieces runs, or one that would leave more pieces than that, counts as none.
class WrittenBytes {
 public:
  static constexpr std::size_t kMostPieces = 4096;

  WrittenBytes() = default;
  explicit WrittenBytes(std::size_t buffers) : recent_(buffers) {}

  /// Every element of the descriptor now holds a value.
  void write(const Descriptor& d) {
    if (!at_hand(d)) {
      write_slowly(d);
    }
  }
  /// The first bytes a read of the descriptor would find unwritten.
  std::optional<ByteRange> missing(const Descriptor& d) {
    return at_hand(d) ? std::nullopt : find_missing(d);
  }

 private:
  struct Recent {
    std::int32_t first = 0, last = 0;
  };

  bool at_hand(const Descriptor& d) const {
    const auto span = [&](std::size_t i) {
      return static_cast<std::int64_t>(d.dims[i] - 1) * d.strides[i];
    };
    if (d.dims[0] <= 0 || d.dims[1] <= 0 || d.dims[2] <= 0) {
      return true;
    }
    const Recent& piece = recent_[static_cast<std::size_t>(d.buffer)];
    const std::int64_t a = span(0), b = span(1), c = span(2);
    return (a | b | c) >= 0 && d.base >= piece.first &&
           d.base + (a + b + c + 1) * bytes_of(d.dtype) <= piece.last;
  }
  void write_slowly(const Descriptor& d);
  std::optional<ByteRange> find_missing(const Descriptor& d);
  bool inside(const Descriptor& d, const ByteRange& range);
  std::size_t piece_ending_after(std::int64_t byte) const;
  void add(ByteRange range);

  std::vector<ByteRange> pieces_;
  std::vector<Recent> recent_;  ///< by buffer: one of the pieces, perhaps grown since
};

}  // namespace weft::isa
