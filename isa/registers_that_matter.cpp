// SPDX-License-Identifier: Apache-2.0
#include "isa/registers_that_matter.h"

#include "isa/opcode.h"

namespace weft::isa {
namespace {

std::uint32_t bit(std::int32_t s) { return std::uint32_t{1} << s; }

std::uint32_t registers_in(const Instr& instr, int from, int to) {
  std::uint32_t used = 0;
  for (int slot = from; slot < to; ++slot) {
    used |= instr.is_register(slot) ? bit(instr.arg[static_cast<std::size_t>(slot)]) : 0;
  }
  return used;
}

/// What an instruction needs when `after` it those registers matter.
std::uint32_t before(const Instr& instr, std::uint32_t after, bool checks) {
  switch (info_of(instr.opcode).op_class) {
    case OpClass::scalar: {
      const bool divides = instr.opcode == Opcode::div || instr.opcode == Opcode::mod;
      if ((after & bit(instr.arg[0])) == 0) {
        return after | (checks && divides ? registers_in(instr, 2, 3) : 0);
      }
      const std::uint32_t others = after & ~bit(instr.arg[0]);
      if (instr.opcode == Opcode::csrr || instr.opcode == Opcode::li) {
        return others | registers_in(instr, 1, 2);
      }
      return others | bit(instr.arg[1]) | registers_in(instr, 2, 3);
    }
    case OpClass::branch:
      return after | bit(instr.arg[0]) | registers_in(instr, 1, 2);
    case OpClass::descriptor:
      return after | registers_in(instr, 5, 5 + instr.arg[4]) |
             registers_in(instr, 8, 8 + instr.arg[4]) | (checks ? registers_in(instr, 2, 3) : 0);
    case OpClass::compute:
      return instr.opcode == Opcode::busy ? after | registers_in(instr, 0, 1) : after;
    case OpClass::probe:
      return checks ? after | registers_in(instr, 0, kMaxArgs) : after;
    default:
      return after | registers_in(instr, 0, kMaxArgs);
  }
}

}  // namespace

std::vector<std::uint32_t> registers_that_matter(const Program& program, AlikeIn in) {
  const bool checks = in != AlikeIn::timing;
  const auto size = program.code.size();
  std::vector<std::uint32_t> after(size, 0);
  bool changed = true;
  while (changed) {
    changed = false;
    for (std::size_t pc = size; pc-- > 0;) {
      const Instr& instr = program.code[pc];
      std::uint32_t matter = 0;
      const auto next = [&](std::size_t to) {
        matter |= to < size ? before(program.code[to], after[to], checks) : 0;
      };
      if (instr.opcode != Opcode::halt) {
        next(pc + 1);
      }
      if (info_of(instr.opcode).op_class == OpClass::branch) {
        next(static_cast<std::size_t>(static_cast<std::int64_t>(pc) + 1 + instr.arg[2]));
      } else if (program.match[pc] >= 0) {  // past the loop, or around it
        next(static_cast<std::size_t>(program.match[pc]) + 1);
      }
      changed = changed || matter != after[pc];
      after[pc] = matter;
    }
  }
  return after;
}

}  // namespace weft::isa
