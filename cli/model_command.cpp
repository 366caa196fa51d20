// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/help.h"
#include "cli/model_show.h"
#include "cli/usage.h"
#include "models/checkpoint.h"
#include "models/cost.h"
#include "models/finite.h"
#include "models/tokenizer.h"
#include "models/zoo.h"

namespace weft::cli {
namespace {

std::string summary_of_zoo(const std::string& name) {
  if (const auto checkpoint = models::load_checkpoint(name)) {
    return summary_of(checkpoint->graph);
  }
  const auto cost = models::load_cost_model(name);
  return cost ? summary_of(*cost) : cost.error().message;
}

Status list() {
  const std::vector<std::string> names = models::zoo_names();
  if (names.empty()) {
    return input_error("no models/zoo here: run from the folder that holds it, or give folders");
  }
  std::size_t width = 0;
  for (const std::string& name : names) {
    width = std::max(width, name.size());
  }
  for (const std::string& name : names) {
    fmt::print("{:<{}}  {}\n", name, width, summary_of_zoo(name));
  }
  return {};
}

Status show_either(const std::string& model, const ShownSteps& steps) {
  WEFT_ASSIGN(const models::CostModel cost, models::load_cost_model(model));
  if (models::has_only_a_cost(cost.family)) {
    return show_cost(cost, steps);
  }
  WEFT_ASSIGN(const models::Checkpoint checkpoint, models::load_checkpoint(model));
  return show_model(checkpoint.graph, steps);
}

Status check(const std::string& model) {
  WEFT_ASSIGN(const models::Checkpoint checkpoint, models::load_checkpoint(model));
  if (checkpoint.has_weights()) {
    WEFT_TRY(models::check_finite(checkpoint.weights, checkpoint.graph));
  }
  const bool tokenizer = models::Tokenizer::present(checkpoint.folder);
  if (tokenizer) {
    WEFT_TRY(models::Tokenizer::open(checkpoint.folder, checkpoint.graph.vocabulary()));
  }
  fmt::print("{}: sound, {}{}\n", checkpoint.folder.string(),
             tokenizer ? "with tokenizer" : "without tokenizer: use --prompt-tokens",
             checkpoint.has_weights() ? "" : "; without weights: use --data off");
  return {};
}

}  // namespace

void add_model_command(CLI::App& app, Invocation& invocation) {
  auto* command =
      app.add_subcommand("model", "Checkpoints: what they hold, whether they can be run.");
  command->require_subcommand(1);
  set_footer(*command,
             "  weft model list\n"
             "  weft model show fable-1m\n"
             "  weft model check path/to/a/Hugging-Face/folder\n");
  auto* zoo = command->add_subcommand("list", "Lists the models of the zoo.");
  set_footer(*zoo, "  weft model list\n");
  zoo->callback([&invocation] {
    if (const Status status = list(); !status) {
      invocation.fail(status.error());
    }
  });
  const auto add = [&](const char* name, const char* help, auto&& act) {
    auto model = std::make_shared<std::string>();
    auto* sub = command->add_subcommand(name, help);
    sub->add_option("MODEL", *model, "a zoo name (weft model list) or a Hugging Face folder")
        ->required()
        ->type_name("MODEL");
    set_footer(*sub,
               fmt::format("  weft model {0} fable-1m\n  weft model {0} path/to/a/folder\n", name));
    sub->callback([model, act, &invocation] {
      if (const Status status = act(*model); !status) {
        invocation.fail(status.error());
      }
    });
    return sub;
  };
  auto steps = std::make_shared<ShownSteps>();
  CLI::App* show = add("show", "Shows the graph, and what prefill and decode compute and move.",
                       [steps](const std::string& model) { return show_either(model, *steps); });
  show->add_option("--tokens", steps->tokens, "of the prefill (default: 4096, or the context)")
      ->check(whole_number(1))
      ->type_name("N");
  show->add_option("--context", steps->context,
                   "that the decoded token sees (default: 4096, or the context)")
      ->check(whole_number(1))
      ->type_name("N");
  add("check", "Says whether a folder can be run, or what is wrong with it.", check);
}

}  // namespace weft::cli
