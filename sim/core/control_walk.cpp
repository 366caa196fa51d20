// SPDX-License-Identifier: Apache-2.0
#include "sim/core/control_walk.h"

namespace weft::sim {
namespace {

constexpr std::int64_t kMostInstructions = std::int64_t{1} << 26;
constexpr std::size_t kMostNumbers = std::size_t{1} << 22;

}  // namespace

std::vector<std::int32_t> control_walk(const isa::Program& program, const isa::Coordinates& at) {
  using isa::OpClass;
  using isa::Opcode;
  std::vector<OpClass> classes;
  classes.reserve(program.code.size());
  for (const isa::Instr& instr : program.code) {
    classes.push_back(isa::info_of(instr.opcode).op_class);
  }
  std::vector<std::int32_t> walk;
  isa::ProgramState state;
  for (std::int64_t executed = 0; executed < kMostInstructions; ++executed) {
    const auto pc = static_cast<std::size_t>(state.pc);
    const isa::Instr& instr = program.code[pc];
    if (instr.opcode == Opcode::halt) {
      return walk;
    }
    switch (classes[pc]) {
      case OpClass::compute:
        if (instr.opcode == Opcode::busy) {
          walk.push_back(state.value(instr, 0));
        }
        ++state.pc;
        continue;
      case OpClass::transfer:
      case OpClass::wait:
      case OpClass::probe:
        ++state.pc;
        continue;
      default:
        break;
    }
    if (instr.opcode == Opcode::loop) {
      walk.push_back(state.value(instr, 0));
    }
    isa::step_core(program, at, state);
    if (classes[pc] == OpClass::branch) {
      walk.push_back(state.pc);
    } else if (classes[pc] == OpClass::descriptor) {
      const isa::Descriptor& d = state.t[static_cast<std::size_t>(instr.arg[0])];
      walk.insert(walk.end(), d.dims.begin(), d.dims.end());
      walk.insert(walk.end(), d.strides.begin(), d.strides.end());
    }
    if (walk.size() > kMostNumbers) {
      return {};
    }
  }
  return {};
}

}  // namespace weft::sim
