// SPDX-License-Identifier: Apache-2.0
#include "isa/program_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "isa/bundle.h"

namespace weft::isa {
namespace {

std::int32_t wrap(std::int64_t value) { return static_cast<std::int32_t>(value); }

std::int32_t floor_div(std::int32_t a, std::int32_t b) {
  if (b <= 0) {
    return 0;
  }
  return a / b - (a % b < 0 ? 1 : 0);
}

std::int32_t scalar_result(const Instr& instr, const Coordinates& at, const ProgramState& state) {
  if (instr.opcode == Opcode::li) {
    return state.value(instr, 1);
  }
  if (instr.opcode == Opcode::csrr) {
    return csr_value(at, instr.arg[1]);
  }
  return scalar_value(instr.opcode, state.s[static_cast<std::size_t>(instr.arg[1])],
                      state.value(instr, 2));
}

Descriptor make_descriptor(const Program& program, const Instr& instr, const ProgramState& state) {
  Descriptor d;
  d.buffer = static_cast<std::int16_t>(instr.arg[1]);
  d.base =
      wrap(static_cast<std::int64_t>(program.buffers[static_cast<std::size_t>(d.buffer)].offset) +
           state.value(instr, 2));
  d.dtype = static_cast<DType>(instr.arg[3]);
  d.rank = static_cast<std::uint8_t>(instr.arg[4]);
  for (int i = 0; i < d.rank; ++i) {
    d.dims[static_cast<std::size_t>(i)] = std::max(0, state.value(instr, 5 + i));
    d.strides[static_cast<std::size_t>(i)] = state.value(instr, 8 + i);
  }
  return d;
}

}  // namespace

std::int64_t Descriptor::stored_elements() const {
  std::int64_t count = 1;
  for (std::size_t i = 0; i < rank; ++i) {
    count *= strides[i] == 0 ? std::min(dims[i], 1) : dims[i];
  }
  return count;
}

std::int64_t Descriptor::end_byte() const {
  if (elements() == 0) {
    return base;
  }
  std::int64_t last = 0;
  for (std::size_t i = 0; i < rank; ++i) {
    last += std::max<std::int64_t>(0, static_cast<std::int64_t>(dims[i] - 1) * strides[i]);
  }
  return base + (last + 1) * bytes_of(dtype);
}

Result<Program> resolve_program(const Role& role) {
  Program program;
  WEFT_ASSIGN(program.code, decode_program(role));
  const auto fault = [&](std::size_t pc, const std::string& what) {
    return input_error(fmt::format("role {}, instruction {}: {}", role.name(), pc, what));
  };
  for (const Buffer& buffer : role.buffers()) {
    program.buffers.push_back(
        {static_cast<std::int32_t>(buffer.offset()), static_cast<std::int32_t>(buffer.bytes())});
  }
  program.match.assign(program.code.size(), -1);
  std::vector<std::size_t> open;
  for (std::size_t pc = 0; pc < program.code.size(); ++pc) {
    const Instr& instr = program.code[pc];
    if (instr.opcode == Opcode::loop) {
      if (open.size() == kLoopDepth) {
        return fault(pc, fmt::format("loops nest deeper than {}", kLoopDepth));
      }
      open.push_back(pc);
    } else if (instr.opcode == Opcode::end) {
      if (open.empty()) {
        return fault(pc, "end without a loop");
      }
      program.match[pc] = static_cast<std::int32_t>(open.back());
      program.match[open.back()] = static_cast<std::int32_t>(pc);
      open.pop_back();
    } else if (instr.opcode == Opcode::td &&
               static_cast<std::size_t>(instr.arg[1]) >= program.buffers.size()) {
      return fault(pc, fmt::format("buffer {} is not declared", instr.arg[1]));
    }
  }
  if (!open.empty()) {
    return fault(open.back(), "loop without an end");
  }
  if (program.code.empty() || program.code.back().opcode != Opcode::halt) {
    return fault(program.code.size(), "the program does not end in halt");
  }
  for (std::size_t pc = 0; pc < program.code.size(); ++pc) {
    if (info_of(program.code[pc].opcode).op_class != OpClass::branch) {
      continue;
    }
    const auto target = pc + 1 + static_cast<std::size_t>(program.code[pc].arg[2]);
    if (target >= program.code.size()) {
      return fault(pc, "branch past the end of the program");
    }
    int depth = 0;
    for (std::size_t i = pc + 1; i < target && depth >= 0; ++i) {
      depth += program.code[i].opcode == Opcode::loop ? 1 : 0;
      depth -= program.code[i].opcode == Opcode::end ? 1 : 0;
    }
    if (depth != 0) {
      return fault(pc, "branch across a loop boundary");
    }
  }
  return program;
}

std::int32_t csr_value(const Coordinates& at, int csr) {
  switch (csr) {
    case 0:
      return at.tx;
    case 1:
      return at.ty;
    case 2:
      return at.rw;
    case 3:
      return at.rh;
    default:
      return at.parameters[static_cast<std::size_t>(csr - kFirstParameter)];
  }
}

std::int32_t scalar_value(Opcode opcode, std::int32_t left, std::int32_t right) {
  const std::int64_t a = left;
  const std::int64_t b = right;
  switch (opcode) {
    case Opcode::add:
      return wrap(a + b);
    case Opcode::sub:
      return wrap(a - b);
    case Opcode::mul:
      return wrap(a * b);
    case Opcode::div:
      return floor_div(left, right);
    case Opcode::mod:
      return wrap(a - b * floor_div(left, right));
    case Opcode::min:
      return std::min(left, right);
    case Opcode::max:
      return std::max(left, right);
    default:
      assert(false);
      return 0;
  }
}

bool branch_taken(Opcode opcode, std::int32_t a, std::int32_t b) {
  switch (opcode) {
    case Opcode::br_lt:
      return a < b;
    case Opcode::br_ge:
      return a >= b;
    case Opcode::br_eq:
      return a == b;
    default:
      return a != b;
  }
}

CoreStep step_core(const Program& program, const Coordinates& at, ProgramState& state) {
  const auto pc = static_cast<std::size_t>(state.pc);
  const Instr& instr = program.code[pc];
  switch (info_of(instr.opcode).op_class) {
    case OpClass::scalar:
      state.s[static_cast<std::size_t>(instr.arg[0])] = scalar_result(instr, at, state);
      ++state.pc;
      return CoreStep::scalar;
    case OpClass::branch:
      state.pc += 1 + (branch_taken(instr.opcode, state.s[static_cast<std::size_t>(instr.arg[0])],
                                    state.value(instr, 1))
                           ? instr.arg[2]
                           : 0);
      return CoreStep::branch;
    case OpClass::descriptor:
      state.t[static_cast<std::size_t>(instr.arg[0])] = make_descriptor(program, instr, state);
      ++state.pc;
      return CoreStep::descriptor;
    default:
      break;
  }
  if (instr.opcode == Opcode::loop) {
    const std::int32_t count = state.value(instr, 0);
    if (count <= 0) {
      state.pc = program.match[pc] + 1;
    } else {
      ++state.pc;
      state.loops[static_cast<std::size_t>(state.depth++)] = {state.pc, count, 0};
    }
    return CoreStep::loop_entry;
  }
  if (instr.opcode == Opcode::end) {
    auto& frame = state.loops[static_cast<std::size_t>(state.depth - 1)];
    if (++frame.index < frame.count) {
      state.pc = frame.start;
    } else {
      --state.depth;
      ++state.pc;
    }
    return CoreStep::loop_iteration;
  }
  assert(instr.opcode == Opcode::halt);
  return CoreStep::halt;
}

}  // namespace weft::isa
