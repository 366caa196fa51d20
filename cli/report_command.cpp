// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "cli/command.h"
#include "cli/help.h"
#include "cli/interrupt.h"
#include "cli/report.h"
#include "cli/usage.h"

namespace weft::cli {

void add_report_command(CLI::App& app, Invocation& invocation) {
  auto* command = app.add_subcommand(
      "report", "Writes a page to look at a run, or at two side by side; pictures and tables too.");
  auto arguments = std::make_shared<ReportArguments>();
  command->add_option("runs", arguments->runs, "folders that weft run --out wrote: one or two")
      ->option_text("RUN...")
      ->type_name("FOLDER");
  command
      ->add_option("--out", arguments->out,
                   "file to write (default: report.html in the folder of the run)")
      ->check(not_empty())
      ->type_name("FILE");
  command
      ->add_option("--path", arguments->path,
                   "on: simulate once more, timing only, for the critical path")
      ->capture_default_str()
      ->type_name("on|off");
  command->add_option("--svg", arguments->svg, "draw this to --out instead, for papers")
      ->check(not_empty())
      ->type_name("heatmap|timeline|roofline|mapping");
  command
      ->add_option("--metric", arguments->metric,
                   "of the heat map (default: compute); of the roofline: tiles or ops")
      ->check(not_empty())
      ->type_name("NAME")
      ->needs("--svg");
  command->add_option("--csv", arguments->csv, "write every table into this folder, as CSV")
      ->check(not_empty())
      ->type_name("FOLDER");
  set_footer(*command,
             "  weft report out/fable\n"
             "  weft report out/before out/after --out compare.html\n"
             "  weft report out/fable --svg heatmap --metric input --out wafer.svg\n"
             "  weft report out/fable --csv tables\n");
  command->callback([arguments, &invocation] {
    watch_interrupts();
    const auto outcome = report(*arguments);
    if (!outcome) {
      invocation.fail(outcome.error());
      return;
    }
    for (const std::string& note : outcome->notes) {
      fmt::print(stderr, "weft: {}\n", note);
    }
    for (const auto& path : outcome->written) {
      fmt::print("wrote {}\n", path.string());
    }
  });
}

}  // namespace weft::cli
