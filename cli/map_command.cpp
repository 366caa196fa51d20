// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "cli/help.h"
#include "cli/interrupt.h"
#include "cli/map.h"
#include "cli/run_options.h"
#include "cli/usage.h"

namespace weft::cli {

void add_map_command(CLI::App& app, Invocation& invocation) {
  auto* command =
      app.add_subcommand("map", "Maps a model onto a machine and says what was decided.");
  auto arguments = std::make_shared<MapArguments>();
  RunArguments& run = arguments->run;
  add_machine_options(*command, run);
  add_mapping_options(*command, run);
  add_task_options(*command, run);
  command->get_option("--model")->required();
  command
      ->add_option("--prompt-length", arguments->prompt_length,
                   "without a prompt: one of so many tokens")
      ->capture_default_str()
      ->check(whole_number(1))
      ->type_name("N")
      ->group("Task");
  for (const char* name : {"--prompt", "--prompt-tokens"}) {
    command->get_option(name)->excludes("--prompt-length");
  }
  command
      ->add_option("--emit", arguments->emit,
                   "write the mapping (.yaml), the programs (.bundle) or a picture (.svg); may be "
                   "repeated")
      ->take_all()
      ->allow_extra_args(false)
      ->check(not_empty())
      ->type_name("FILE")
      ->group("Outcome");
  command->add_option("--out", run.out, "write mapping.yaml, mapping.svg and decisions.txt here")
      ->check(not_empty())
      ->type_name("FOLDER")
      ->group("Outcome");
  auto* anneal =
      command
          ->add_option("--anneal", arguments->anneal,
                       "look at N mappings for a faster one, each simulated without values")
          ->check(whole_number(1))
          ->type_name("N")
          ->group("Search");
  command->add_option("--seed", arguments->seed, "of the search: the same one, the same mapping")
      ->capture_default_str()
      ->check(whole_number(0))
      ->needs(anneal)
      ->type_name("S")
      ->group("Search");
  set_footer(*command,
             "  weft map --arch mesh32 --model fable-1m --emit mapping.yaml\n"
             "  weft map --arch wse2 --model llama-3-8b --phase decode --seq 4096 --out out/llama\n"
             "  weft run --arch mesh32 --model fable-1m --prompt Once --mapping mapping.yaml\n");
  command->callback([arguments, &invocation] {
    watch_interrupts();
    arguments->run.data = "off";
    const auto outcome = map(*arguments);
    if (!outcome) {
      invocation.fail(interrupted() ? interrupted_error() : outcome.error());
      return;
    }
    for (const std::string& line : outcome->decisions) {
      fmt::print("{}\n", line);
    }
    for (const auto& path : outcome->written) {
      fmt::print("wrote {}\n", path.string());
    }
  });
}

}  // namespace weft::cli
