// SPDX-License-Identifier: Apache-2.0
#include "isa/instr.h"

#include <cassert>

namespace weft::isa {

TransferOperands transfer_operands(const Instr& instr) {
  assert(info_of(instr.opcode).op_class == OpClass::transfer);
  if (is_edge(instr.opcode)) {
    return {-1, -1, instr.arg[0], instr.arg[2], instr.arg[3], 1};
  }
  if (instr.opcode == Opcode::send) {
    return {instr.arg[0], -1, instr.arg[1], instr.arg[2], instr.arg[3]};
  }
  if (is_forward(instr.opcode)) {
    return {instr.arg[0], instr.arg[1], instr.arg[2], instr.arg[3], instr.arg[4]};
  }
  return {-1, instr.arg[1], instr.arg[0], instr.arg[2], instr.arg[3]};
}

}  // namespace weft::isa
