// SPDX-License-Identifier: Apache-2.0
#include "cli/run_options.h"

#include "cli/usage.h"

namespace weft::cli {

void add_machine_options(CLI::App& command, RunArguments& a) {
  const char* group = "Machine and model";
  command.add_option("--arch", a.arch, "a preset (weft arch list) or a YAML file")
      ->required()
      ->check(not_empty())
      ->type_name("MACHINE")
      ->group(group);
  command
      .add_option("--set", a.overrides, "override a machine field: tile.sram=128KiB; repeatable")
      ->take_all()
      ->allow_extra_args(false)
      ->type_name("FIELD=VALUE")
      ->group(group);
  command.add_option("--model", a.model, "checkpoint: a zoo name (weft model list) or a folder")
      ->check(not_empty())
      ->type_name("MODEL")
      ->group(group);
}

void add_mapping_options(CLI::App& command, RunArguments& a) {
  const char* group = "Machine and model";
  command
      .add_option("--region", a.region,
                  "tiles to use: 13x7, or 13x7+2+1 from column 2, row 1 "
                  "(default: all)")
      ->check(not_empty())
      ->type_name("WxH[+X+Y]")
      ->group(group);
  command
      .add_option("--strategy", a.strategy,
                  "how a model is mapped: tensor, or waferllm, a published schedule on a square")
      ->capture_default_str()
      ->type_name("NAME")
      ->group(group);
  command
      .add_option("--mapping", a.mapping,
                  "mapping to obey, whole or in part (weft map --emit writes one)")
      ->check(not_empty())
      ->type_name("FILE")
      ->group(group);
}

void add_task_options(CLI::App& command, RunArguments& a) {
  const char* group = "Task";
  command
      .add_option("--phase", a.phase,
                  "prefill reads the prompt, decode generates from a "
                  "filled cache (--seq, time only), generate does both")
      ->capture_default_str()
      ->type_name("generate|prefill|decode")
      ->group(group);
  const auto several = [](auto& first, std::vector<std::string>& more) {
    return std::function([&first, &more](const std::vector<std::string>& given) {
      first = given.front();
      more.assign(given.begin() + 1, given.end());
    });
  };
  command
      .add_option_function("--prompt", several(a.prompt, a.more_prompts),
                           "prompt as text; of a batch, one for all or one each")
      ->take_all()
      ->allow_extra_args(false)
      ->type_name("TEXT")
      ->group(group);
  command
      .add_option_function("--prompt-tokens", several(a.prompt_tokens, a.more_prompt_tokens),
                           "prompt as ids: 1,431,354 or @FILE (JSON); of a batch, one for all or "
                           "one each")
      ->take_all()
      ->allow_extra_args(false)
      ->check(not_empty())
      ->type_name("IDS")
      ->group(group);
  command.add_option("--new-tokens", a.new_tokens, "tokens to generate")
      ->capture_default_str()
      ->check(whole_number(0))
      ->type_name("N")
      ->group(group);
  command.add_option("--batch", a.batch, "sequences side by side, each with a cache of its own")
      ->capture_default_str()
      ->check(whole_number(1))
      ->type_name("N")
      ->group(group);
  command.add_option("--seq", a.sequence, "phase decode: tokens already in the cache")
      ->capture_default_str()
      ->check(whole_number(0))
      ->type_name("N")
      ->group(group);
  command.add_option("--logits", a.logits, "logits of the last position of the prompt, or of all")
      ->capture_default_str()
      ->type_name("last|all")
      ->group(group);
}

}  // namespace weft::cli
