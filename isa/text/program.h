// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "isa/bundle.pb.h"
#include "isa/text/cursor.h"
#include "isa/text/names.h"
#include "isa/text/operands.h"

namespace weft::isa {

/// Assembles the program of one role, a line at a time.
class ProgramReader {
 public:
  ProgramReader(const OperandNames& names, const Names& graph_ops, Faults& faults)
      : names_(names), graph_ops_(graph_ops), faults_(faults) {}

  /// Labels, an instruction, both, or `.at`.
  void read(const Line& line);
  /// Resolves labels and closes loops; appends the program to `role`.
  void finish(Role& role);

 private:
  struct Label {
    int target = 0;
    int line = 0;
  };
  struct Branch {
    std::size_t instruction = 0;
    LabelUse use;
  };

  void read_label(Cursor& cursor);
  void read_at(Cursor& cursor);
  void read_instruction(Cursor& cursor);
  void nest(Opcode opcode, const Token& at);
  void resolve(const Branch& branch);

  OperandNames names_;
  const Names& graph_ops_;
  Faults& faults_;
  std::vector<Instr> code_;
  int graph_op_ = -1;
  std::vector<Token> open_loops_;
  Names label_names_;
  std::unordered_map<std::string, Label> labels_;
  std::vector<Branch> branches_;
};

}  // namespace weft::isa
