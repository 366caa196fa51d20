// SPDX-License-Identifier: Apache-2.0
#include "isa/text/program.h"

#include <fmt/format.h>

#include "base/text.h"
#include "isa/bundle.h"

namespace weft::isa {
namespace {

std::string suggest_mnemonic(const std::string& word) {
  std::vector<std::string> mnemonics;
  for (const OpcodeInfo& info : all_opcodes()) {
    mnemonics.emplace_back(info.mnemonic);
  }
  return did_you_mean(word, mnemonics);
}

}  // namespace

void ProgramReader::read(const Line& line) {
  Cursor cursor(line, faults_);
  while (cursor.ok() && cursor.rest().size() > 1 && cursor.rest()[1].is_punctuation(":")) {
    read_label(cursor);
  }
  if (cursor.accept_word(".at")) {
    read_at(cursor);
  } else if (!cursor.at_end()) {
    read_instruction(cursor);
  }
}

void ProgramReader::read_label(Cursor& cursor) {
  const Token at = cursor.peek();
  const std::string label = cursor.name("a label");
  cursor.expect(":");
  if (!cursor.ok()) {
    return;
  }
  label_names_.add(label);
  const auto [place, added] =
      labels_.try_emplace(label, Label{static_cast<int>(code_.size()), at.line});
  if (!added) {
    faults_.add(
        at, fmt::format("label '{}' appears twice, first on line {}", label, place->second.line));
  }
}

void ProgramReader::read_at(Cursor& cursor) {
  if (cursor.accept_word("-")) {
    graph_op_ = -1;
    return cursor.finish();
  }
  const Token at = cursor.peek();
  const std::string name = cursor.name("a graph op or -");
  const auto index = graph_ops_.find(name);
  if (!index) {
    cursor.fail(at, fmt::format("unknown op '{}'{}", name, graph_ops_.suggestion(name)));
  }
  cursor.finish();
  graph_op_ = index.value_or(-1);
}

void ProgramReader::read_instruction(Cursor& cursor) {
  const Token at = cursor.peek();
  if (!at.is_word()) {
    return cursor.fail(fmt::format("expected an instruction, found {}", at.what()));
  }
  const auto opcode = opcode_of(cursor.take().text);
  if (!opcode) {
    return cursor.fail(
        at, fmt::format("unknown instruction '{}'{}", at.text, suggest_mnemonic(at.text)));
  }
  nest(*opcode, at);
  Instr instr;
  instr.opcode = *opcode;
  instr.graph_op = static_cast<std::int16_t>(graph_op_);
  if (const auto use = read_operands(cursor, names_, instr); use && cursor.ok()) {
    branches_.push_back({code_.size(), *use});
  }
  code_.push_back(instr);
}

void ProgramReader::nest(Opcode opcode, const Token& at) {
  if (opcode == Opcode::loop) {
    open_loops_.push_back(at);
    if (open_loops_.size() == kLoopDepth + 1) {
      faults_.add(at, fmt::format("loops nest at most {} deep", kLoopDepth));
    }
  } else if (opcode == Opcode::end && open_loops_.empty()) {
    faults_.add(at, "end without a loop");
  } else if (opcode == Opcode::end) {
    open_loops_.pop_back();
  }
}

void ProgramReader::resolve(const Branch& branch) {
  const Token& at = branch.use.at;
  const auto label = labels_.find(at.text);
  if (label == labels_.end()) {
    faults_.add(at, fmt::format("unknown label '{}'{}", at.text, label_names_.suggestion(at.text)));
    return;
  }
  const int skipped = label->second.target - static_cast<int>(branch.instruction) - 1;
  if (skipped < 0) {
    faults_.add(at,
                fmt::format("label '{}' lies behind: branches only go forward, use loop", at.text));
  }
  code_[branch.instruction].arg[static_cast<std::size_t>(branch.use.slot)] = skipped;
}

void ProgramReader::finish(Role& role) {
  for (const Token& loop : open_loops_) {
    faults_.add(loop, "loop without an end");
  }
  for (const Branch& branch : branches_) {
    resolve(branch);
  }
  for (const Instr& instr : code_) {
    *role.add_code() = encode(instr);
  }
}

}  // namespace weft::isa
