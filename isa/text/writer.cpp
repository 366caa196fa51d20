// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "isa/bundle.h"
#include "isa/text.h"
#include "isa/text/layout.h"
#include "isa/text/lexer.h"
#include "isa/text/operands.h"
#include "isa/text/rules.h"

namespace weft::isa {
namespace {

std::string name_or_none(const std::string& name) { return name.empty() ? "-" : spelled(name); }

/// The name at an index of a repeated field; what no name answers to reads back as a fault.
template <class Field, class NameOf>
std::string name_at(const Field& field, int index, NameOf name_of_item) {
  return index >= 0 && index < field.size() ? spelled(name_of_item(field[index]))
                                            : fmt::format("?{}", index);
}

std::string print_value(const Instr& instr, int slot) {
  return fmt::format("{}{}", instr.is_register(slot) ? "s" : "",
                     instr.arg[static_cast<std::size_t>(slot)]);
}

std::string print_list(const Instr& instr, int slot, int count) {
  std::string text = "[";
  for (int i = 0; i < count; ++i) {
    text += fmt::format("{}{}", i == 0 ? "" : ", ", print_value(instr, slot + i));
  }
  return text + "]";
}

class ProgramWriter {
 public:
  ProgramWriter(const Bundle& bundle, const Role& role) : bundle_(bundle), role_(role) {}

  std::string run() {
    find_labels();
    int depth = 0;
    int graph_op = -1;
    for (int i = 0; i < role_.code_size(); ++i) {
      put_label(i);
      const auto instr = decode(role_.code(i));
      if (!instr) {
        text_ += fmt::format("  ?  ; {}\n", instr.error().message);
        continue;
      }
      if (instr->graph_op != graph_op) {
        graph_op = instr->graph_op;
        text_ += fmt::format("  .at {}\n", graph_op == -1
                                               ? "-"
                                               : name_at(bundle_.graph_ops(), graph_op,
                                                         [](const auto& name) { return name; }));
      }
      depth -= instr->opcode == Opcode::end && depth > 0 ? 1 : 0;
      text_ += fmt::format("{:{}}{}\n", "", 2 + 2 * depth, print(i, *instr));
      depth += instr->opcode == Opcode::loop ? 1 : 0;
    }
    put_label(role_.code_size());
    return std::move(text_);
  }

  std::vector<std::string> instructions() {
    find_labels();
    std::vector<std::string> texts;
    for (int i = 0; i < role_.code_size(); ++i) {
      const auto instr = decode(role_.code(i));
      texts.push_back(instr ? print(i, *instr) : "?");
    }
    return texts;
  }

 private:
  /// Labels are numbered in the order they stand in.
  void find_labels() {
    for (int i = 0; i < role_.code_size(); ++i) {
      const auto instr = decode(role_.code(i));
      if (instr && info_of(instr->opcode).op_class == OpClass::branch) {
        if (const auto target = target_of(i, *instr)) {
          labels_.emplace(*target, 0);
        }
      }
    }
    int number = 0;
    for (auto& [target, label] : labels_) {
      label = ++number;
    }
  }

  std::optional<int> target_of(int index, const Instr& branch) const {
    const std::int64_t target = std::int64_t{index} + 1 + branch.arg[2];
    return target <= role_.code_size() ? std::optional(static_cast<int>(target)) : std::nullopt;
  }

  void put_label(int index) {
    if (const auto label = labels_.find(index); label != labels_.end()) {
      text_ += fmt::format("L{}:\n", label->second);
    }
  }

  std::string print(int index, const Instr& instr) const {
    const OpcodeInfo& info = info_of(instr.opcode);
    std::string text(info.mnemonic);
    int slot = 0;
    for (const Operand operand : info.operands) {
      if (const std::string written = print_operand(operand, index, instr, slot);
          !written.empty()) {
        text += slot == 0 ? " " : ", ";
        text += written;
      }
      slot += slots_of(operand);
    }
    return text;
  }

