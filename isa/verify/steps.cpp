// SPDX-License-Identifier: Apache-2.0
#include "isa/verify/program_run.h"

namespace weft::isa {
namespace {

StepKind kind_of(Opcode opcode) {
  switch (opcode) {
    case Opcode::halt:
      return StepKind::halt;
    case Opcode::loop:
      return StepKind::loop;
    case Opcode::div:
    case Opcode::mod:
      return StepKind::divide;
    case Opcode::td:
      return StepKind::descriptor;
    case Opcode::busy:
      return StepKind::busy;
    case Opcode::wait:
      return StepKind::wait;
    case Opcode::probe:
      return StepKind::probe;
    default:
      break;
  }
  switch (info_of(opcode).op_class) {
    case OpClass::compute:
      return StepKind::compute;
    case OpClass::transfer:
      return StepKind::transfer;
    default:
      return StepKind::core;
  }
}

// The first tensor operand of arithmetic, receives and edge.read is the destination; sends,
// forwards, edge.write and probes only read.
bool writes_first(Opcode opcode) {
  return info_of(opcode).op_class == OpClass::compute || opcode == Opcode::edge_read ||
         (is_receive(opcode) && !is_forward(opcode));
}

// Destinations whose old contents count.
bool reads_first(Opcode opcode) {
  return opcode == Opcode::mm_acc ||
         (is_receive(opcode) && !is_forward(opcode) && opcode != Opcode::recv_set);
}

}  // namespace

std::vector<Step> plan_steps(const Program& program) {
  std::vector<Step> steps;
  steps.reserve(program.code.size());
  for (const Instr& instr : program.code) {
    Step step;
    step.kind = kind_of(instr.opcode);
    step.constant = instr.registers == 0;
    int slot = 0;
    for (const Operand operand : info_of(instr.opcode).operands) {
      if (operand == Operand::tensor) {
        step.writes[step.tensors] = step.tensors == 0 && writes_first(instr.opcode);
        step.reads[step.tensors] = !step.writes[step.tensors] || reads_first(instr.opcode);
        step.slot[step.tensors++] = static_cast<std::uint8_t>(slot);
      }
      slot += slots_of(operand);
    }
    // A mask leaves the other elements as they are.
    step.fills = step.writes[0] && instr.opcode != Opcode::mask;
    if (step.kind == StepKind::transfer) {
      step.transfer = transfer_operands(instr);
    }
    steps.push_back(step);
  }
  return steps;
}

}  // namespace weft::isa
