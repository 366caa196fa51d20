// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "isa/opcode.h"

namespace weft::isa {

/// One instruction, operands in the slots its OpcodeInfo lays out. A slot whose bit is set in
/// `registers` holds the number of an s register instead of an integer.
struct Instr {
  Opcode opcode = Opcode::halt;
  std::int16_t graph_op = -1;  ///< index into the bundle's graph ops, -1: none
  std::uint16_t registers = 0;
  std::array<std::int32_t, kMaxArgs> arg{};

  bool is_register(int slot) const { return (registers >> slot & 1) != 0; }
  float number(int slot) const { return std::bit_cast<float>(arg[static_cast<std::size_t>(slot)]); }
  bool operator==(const Instr&) const = default;
};

/// An s register or an integer, as written in a `value` operand.
struct Value {
  std::int32_t number = 0;
  bool is_register = false;

  Value() = default;
  Value(std::int32_t n) : number(n) {}  // NOLINT: integers read as values
  static Value reg(int s) {
    Value v(s);
    v.is_register = true;
    return v;
  }
};

/// Argument slots of transfers, the same for every engine and check.
struct TransferOperands {
  int out_color = -1;
  int in_color = -1;
  int tensor = -1;
  int engine = -1;  ///< -1: synchronous
  int event = -1;
  int address = -1;  ///< slot of the address of edge.read and edge.write
};
TransferOperands transfer_operands(const Instr& instr);

}  // namespace weft::isa
