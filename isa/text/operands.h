// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string>

#include "isa/instr.h"
#include "isa/text/cursor.h"
#include "isa/text/names.h"

namespace weft::isa {

/// Names an operand may speak of.
struct OperandNames {
  const Names& buffers;
  const Names& probes;
};

/// Reads the operands of `instr`, whose opcode is set. A label is handed back: its slot can be
/// filled only once the label was met.
struct LabelUse {
  Token at;
  int slot = 0;
};
std::optional<LabelUse> read_operands(Cursor& cursor, const OperandNames& names, Instr& instr);

/// The fp32 with these bits, shortest form that reads back to them.
std::string print_number(std::int32_t bits);

/// Row-major strides of a descriptor; none where a dimension after the first is a register or a
/// stride leaves the 32-bit range. `dims` is the slot of the rank.
std::optional<std::array<std::int32_t, 3>> dense_strides(const Instr& instr, int dims);

}  // namespace weft::isa
