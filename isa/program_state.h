// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <vector>

#include "base/dtype.h"
#include "base/result.h"
#include "isa/bundle.pb.h"
#include "isa/instr.h"

namespace weft::isa {

/// A t register: elements of SRAM. Byte address of element (i, j, k) is
/// base + size * (i*stride[0] + j*stride[1] + k*stride[2]); missing dimensions count 1.
struct Descriptor {
  std::int32_t base = 0;
  std::int16_t buffer = -1;
  DType dtype = DType::f32;
  std::uint8_t rank = 0;  ///< 0: never written
  std::array<std::int32_t, 3> dims{1, 1, 1};
  std::array<std::int32_t, 3> strides{0, 0, 0};

  std::int64_t elements() const { return static_cast<std::int64_t>(dims[0]) * dims[1] * dims[2]; }
  /// Elements stored once: broadcast dimensions (stride 0) count 1.
  std::int64_t stored_elements() const;
  /// One past the highest byte touched; base when empty.
  std::int64_t end_byte() const;
  std::int64_t wire_words() const { return (elements() * bytes_of(dtype) + 3) / 4; }
};

/// A role's program, resolved: loops matched, buffers by index.
struct Program {
  struct BufferRange {
    std::int32_t offset = 0;
    std::int32_t bytes = 0;
  };
  std::vector<Instr> code;
  std::vector<std::int32_t> match;  ///< loop -> its end, end -> its loop, else -1
  std::vector<BufferRange> buffers;
};
/// Errors: input, naming role and instruction: bad encoding, unbalanced or too deep loops, label
/// past the end or across a loop boundary.
Result<Program> resolve_program(const Role& role);

/// Where a tile stands in its region, and its constants: what csrr reads.
struct Coordinates {
  std::int32_t tx = 0, ty = 0, rw = 1, rh = 1;
  std::array<std::int32_t, kParameters> parameters{};

  auto operator<=>(const Coordinates&) const = default;
};

/// Which of the CSRs that differ between tiles of a region something depends on.
using CsrSet = std::uint8_t;
inline constexpr CsrSet kByX = 1;
inline constexpr CsrSet kByY = 2;
/// Of csrr's operand; the size of the region is told apart always.
inline CsrSet csr_set(int csr) {
  return csr == 0                 ? kByX
         : csr == 1               ? kByY
         : csr >= kFirstParameter ? static_cast<CsrSet>(4 << (csr - kFirstParameter))
                                  : CsrSet{0};
}
/// `at` with zeros where nothing depends on it: equal ones may share what depends on `by`.
inline Coordinates only(CsrSet by, Coordinates at) {
  at.tx = (by & kByX) != 0 ? at.tx : 0;
  at.ty = (by & kByY) != 0 ? at.ty : 0;
  for (std::size_t i = 0; i < at.parameters.size(); ++i) {
    at.parameters[i] = (by & (4 << i)) != 0 ? at.parameters[i] : 0;
  }
  return at;
}

/// Registers and program counter of one core: plain data, shared by every engine and the verifier.
/// Scalars never depend on tensor values, so control flow is the same with data on or off.
struct ProgramState {
  struct LoopFrame {
    std::int32_t start = 0;  ///< first instruction of the body
    std::int32_t count = 0;
    std::int32_t index = 0;
  };
  std::int32_t pc = 0;
  std::int32_t depth = 0;
  std::array<LoopFrame, kLoopDepth> loops{};
  std::array<std::int32_t, kScalarRegisters> s{};
  std::array<Descriptor, kTensorRegisters> t{};

  std::int32_t value(const Instr& instr, int slot) const {
    const auto raw = instr.arg[static_cast<std::size_t>(slot)];
    return instr.is_register(slot) ? s[static_cast<std::size_t>(raw)] : raw;
  }
  const Descriptor& tensor(const Instr& instr, int slot) const {
    return t[static_cast<std::size_t>(instr.arg[static_cast<std::size_t>(slot)])];
  }
};

/// What csrr reads.
std::int32_t csr_value(const Coordinates& at, int csr);
/// Of add, sub, mul, div, mod, min and max. Wraps; division by b <= 0 gives 0.
std::int32_t scalar_value(Opcode opcode, std::int32_t a, std::int32_t b);
/// Of br.lt, br.ge, br.eq and br.ne.
bool branch_taken(Opcode opcode, std::int32_t a, std::int32_t b);

/// What a control, scalar, branch or descriptor instruction did, for whoever charges it.
enum class CoreStep { scalar, branch, descriptor, loop_entry, loop_iteration, halt };

/// Executes the instruction at pc, which must be of class control, scalar, branch or descriptor.
/// Arithmetic wraps; division by v <= 0 gives 0 (the verifier refuses it).
CoreStep step_core(const Program& program, const Coordinates& at, ProgramState& state);

}  // namespace weft::isa
