// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "base/dtype.h"
#include "isa/bundle.pb.h"
#include "isa/instr.h"

namespace weft::isa {

/// Writes one role: declares buffers, appends instructions, lays the buffers behind the program.
/// Used by the mapper and by tests; what it makes still goes through the verifier.
class RoleBuilder {
 public:
  explicit RoleBuilder(std::string name) : name_(std::move(name)) {}

  /// Declares a buffer, or finds the one of that name and widens it; returns its index.
  int buffer(const std::string& name, std::int64_t bytes);
  /// Following instructions belong to this graph op (-1: none).
  void graph_op(int index) { graph_op_ = index; }

  void emit(Opcode opcode, std::initializer_list<Value> operands = {});
  /// Same, the last operands being fp32 immediates.
  void emit_numbers(Opcode opcode, std::initializer_list<Value> operands,
                    std::initializer_list<float> numbers);
  /// Dense row-major strides when `strides` is empty (then every dim but the first must be
  /// immediate).
  void td(int t, int buffer, Value offset, DType dtype, const std::vector<Value>& dims,
          const std::vector<Value>& strides = {});
  void loop(Value count) { emit(Opcode::loop, {count}); }
  void end() { emit(Opcode::end); }
  /// Emits a branch whose target is set by land(); returns its handle.
  std::size_t branch(Opcode opcode, int s, Value value);
  void land(std::size_t branch);

  void send(int color, int t, int engine = -1, int event = 0);
  void receive(Opcode opcode, int t, int color, int engine = -1, int event = 0);
  void forward(Opcode opcode, int out, int in, int t, int engine = -1, int event = 0);
  void edge(Opcode opcode, int t, Value address, int engine = -1, int event = 0);
  void wait(int event) { emit(Opcode::wait, {event}); }

  std::size_t size() const { return code_.size(); }
  const std::vector<Instr>& code() const { return code_; }

  /// Appends halt and lays the buffers out, 16-byte aligned, behind instruction_bytes a piece.
  Role finish(int instruction_bytes);

 private:
  struct Declared {
    std::string name;
    std::int64_t bytes = 0;
  };
  std::string name_;
  int graph_op_ = -1;
  std::vector<Instr> code_;
  std::vector<Declared> buffers_;
};

}  // namespace weft::isa
