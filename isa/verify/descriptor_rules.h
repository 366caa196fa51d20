// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "isa/program_state.h"

namespace weft::isa {

/// SRAM bytes [first, last) from the lowest to the highest a descriptor touches; empty when it has
/// no elements.
struct ByteRange {
  std::int64_t first = 0;
  std::int64_t last = 0;

  bool overlaps(const ByteRange& other) const { return first < other.last && other.first < last; }
};
ByteRange range_of(const Descriptor& descriptor);

enum class DescriptorFault : std::uint8_t { none, too_many, outside, unaligned };

/// What a td just wrote, against its buffer. A descriptor without elements touches nothing and may
/// point anywhere.
DescriptorFault check_descriptor(const Program& program, const Descriptor& descriptor);

/// nullptr when the shapes of a compute instruction's operands agree, else what they have to be.
const char* shape_fault(const Instr& instr, const ProgramState& state);

}  // namespace weft::isa
