// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "arch/machine.h"
#include "base/file.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/usage.h"
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

Result<std::string> read_input(const std::string& path) {
  auto text = read_file(path);
  return text ? std::move(text) : at_option("asm", text.error());
}

Status written(const Status& status) {
  return status ? status : Status(at_option("--out", status.error()));
}

Status assemble(const AsmArguments& a) {
  if (a.list) {
    fmt::print("{}", isa::opcode_table());
    return {};
  }
  if (a.input.empty() || a.output.empty()) {
    return input_error(fmt::format("asm: {} is missing; give weft asm INPUT --out FILE",
                                   a.input.empty() ? "the text to assemble" : "--out"));
  }
  WEFT_ASSIGN(const std::string text, read_input(a.input));
  WEFT_ASSIGN(const isa::Bundle bundle, isa::parse_bundle(text, a.input));
  if (!a.arch.empty()) {
    WEFT_ASSIGN(const arch::Machine machine, arch::load_machine(a.arch));
    WEFT_TRY(isa::verify(bundle, machine));
  }
  return written(isa::write_bundle(a.output, bundle));
}

Status disassemble(const AsmArguments& a) {
  const auto bundle = isa::read_bundle(a.input);
  if (!bundle) {
    return at_option("disasm", bundle.error());
  }
  const std::string text = isa::print_bundle(*bundle);
  if (a.output.empty()) {
    fmt::print("{}", text);
    return {};
  }
  return written(write_file(a.output, text));
}

}  // namespace

void add_asm_commands(CLI::App& app, Invocation& invocation) {
  auto* assembler =
      app.add_subcommand("asm", "Assembles tile programs from text to a bundle (docs/isa.md).");
  auto in = std::make_shared<AsmArguments>();
  assembler->add_option("INPUT", in->input, "text of the programs")->type_name("FILE");
  assembler->add_option("-o,--out", in->output, "bundle to write")
      ->check(not_empty())
      ->type_name("FILE");
  assembler->add_option("--arch", in->arch, "verify for this machine too: a preset or a YAML file")
      ->check(not_empty())
      ->type_name("MACHINE");
  assembler->add_flag("--list-opcodes", in->list, "print the table of instructions");
  set_footer(*assembler,
             "  weft asm one.weft --out one.bundle --arch mesh8\n"
             "  weft asm --list-opcodes\n");
  assembler->callback([in, &invocation] {
    if (const Status status = assemble(*in); !status) {
      invocation.fail(status.error());
    }
  });
  auto* disassembler = app.add_subcommand(
      "disasm", "Prints a bundle as text; assembling it again gives the same bundle.");
  auto out = std::make_shared<AsmArguments>();
  disassembler->add_option("BUNDLE", out->input, "a bundle file")->required()->type_name("FILE");
  disassembler->add_option("-o,--out", out->output, "text to write, instead of to standard output")
      ->check(not_empty())
      ->type_name("FILE");
  set_footer(*disassembler,
             "  weft disasm out/fable/mapped.bundle\n"
             "  weft disasm one.bundle --out one.weft\n");
  disassembler->callback([out, &invocation] {
    if (const Status status = disassemble(*out); !status) {
      invocation.fail(status.error());
    }
  });
}

}  // namespace weft::cli
