// SPDX-License-Identifier: Apache-2.0
#include "isa/control_walk.h"

#include "isa/opcode.h"

namespace weft::isa {
namespace {

constexpr std::int64_t kMostInstructions = std::int64_t{1} << 26;
constexpr std::size_t kMostNumbers = std::size_t{1} << 22;

class Walk {
 public:
  Walk(const Program& program, const Coordinates& at, WalkOf of)
      : program_(program), at_(at), checks_(of == WalkOf::checks) {}

  std::optional<WalkPrint> run() {
    for (std::int64_t executed = 0; executed < kMostInstructions; ++executed) {
      const Instr& instr = program_.code[static_cast<std::size_t>(state_.pc)];
      if (instr.opcode == Opcode::halt) {
        return print_;
      }
      if (checks_) {
        note_operands(instr);
      }
      take(instr);
      if (numbers_ > kMostNumbers) {
        return std::nullopt;
      }
    }
    return std::nullopt;
  }

 private:
  void note(std::int32_t number) {
    const auto bits = static_cast<std::uint32_t>(number);
    print_.a = (print_.a ^ bits) * 0x9E3779B97F4A7C15ULL;
    print_.a ^= print_.a >> 32;
    print_.b = (print_.b + bits + 1) * 0xD6E8FEB86659FD93ULL;
    print_.b ^= print_.b >> 29;
    ++numbers_;
  }

  void take(const Instr& instr) {
    switch (info_of(instr.opcode).op_class) {
      case OpClass::compute:
        if (instr.opcode == Opcode::busy) {
          note(state_.value(instr, 0));
        }
        ++state_.pc;
        return;
      case OpClass::transfer:
      case OpClass::wait:
      case OpClass::probe:
        ++state_.pc;
        return;
      default:
        break;
    }
    if (instr.opcode == Opcode::loop) {
      note(state_.value(instr, 0));
    }
    step_core(program_, at_, state_);
    const OpClass op_class = info_of(instr.opcode).op_class;
    if (op_class == OpClass::branch) {
      note(state_.pc);
    } else if (op_class == OpClass::descriptor) {
      const Descriptor& d = state_.t[static_cast<std::size_t>(instr.arg[0])];
      for (std::size_t i = 0; i < d.dims.size(); ++i) {
        note(d.dims[i]);
        note(d.strides[i]);
      }
      if (checks_ && d.stored_elements() > 0) {
        note(d.base);
      }
    }
  }

  // The registers that a rule looks at. What other scalars are shows where they go; where masks and
  // gathers point in their tables is no concern of any rule.
  void note_operands(const Instr& instr) {
    int first = 0;
    switch (info_of(instr.opcode).op_class) {
      case OpClass::scalar:
        if (instr.opcode != Opcode::div && instr.opcode != Opcode::mod) {
          return;
        }
        first = 2;
        break;
      case OpClass::compute:
        if (instr.opcode != Opcode::busy && instr.opcode != Opcode::vred_argmax) {
          return;
        }
        break;
      case OpClass::descriptor:
        return;
      default:
        break;
    }
    for (int slot = first; slot < kMaxArgs; ++slot) {
      if (instr.is_register(slot)) {
        note(state_.value(instr, slot));
      }
    }
  }

  const Program& program_;
  const Coordinates& at_;
  const bool checks_;
  ProgramState state_;
  WalkPrint print_;
  std::size_t numbers_ = 0;
};

}  // namespace

std::optional<WalkPrint> control_walk(const Program& program, const Coordinates& at, WalkOf of) {
  return Walk(program, at, of).run();
}

}  // namespace weft::isa
