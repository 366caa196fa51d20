// SPDX-License-Identifier: Apache-2.0
#include "cli/completion.h"

#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "arch/arch.pb.h"
#include "arch/machine.h"
#include "base/schema.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/help.h"
#include "models/zoo.h"

namespace weft::cli {
namespace {

using Paths = CompletionValue::Paths;

std::vector<std::string> words_of(const std::string& choices) {
  return CLI::detail::split(choices, '|');
}

std::vector<std::string> machine_fields() {
  std::vector<std::string> fields;
  for (const SchemaLeaf& leaf : schema_leaves(arch::Machine())) {
    fields.push_back(leaf.path + "=");
  }
  return fields;
}

CompletionValue value_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  if (type == "MACHINE") {
    return {arch::preset_names(), Paths::files};
  }
  if (type == "MODEL") {
    return {models::zoo_names(), Paths::folders};
  }
  if (type == "FIELD=VALUE") {
    return {machine_fields(), Paths::none};
  }
  if (type == "FILE" || type == "FOLDER") {
    return {{}, type == "FILE" ? Paths::files : Paths::folders};
  }
  return {type.find('|') == std::string::npos ? std::vector<std::string>{} : words_of(type),
          Paths::none};
}

void add_commands(const CLI::App& app, std::vector<std::string> path,
                  std::vector<CompletionCommand>& commands) {
  path.push_back(app.get_name());
  CompletionCommand command{path, app.get_description(), {}, {}};
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) {  // hidden
      continue;
    }
    if (option->get_positional()) {
      command.arguments.push_back(value_of(*option));
      continue;
    }
    CompletionOption named{
        {}, option->get_description(), option->get_items_expected_max() == 0, {}};
    for (const std::string& name : option->get_lnames()) {
      named.names.push_back("--" + name);
    }
    for (const std::string& name : option->get_snames()) {
      named.names.push_back("-" + name);
    }
    if (!named.flag) {
      named.value = value_of(*option);
    }
    command.options.push_back(std::move(named));
  }
  commands.push_back(std::move(command));
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    add_commands(*sub, path, commands);
  }
}

}  // namespace

std::vector<CompletionCommand> completion_commands(const CLI::App& app) {
  std::vector<CompletionCommand> commands;
  add_commands(app, {}, commands);
  return commands;
}

void add_completion_command(CLI::App& app, Invocation& invocation) {
  auto* command =
      app.add_subcommand("completion", "Prints a script that teaches a shell to complete.");
  auto shell = std::make_shared<std::string>();
  command->add_option("SHELL", *shell, "bash, zsh or fish")->required()->type_name("bash|zsh|fish");
  set_footer(*command,
             "  weft completion bash > ~/.local/share/bash-completion/completions/weft\n"
             "  weft completion zsh > ~/.zfunc/_weft   # a folder of $fpath\n"
             "  weft completion fish > ~/.config/fish/completions/weft.fish\n");
  command->callback([shell, &app, &invocation] {
    if (const Status status = check_choice("completion", *shell, {"bash", "zsh", "fish"});
        !status) {
      invocation.fail(status.error());
      return;
    }
    const auto commands = completion_commands(app);
    fmt::print("{}", *shell == "bash"  ? bash_completion(commands)
                     : *shell == "zsh" ? zsh_completion(commands)
                                       : fish_completion(commands));
  });
}

}  // namespace weft::cli
