// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>

#include "base/file.h"
#include "base/text.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/interrupt.h"
#include "cli/trace.h"
#include "cli/usage.h"
#include "cli/window_arguments.h"
#include "traces/perfetto_check.h"

namespace weft::cli {
namespace {

Status make_trace(const TraceArguments& arguments) {
  if (arguments.run.empty() || (arguments.perfetto.empty() && arguments.chrome.empty())) {
    return input_error(fmt::format("trace: {} is missing; give weft trace RUN --perfetto FILE",
                                   arguments.run.empty() ? "the folder of a run" : "--perfetto"));
  }
  watch_interrupts();
  WEFT_ASSIGN(const TraceOutcome outcome, trace(arguments));
  const Rect& tiles = outcome.range.tiles;
  fmt::print("{}x{} tiles, cycles {}:{}{}: {} stretches, {} trains\n", tiles.width, tiles.height,
             outcome.range.begin, outcome.range.end, outcome.replayed ? " (simulated again)" : "",
             with_commas(outcome.stretches), with_commas(outcome.trains));
  for (const auto& [file, bytes] : outcome.written) {
    fmt::print("wrote {} ({})\n", file.string(), human_bytes(bytes));
  }
  return {};
}

Status check_trace(const std::string& path) {
  const auto text = read_file(path);
  if (!text) {
    return at_option("--check", text.error());
  }
  const traces::PerfettoCheck check = traces::check_perfetto(*text);
  if (check.fault_count > 0) {
    std::string message;
    for (const std::string& fault : check.faults) {
      message += fmt::format("{}: {}\n", path, fault);
    }
    const auto untold = check.fault_count - static_cast<std::int64_t>(check.faults.size());
    if (untold > 0) {
      message += fmt::format("{}: and {} faults more\n", path, with_commas(untold));
    }
    return failed_error(message);
  }
  fmt::print("{}: sound ({} tracks, {} slices, {} instants, {} counter values, {} flows)\n", path,
             with_commas(check.tracks), with_commas(check.slices), with_commas(check.instants),
             with_commas(check.counter_values), with_commas(check.flows));
  return {};
}

}  // namespace

void add_trace_command(CLI::App& app, Invocation& invocation) {
  auto* command = app.add_subcommand(
      "trace", "Shows some tiles in some cycles of a run, as a trace for ui.perfetto.dev.");
  auto arguments = std::make_shared<TraceArguments>();
  auto check = std::make_shared<std::string>();
  command->add_option("run", arguments->run, "folder that weft run --out wrote")
      ->option_text("RUN")
      ->type_name("FOLDER");
  command->add_option("--perfetto", arguments->perfetto, "trace to write")
      ->check(not_empty())
      ->type_name("FILE");
  command
      ->add_option("--chrome", arguments->chrome,
                   "the same as JSON, for chrome://tracing; of small windows")
      ->check(not_empty())
      ->type_name("FILE");
  command
      ->add_option("--tiles", arguments->tiles,
                   "columns X0 to X1-1, rows Y0 to Y1-1 (default: all of the run)")
      ->check(not_empty())
      ->type_name("X0:X1,Y0:Y1");
  command->add_option("--cycles", arguments->cycles, "cycles A to B-1 (default: all of the run)")
      ->check(not_empty())
      ->type_name("A:B");
  auto* checks =
      command->add_option("--check", *check, "hold a trace to the rules of its format instead")
          ->check(not_empty())
          ->type_name("FILE");
  for (const char* name : {"run", "--perfetto", "--chrome", "--tiles", "--cycles"}) {
    checks->excludes(command->get_option(name));
  }
  set_footer(*command,
             "  weft trace out/fable --perfetto fable.pftrace --tiles 0:4,0:4 --cycles 1000:3000\n"
             "  weft trace --check fable.pftrace\n");
  command->callback([arguments, check, &invocation] {
    const Status status = check->empty() ? make_trace(*arguments) : check_trace(*check);
    if (!status) {
      invocation.fail(status.error());
    }
  });
}

}  // namespace weft::cli
