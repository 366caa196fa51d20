// SPDX-License-Identifier: Apache-2.0
#include "isa/role_builder.h"

#include <algorithm>
#include <bit>
#include <cassert>

#include "isa/bundle.h"

namespace weft::isa {

int RoleBuilder::buffer(const std::string& name, std::int64_t bytes) {
  const auto known = std::find_if(buffers_.begin(), buffers_.end(),
                                  [&](const Declared& b) { return b.name == name; });
  if (known != buffers_.end()) {
    known->bytes = std::max(known->bytes, bytes);
    return static_cast<int>(known - buffers_.begin());
  }
  buffers_.push_back({name, bytes});
  return static_cast<int>(buffers_.size() - 1);
}

void RoleBuilder::emit(Opcode opcode, std::initializer_list<Value> operands) {
  Instr instr;
  instr.opcode = opcode;
  instr.graph_op = static_cast<std::int16_t>(graph_op_);
  assert(static_cast<int>(operands.size()) <= arg_count(opcode));
  std::size_t slot = 0;
  for (const Value value : operands) {
    instr.arg[slot] = value.number;
    instr.registers |= static_cast<std::uint16_t>(value.is_register ? 1 << slot : 0);
    ++slot;
  }
  code_.push_back(instr);
}

void RoleBuilder::emit_numbers(Opcode opcode, std::initializer_list<Value> operands,
                               std::initializer_list<float> numbers) {
  emit(opcode, operands);
  std::size_t slot = operands.size();
  for (const float number : numbers) {
    code_.back().arg[slot++] = std::bit_cast<std::int32_t>(number);
  }
  assert(static_cast<int>(slot) == arg_count(opcode));
}

void RoleBuilder::td(int t, int buffer, Value offset, DType dtype, const std::vector<Value>& dims,
                     const std::vector<Value>& strides) {
  emit(Opcode::td, {t, buffer, offset, static_cast<std::int32_t>(dtype),
                    static_cast<std::int32_t>(dims.size())});
  Instr& instr = code_.back();
  const auto put = [&](std::size_t slot, Value value) {
    instr.arg[slot] = value.number;
    instr.registers |= static_cast<std::uint16_t>(value.is_register ? 1 << slot : 0);
  };
  std::int32_t dense = 1;
  for (std::size_t i = dims.size(); i-- > 0;) {
    put(5 + i, dims[i]);
    if (!strides.empty()) {
      put(8 + i, strides[i]);
      continue;
    }
    put(8 + i, dense);
    assert(i == 0 || !dims[i].is_register);
    dense *= dims[i].is_register ? 1 : dims[i].number;
  }
}

std::size_t RoleBuilder::branch(Opcode opcode, int s, Value value) {
  emit(opcode, {s, value, 0});
  return code_.size() - 1;
}

void RoleBuilder::land(std::size_t branch) {
  code_[branch].arg[2] = static_cast<std::int32_t>(code_.size() - branch - 1);
}

void RoleBuilder::send(int color, int t, int engine, int event) {
  emit(Opcode::send, {color, t, engine, engine < 0 ? 0 : event});
}

void RoleBuilder::receive(Opcode opcode, int t, int color, int engine, int event) {
  emit(opcode, {t, color, engine, engine < 0 ? 0 : event});
}

void RoleBuilder::forward(Opcode opcode, int out, int in, int t, int engine, int event) {
  emit(opcode, {out, in, t, engine, engine < 0 ? 0 : event});
}

void RoleBuilder::edge(Opcode opcode, int t, Value address, int engine, int event) {
  emit(opcode, {t, address, engine, engine < 0 ? 0 : event});
}

Role RoleBuilder::finish(int instruction_bytes) {
  graph_op_ = -1;
  emit(Opcode::halt);
  Role role;
  role.set_name(name_);
  const auto align = [](std::int64_t bytes) { return (bytes + 15) / 16 * 16; };
  std::int64_t offset = align(static_cast<std::int64_t>(code_.size()) * instruction_bytes);
  for (const Declared& declared : buffers_) {
    Buffer& buffer = *role.add_buffers();
    buffer.set_name(declared.name);
    buffer.set_offset(offset);
    buffer.set_bytes(declared.bytes);
    offset = align(offset + declared.bytes);
  }
  for (const Instr& instr : code_) {
    *role.add_code() = encode(instr);
  }
  return role;
}

}  // namespace weft::isa
