// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace weft::isa {

/// Every instruction of a tile. The table in opcode.cpp is the one place that says how each is
/// spelled, which operands it takes and which unit pays for it; assembler, disassembler, verifier,
/// engines and docs read it.
enum class Opcode : std::uint8_t {
  halt,
  li,
  add,
  sub,
  mul,
  div,
  mod,
  min,
  max,
  csrr,
  loop,
  end,
  br_lt,
  br_ge,
  br_eq,
  br_ne,
  td,
  busy,
  mm,
  mm_acc,
  v2_add,
  v2_sub,
  v2_mul,
  v2_div,
  v2_max,
  v2_expsub,
  v2_silumul,
  v1_cpy,
  vfill,
  mask,
  rope,
  norm_rms,
  gath,
  vred_sum,
  vred_max,
  vred_sumsq,
  vred_argmax,
  send,
  recv_set,
  recv_add,
  recv_max,
  recv_argmax,
  recv_osm,
  fwd_add,
  fwd_max,
  fwd_argmax,
  fwd_osm,
  wait,
  probe,
  edge_read,
  edge_write,
  count_,
};

/// Who executes an instruction and how it is charged.
enum class OpClass : std::uint8_t {
  control,     ///< halt, loop, end
  scalar,      ///< core only: setup.scalar
  branch,      ///< core only: setup.branch
  descriptor,  ///< core only: setup.descriptor
  compute,     ///< the datapath
  transfer,    ///< the ramps or the tile's edge channel, perhaps a queue engine and the datapath
  wait,        ///< free beyond the wait
  probe,       ///< free: shows a tensor to the host
};

/// One written operand; some take several argument slots of an Instr.
enum class Operand : std::uint8_t {
  scalar_out,  ///< s register written
  scalar,      ///< s register read
  value,       ///< s register or integer
  number,      ///< fp32 immediate
  tensor_out,  ///< t register: the descriptor register itself is written (td)
  tensor,      ///< t register read: names memory
  buffer,      ///< buffer name and byte offset: slots {buffer, value}
  dtype,       ///< element type
  dims,        ///< [d0, d1, d2]: slots {rank, value, value, value}
  strides,     ///< [s0, s1, s2] in elements, as many as dims
  csr,         ///< tx, ty, rw, rh, p0 to p3
  skip,        ///< forward label: number of instructions skipped
  color,       ///< c0…
  async,       ///< optional `qE, eN`: slots {engine or -1, event}
  event,       ///< e0…
  name,        ///< index into the bundle's probes
};

inline constexpr int kMaxArgs = 11;
inline constexpr int kScalarRegisters = 32;
inline constexpr int kTensorRegisters = 48;
inline constexpr int kEvents = 16;
inline constexpr int kLoopDepth = 4;
inline constexpr int kParameters = 4;
inline constexpr int kFirstParameter = 4;
inline constexpr int kCsrs = kFirstParameter + kParameters;

/// Operands as they are written, left to right.
class Operands {
 public:
  constexpr Operands(std::initializer_list<Operand> operands) : count_(operands.size()) {
    std::copy(operands.begin(), operands.end(), list_.begin());
  }
  constexpr const Operand* begin() const { return list_.data(); }
  constexpr const Operand* end() const { return list_.data() + count_; }
  constexpr std::size_t size() const { return count_; }
  constexpr Operand operator[](std::size_t i) const { return list_[i]; }

 private:
  static constexpr std::size_t kMost = 6;
  std::array<Operand, kMost> list_{};
  std::size_t count_ = 0;
};

struct OpcodeInfo {
  Opcode opcode;
  std::string_view mnemonic;
  OpClass op_class;
  Operands operands;
  std::string_view help;
};

const OpcodeInfo& info_of(Opcode opcode);
std::span<const OpcodeInfo> all_opcodes();
std::optional<Opcode> opcode_of(std::string_view mnemonic);
std::optional<Opcode> opcode_of_number(int number);

/// Argument slots an operand takes.
int slots_of(Operand operand);
/// Argument slots of a whole instruction.
int arg_count(Opcode opcode);

inline constexpr std::string_view kCsrNames[kCsrs] = {"tx", "ty", "rw", "rh",
                                                      "p0", "p1", "p2", "p3"};

bool is_send(Opcode opcode);     ///< holds ramp-out: send, fwd
bool is_receive(Opcode opcode);  ///< holds ramp-in: recv, fwd
bool is_forward(Opcode opcode);
bool is_edge(Opcode opcode);  ///< holds the tile's edge channel until its request is made
/// Combines words in the datapath: receive-op and forward-op, not recv.set.
bool uses_datapath(Opcode opcode);

}  // namespace weft::isa
