// SPDX-License-Identifier: Apache-2.0
#include "isa/opcode_table.h"

#include <fmt/format.h>

namespace weft::isa {
namespace {

std::string_view written(Operand operand) {
  switch (operand) {
    case Operand::scalar_out:
      return "sd";
    case Operand::scalar:
      return "sa";
    case Operand::value:
      return "v";
    case Operand::number:
      return "number";
    case Operand::tensor_out:
    case Operand::tensor:
      return "t";
    case Operand::buffer:
      return "buffer+v";
    case Operand::dtype:
      return "type";
    case Operand::dims:
      return "[dims]";
    case Operand::strides:
      return " [, [strides]]";
    case Operand::csr:
      return "csr";
    case Operand::skip:
      return "label";
    case Operand::color:
      return "c";
    case Operand::async:
      return " [, q, e]";
    case Operand::event:
      return "e";
    case Operand::name:
      return "probe";
  }
  return "?";
}

std::string_view name_of(OpClass op_class) {
  switch (op_class) {
    case OpClass::control:
      return "control";
    case OpClass::scalar:
      return "scalar";
    case OpClass::branch:
      return "branch";
    case OpClass::descriptor:
      return "descriptor";
    case OpClass::compute:
      return "compute";
    case OpClass::transfer:
      return "transfer";
    case OpClass::wait:
      return "wait";
    case OpClass::probe:
      return "probe";
  }
  return "?";
}

}  // namespace

std::string usage_of(const OpcodeInfo& info) {
  std::string text(info.mnemonic);
  bool first = true;
  for (const Operand operand : info.operands) {
    const bool optional = operand == Operand::strides || operand == Operand::async;
    text += optional ? "" : first ? " " : ", ";
    text += written(operand);
    first = false;
  }
  return text;
}

std::string opcode_table() {
  std::string text = "| Instruction | Class | Meaning |\n|---|---|---|\n";
  for (const OpcodeInfo& info : all_opcodes()) {
    text += fmt::format("| `{}` | {} | {} |\n", usage_of(info), name_of(info.op_class), info.help);
  }
  return text;
}

}  // namespace weft::isa
