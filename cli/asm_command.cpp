// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "arch/machine.h"
#include "base/file.h"
#include "cli/command.h"
#include "isa/bundle.h"
#include "isa/opcode_table.h"
#include "isa/text.h"
#include "isa/verify.h"

namespace weft::cli {
namespace {

struct AsmArguments {
  std::string input, output, arch;
  bool list = false;
};

Status assemble(const AsmArguments& a) {
  if (a.list) {
    fmt::print("{}", isa::opcode_table());
    return {};
  }
  if (a.input.empty() || a.output.empty()) {
    return input_error("weft asm: give the text to assemble and --out FILE.bundle");
  }
  WEFT_ASSIGN(const std::string text, read_file(a.input));
  WEFT_ASSIGN(const isa::Bundle bundle, isa::parse_bundle(text, a.input));
  if (!a.arch.empty()) {
    WEFT_ASSIGN(const arch::Machine machine, arch::load_machine(a.arch));
    WEFT_TRY(isa::verify(bundle, machine));
  }
  return isa::write_bundle(a.output, bundle);
}

Status disassemble(const AsmArguments& a) {
  WEFT_ASSIGN(const isa::Bundle bundle, isa::read_bundle(a.input));
  const std::string text = isa::print_bundle(bundle);
  if (a.output.empty()) {
    fmt::print("{}", text);
    return {};
  }
  return write_file(a.output, text);
}

}  // namespace

void add_asm_commands(CLI::App& app, Invocation& invocation) {
  auto* assembler = app.add_subcommand("asm", "tile programs from text to a bundle (docs/isa.md)");
  auto in = std::make_shared<AsmArguments>();
  assembler->add_option("input", in->input, "text file");
  assembler->add_option("-o,--out", in->output, "bundle to write");
  assembler->add_option("--arch", in->arch, "verify against this machine too");
  assembler->add_flag("--list-opcodes", in->list, "print the instruction table");
  assembler->callback([in, &invocation] {
    if (const Status status = assemble(*in); !status) {
      invocation.fail(status.error());
    }
  });
  auto* disassembler = app.add_subcommand("disasm", "a bundle as text");
  auto out = std::make_shared<AsmArguments>();
  disassembler->add_option("input", out->input, "bundle")->required();
  disassembler->add_option("-o,--out", out->output, "text to write (default: standard output)");
  disassembler->callback([out, &invocation] {
    if (const Status status = disassemble(*out); !status) {
      invocation.fail(status.error());
    }
  });
}

}  // namespace weft::cli
