// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "cli/command.h"
#include "cli/help.h"
#include "cli/interrupt.h"
#include "cli/record_path.h"
#include "cli/replay.h"
#include "traces/explain.h"
#include "traces/limits.h"

namespace weft::cli {
namespace {

struct ExplainArguments {
  std::filesystem::path run;
  bool json = false;
};

Status explain(const ExplainArguments& arguments) {
  if (arguments.run.empty()) {
    return input_error("explain: the folder of a run is missing; give weft explain RUN");
  }
  watch_interrupts();
  WEFT_ASSIGN(traces::Recording recording, read_run(arguments.run, "explain"));
  if (recording.has_deadlock()) {
    return input_error(fmt::format("{}: the run ended in a deadlock, which its report names",
                                   (arguments.run / "recording.weft").string()));
  }
  sim::Options options;
  options.critical_path = true;
  WEFT_ASSIGN(const Replay again, replay(arguments.run, recording, "explain", options));
  record_path(*again.result.path, again.bundle, *recording.mutable_path());
  if (arguments.json) {
    fmt::print("{}", traces::explain_json(recording));
    return {};
  }
  const std::string limits = traces::limits_text(traces::limits_of(recording));
  fmt::print("{}\n{}", traces::explain_text(recording), limits);
  return {};
}

}  // namespace

void add_explain_command(CLI::App& app, Invocation& invocation) {
  auto* command = app.add_subcommand(
      "explain", "Says what a run hangs on: its critical path, by op, instruction and tile.");
  auto arguments = std::make_shared<ExplainArguments>();
  command->add_option("run", arguments->run, "folder that weft run --out wrote")
      ->option_text("RUN")
      ->type_name("FOLDER");
  command->add_flag("--json", arguments->json, "JSON on standard output and nothing else");
  set_footer(*command, "  weft explain out/fable\n");
  command->callback([arguments, &invocation] {
    const Status status = explain(*arguments);
    if (!status) {
      invocation.fail(status.error());
    }
  });
}

}  // namespace weft::cli
