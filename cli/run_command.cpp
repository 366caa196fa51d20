// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdio>
#include <memory>

#include "cli/check_against.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/interrupt.h"
#include "cli/override_effect.h"
#include "cli/overrides.h"
#include "cli/run.h"
#include "cli/run_options.h"
#include "cli/usage.h"
#include "traces/report.h"

namespace weft::cli {
namespace {

void print_generated(const traces::Generated& generated) {
  if (!generated.text().empty()) {
    fmt::print("{}{}\n\n", generated.prompt(), generated.text());
  } else if (generated.token_ids_size() > 0) {
    fmt::print("{}\n\n", fmt::join(generated.token_ids(), ","));
  }
}

void print_outcome(const RunOutcome& outcome, bool json) {
  if (json) {
    fmt::print("{}\n", traces::report_json(outcome.recording));
  } else {
    print_generated(outcome.recording.generated());
    for (const traces::Generated& more : outcome.recording.more_generated()) {
      print_generated(more);
    }
    fmt::print("{}", traces::report_table(outcome.recording));
    for (const auto& path : outcome.written) {
      fmt::print("wrote {}\n", path.string());
    }
  }
  if (outcome.recording.has_deadlock()) {
    fmt::print(stderr, "weft: deadlock: nobody can go on\n");
    for (const std::string& line : outcome.recording.deadlock().cycle()) {
      fmt::print(stderr, "  {}\n", line);
    }
  }
  if (!outcome.recording.check().first_bad().empty()) {
    fmt::print(stderr, "weft: check failed: {}\n", outcome.recording.check().first_bad());
  }
}

// What is run, and on what.
void add_subject(CLI::App& command, RunArguments& a) {
  const char* group = "Machine and model";
  add_machine_options(command, a);
  command.add_option("--bundle", a.bundle, "run this bundle (weft asm) instead of mapping a model")
      ->check(not_empty())
      ->type_name("FILE")
      ->group(group);
  add_mapping_options(command, a);
  command.add_option("--engine", a.engine, "simulation engine")
      ->capture_default_str()
      ->type_name("auto|dataflow|word")
      ->group(group);
}

// What it is given to do.
void add_task(CLI::App& command, RunArguments& a) {
  const char* group = "Task";
  add_task_options(command, a);
  command
      .add_option("--perplexity", a.perplexity,
                  "JSON file of token ids: read them in windows as long as the context and "
                  "print the perplexity")
      ->check(not_empty())
      ->type_name("FILE")
      ->group(group);
  command.add_option("--windows", a.windows, "perplexity: at most so many windows; 0: all")
      ->capture_default_str()
      ->check(whole_number(0))
      ->type_name("N")
      ->group(group);
}

// What comes out.
void add_outcome(CLI::App& command, RunArguments& a, bool& verbose) {
  const char* group = "Outcome";
  command.add_option("--data", a.data, "on: values and time; off: the same cycles without values")
      ->capture_default_str()
      ->type_name("on|off")
      ->group(group);
  command
      .add_option("--repeat", a.repeat,
                  "add the times of iterations of a loop that recur instead of working them out")
      ->capture_default_str()
      ->type_name("on|off")
      ->group(group);
  command
      .add_option("--threads", a.threads,
                  "of this host, at most; the same bytes from any number; 0: as many as it has")
      ->capture_default_str()
      ->check(whole_number(0))
      ->type_name("N")
      ->group(group);
  command
      .add_option("--check", a.check,
                  "hold every op and token against a reference: float64 here (cpu), what a GPU "
                  "recorded, or a GPU (cuda)")
      ->capture_default_str()
      ->type_name("none|cpu|recorded|cuda")
      ->group(group);
  add_recorded_option(command, a.recorded)->group(group);
  command
      .add_option("--out", a.out,
                  "write report.html, report.json, recording.weft and mapped.bundle here")
      ->check(not_empty())
      ->type_name("FOLDER")
      ->group(group);
  command.add_flag("--tensors", a.tensors, "write the output of every op to --out too")
      ->group(group);
  command
      .add_option("--timeline", a.timeline,
                  "record in --out how the run went over time, for weft report")
      ->capture_default_str()
      ->type_name("on|off")
      ->group(group);
  command
      .add_option("--trace-tiles", a.trace_tiles,
                  "record columns X0 to X1-1, rows Y0 to Y1-1 stretch by stretch, for weft trace")
      ->check(not_empty())
      ->type_name("X0:X1,Y0:Y1")
      ->group(group);
  command.add_option("--trace-cycles", a.trace_cycles, "… in cycles A to B-1 (default: all)")
      ->check(not_empty())
      ->type_name("A:B")
      ->group(group);
  command
      .add_flag("--reproducible", a.reproducible,
                "leave time and memory of this host out: the same bytes on every host")
      ->group(group);
  command.add_flag("--json", a.json, "report.json on standard output and nothing else")
      ->group(group);
  command.add_flag("-v,--verbose", verbose, "say on standard error what the mapper decided")
      ->group(group);
}

// Options that would silently do nothing.
void add_conflicts(CLI::App& command) {
  for (const char* name :
       {"--region", "--strategy", "--mapping", "--phase", "--prompt", "--prompt-tokens",
        "--new-tokens", "--batch", "--seq", "--logits", "--perplexity"}) {
    command.get_option(name)->excludes("--bundle");
  }
  for (const char* name : {"--prompt", "--prompt-tokens", "--new-tokens", "--phase"}) {
    command.get_option(name)->excludes("--perplexity");
  }
  command.get_option("--windows")->needs("--perplexity");
  for (const char* name : {"--tensors", "--trace-tiles", "--trace-cycles"}) {
    command.get_option(name)->needs("--out");
  }
  for (const char* name : {"--trace-tiles", "--trace-cycles"}) {
    command.get_option(name)->excludes("--perplexity");
  }
}

}  // namespace

void add_run_command(CLI::App& app, Invocation& invocation) {
  auto* command = app.add_subcommand(
      "run", "Maps a model onto a machine, simulates it with values and time, checks it, reports.");
  auto arguments = std::make_shared<RunArguments>();
  auto verbose = std::make_shared<bool>(false);
  add_subject(*command, *arguments);
  add_task(*command, *arguments);
  add_outcome(*command, *arguments, *verbose);
  add_conflicts(*command);
  set_footer(*command,
             "  weft run --arch mesh32 --model fable-1m --prompt \"Once there was a\" --check cpu\n"
             "  weft run --arch mesh32 --model fable-1m --phase decode --seq 100 --data off "
             "--json\n"
             "  weft run --arch mesh8 --set tile.sram=192KiB --model fable-1m --prompt Once --out "
             "out\n");
  command->callback([arguments, verbose, &invocation] {
    arguments->command = invocation.words;
    watch_interrupts();
    const auto idle = warn_of_idle_overrides(arguments->arch, arguments->overrides);
    const auto outcome = run(*arguments);
    if (!outcome) {
      invocation.fail(outcome.error());
      return;
    }
    if (*verbose) {
      for (const std::string& line : outcome->decisions) {
        fmt::print(stderr, "{}\n", line);
      }
    }
    for (const std::string& line : outcome->notes) {
      fmt::print(stderr, "weft: {}\n", line);
    }
    print_outcome(*outcome, arguments->json);
    invocation.exit_code = outcome->exit_code();
    std::fflush(stdout);
    for (const std::string& line : unfelt_overrides(*arguments, *outcome, idle)) {
      fmt::print(stderr, "weft: {}\n", line);
    }
  });
}

}  // namespace weft::cli
