// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>

#include "arch/describe.h"
#include "arch/machine.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/overrides.h"

namespace weft::cli {

void add_arch_command(CLI::App& app, Invocation& invocation) {
  auto* command = app.add_subcommand("arch", "Machines: presets and files.");
  command->require_subcommand(1);
  set_footer(*command,
             "  weft arch list\n"
             "  weft arch show mesh32 --set tile.sram=48KiB\n"
             "  weft arch check my-machine.yaml\n");
  auto* list = command->add_subcommand("list", "Lists the presets.");
  set_footer(*list, "  weft arch list\n");
  list->callback([] { fmt::print("{}", arch::describe_presets()); });
  struct Named {
    std::string name;
    std::vector<std::string> overrides;
  };
  const auto add = [&](const char* name, const char* help, auto&& act) {
    auto named = std::make_shared<Named>();
    auto* sub = command->add_subcommand(name, help);
    sub->add_option("MACHINE", named->name, "a preset (weft arch list) or a YAML file")
        ->required()
        ->type_name("MACHINE");
    sub->add_option("--set", named->overrides, "override a field: tile.sram=128KiB; repeatable")
        ->take_all()
        ->allow_extra_args(false)
        ->type_name("FIELD=VALUE");
    set_footer(*sub, fmt::format("  weft arch {0} mesh8\n  weft arch {0} my-machine.yaml --set "
                                 "\"fabric.hop_latency=2 cycles\"\n",
                                 name));
    sub->callback([named, act, &invocation] {
      const auto machine = arch::load_machine(named->name, named->overrides);
      if (machine) {
        warn_of_idle_overrides(named->name, named->overrides);
        act(*machine);
      } else {
        invocation.fail(machine.error());
      }
    });
  };
  add("show", "Shows every number with its unit and source.",
      [](const arch::Machine& machine) { fmt::print("{}", arch::describe(machine)); });
  add("check", "Says whether a machine is sound, or every fault of it.",
      [](const arch::Machine& machine) {
        fmt::print("{}: sound ({}x{} tiles, hash {})\n", machine.name(), machine.grid().width(),
                   machine.grid().height(), arch::machine_hash(machine));
      });
}

}  // namespace weft::cli