  std::string print_operand(Operand operand, int index, const Instr& instr, int slot) const {
    const std::int32_t arg = instr.arg[static_cast<std::size_t>(slot)];
    const auto name_of_item = [](const auto& item) { return item.name(); };
    switch (operand) {
      case Operand::scalar_out:
      case Operand::scalar:
        return fmt::format("s{}", arg);
      case Operand::tensor_out:
      case Operand::tensor:
        return fmt::format("t{}", arg);
      case Operand::color:
        return fmt::format("c{}", arg);
      case Operand::event:
        return fmt::format("e{}", arg);
      case Operand::value:
        return print_value(instr, slot);
      case Operand::number:
        return print_number(arg);
      case Operand::dtype:
        return type_name(arg);
      case Operand::csr:
        return std::string(kCsrNames[arg]);
      case Operand::name:
        return name_at(bundle_.probes(), arg, name_of_item);
      case Operand::dims:
        return print_list(instr, slot + 1, arg);
      case Operand::buffer: {
        const std::string value = print_value(instr, slot + 1);
        return name_at(role_.buffers(), arg, name_of_item) + (value == "0" ? "" : "+" + value);
      }
      case Operand::strides:
        return print_strides(instr, slot);
      case Operand::skip: {
        const auto target = target_of(index, instr);
        return target ? fmt::format("L{}", labels_.at(*target)) : fmt::format("?{}", arg);
      }
      case Operand::async:
        return arg < 0
                   ? std::string()
                   : fmt::format("q{}, e{}", arg, instr.arg[static_cast<std::size_t>(slot) + 1]);
    }
    return {};
  }

  static std::string print_strides(const Instr& instr, int slot) {
    const int dims = slot - slots_of(Operand::dims);
    const int rank = instr.arg[static_cast<std::size_t>(dims)];
    const auto dense = dense_strides(instr, dims);
    bool written = !dense;
    for (int i = 0; dense && i < rank; ++i) {
      const auto at = static_cast<std::size_t>(i);
      written = written || instr.is_register(slot + i) ||
                instr.arg[static_cast<std::size_t>(slot) + at] != (*dense)[at];
    }
    return written ? print_list(instr, slot, rank) : std::string();
  }

  const Bundle& bundle_;
  const Role& role_;
  std::map<int, int> labels_;  ///< instruction index -> label number
  std::string text_;
};

std::string print_header(const Bundle& bundle) {
  std::string text = fmt::format(".bundle {}\n", bundle.version());
  if (!bundle.machine().empty() || !bundle.machine_hash().empty()) {
    text += fmt::format(".machine {} {}\n", name_or_none(bundle.machine()),
                        name_or_none(bundle.machine_hash()));
  }
  if (!bundle.model().empty()) {
    text += fmt::format(".model {}\n", spelled(bundle.model()));
  }
  if (!bundle.phase().empty()) {
    text += fmt::format(".phase {}\n", spelled(bundle.phase()));
  }
  const auto print_region = [&](const Region& region) {
    text +=
        fmt::format(".region {} {} {} {}", region.x(), region.y(), region.width(), region.height());
    text += region.first_index() == 0 ? "\n" : fmt::format(" {}\n", region.first_index());
  };
  if (bundle.has_region()) {
    print_region(bundle.region());
    std::for_each(bundle.regions().begin(), bundle.regions().end(), print_region);
  }
  for (const Parameter& parameter : bundle.parameters()) {
    text += fmt::format(".parameter {}\n", print_parameter(parameter));
  }
  for (const std::string& op : bundle.graph_ops()) {
    text += fmt::format(".op {}\n", spelled(op));
  }
  for (const Probe& probe : bundle.probes()) {
    const char* rows = probe.rows() == Axis::NONE ? ""
                       : probe.rows() == Axis::X  ? "rows=x "
                                                  : "rows=y ";
    text +=
        fmt::format(".probe {} {}{}\n", spelled(probe.name()), rows, print_axis(probe.columns()));
  }
  return text;
}

std::string print_role(const Bundle& bundle, const Role& role) {
  std::string text = fmt::format("\n.role {}", spelled(role.name()));
  for (int i = 0; i < role.tiles_size(); ++i) {
    text += fmt::format("{}{}", i == 0 ? " " : "\n.tiles ", print_tiles(role.tiles(i)));
  }
  text += "\n";
  for (const Buffer& buffer : role.buffers()) {
    text += fmt::format(".buffer {} {:#x} {}\n", spelled(buffer.name()), buffer.offset(),
                        buffer.bytes());
  }
  return text + ProgramWriter(bundle, role).run();
}

}  // namespace

std::vector<std::string> print_instructions(const Bundle& bundle, const Role& role) {
  return ProgramWriter(bundle, role).instructions();
}

std::string print_bundle(const Bundle& bundle) {
  std::string text = print_header(bundle);
  for (const Route& route : bundle.routes()) {
    text += fmt::format(".route {}\n", print_route(route));
  }
  for (const Load& load : bundle.loads()) {
    text += fmt::format(".load {}\n", print_load(load));
  }
  for (const EdgeTensor& load : bundle.edge_loads()) {
    text += fmt::format(".edge_load {}\n", print_edge_tensor(load));
  }
  for (const EdgeTensor& show : bundle.edge_shows()) {
    text += fmt::format(".edge_show {}\n", print_edge_tensor(show));
  }
  for (const Role& role : bundle.roles()) {
    text += print_role(bundle, role);
  }
  return text;
}

}  // namespace weft::isa
