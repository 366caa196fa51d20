// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>

#include "cli/arguments.h"
#include "cli/check_against.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/interrupt.h"
#include "cli/saved_run.h"
#include "cli/usage.h"
#include "traces/report.h"

namespace weft::cli {
namespace {

struct CheckArguments {
  std::filesystem::path run;
  std::string against = "cpu";
  std::filesystem::path recorded;
  bool json = false;
};

Result<traces::Check> check(const CheckArguments& arguments) {
  if (arguments.run.empty()) {
    return input_error("check: the folder of a run is missing; give weft check RUN");
  }
  WEFT_TRY(check_choice("--against", arguments.against, {"cpu", "recorded", "cuda"}));
  watch_interrupts();
  WEFT_ASSIGN(const SavedRun saved, open_saved_run(arguments.run, "check"));
  const auto runs =
      checked_runs(saved.checkpoint, saved.bundle, saved.tensors, saved.recording, saved.machine);
  if (!runs) {
    return at_option(arguments.run.string(), runs.error());
  }
  return check_against(arguments.against, arguments.recorded, *runs);
}

}  // namespace

void add_check_command(CLI::App& app, Invocation& invocation) {
  auto* command = app.add_subcommand(
      "check", "Holds the values a run left behind against a reference: op by op, end to end.");
  auto arguments = std::make_shared<CheckArguments>();
  command->add_option("run", arguments->run, "folder that weft run --out --tensors wrote")
      ->option_text("RUN")
      ->type_name("FOLDER");
  command->add_option("--against", arguments->against, "the reference")
      ->capture_default_str()
      ->type_name("cpu|recorded|cuda");
  add_recorded_option(*command, arguments->recorded);
  command->add_flag("--json", arguments->json, "JSON on standard output and nothing else");
  set_footer(*command, "  weft check out/fable --against cpu\n");
  command->callback([arguments, &invocation] {
    const auto verdict = check(*arguments);
    if (!verdict) {
      invocation.fail(verdict.error());
      return;
    }
    fmt::print("{}", arguments->json ? traces::check_json(*verdict) : traces::check_text(*verdict));
    std::fflush(stdout);
    if (verdict->verdict() == "fail") {
      fmt::print(stderr, "weft: check failed: {}\n", verdict->first_bad());
      invocation.exit_code = 1;
    }
  });
}

}  // namespace weft::cli
