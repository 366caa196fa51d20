// SPDX-License-Identifier: Apache-2.0
#include "cli/sweep_command.h"

#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "base/file.h"
#include "base/text.h"
#include "cli/help.h"
#include "cli/interrupt.h"
#include "cli/sweep.h"
#include "cli/sweep_page.h"
#include "cli/usage.h"
#include "explore/metrics.h"

namespace weft::cli {
namespace {

void print_plan(const SweepPlanArguments& arguments, const SweepPlanOutcome& outcome) {
  for (const std::string& warning : outcome.warnings) {
    fmt::print(stderr, "weft: {}\n", warning);
  }
  fmt::print("{}: {} points, {} jobs", outcome.name, with_commas(outcome.points),
             with_commas(outcome.jobs));
  if (outcome.known > 0) {
    fmt::print(", {} of them with a result already", with_commas(outcome.known));
  }
  fmt::print("\n");
  if (outcome.refused > 0) {
    fmt::print("{} points cannot be: {}{}\n", with_commas(outcome.refused), outcome.first_refusal,
               outcome.refused > 1 ? ", …" : "");
  }
  fmt::print("weft sweep run {} runs them\n", arguments.out.string());
}

struct AnswersArguments {
  std::filesystem::path folder;
  std::filesystem::path against;
  std::filesystem::path csv;
  bool json = false;
};

Status write_tables(const AnswersArguments& arguments, const PlannedStudy& study,
                    const explore::Answers& answers) {
  WEFT_TRY(make_output_folder(arguments.csv));
  WEFT_TRY(write_file(arguments.csv / "points.csv", rows_csv(study, answers)));
  WEFT_TRY(write_file(arguments.csv / "sensitivity.csv", sensitivity_csv(answers)));
  fmt::print(stderr, "wrote {0}/points.csv and {0}/sensitivity.csv\n", arguments.csv.string());
  return {};
}

Status print_answers(const AnswersArguments& arguments) {
  WEFT_ASSIGN(const PlannedStudy study, read_planned_study(arguments.folder));
  if (!arguments.against.empty()) {
    WEFT_ASSIGN(const PlannedStudy other, read_planned_study(arguments.against));
    WEFT_ASSIGN(const auto difference, explore::difference(study.file.study, study.axes, study.rows,
                                                           other.axes, other.rows));
    fmt::print("{}", arguments.json ? difference_json(difference) : difference_text(difference));
    return {};
  }
  const explore::Answers answers = explore::answer(study.file.study, study.axes, study.rows);
  if (!arguments.csv.empty()) {
    WEFT_TRY(write_tables(arguments, study, answers));
  }
  fmt::print("{}", arguments.json ? answers_json(study, answers) : answers_text(study, answers));
  return {};
}

CLI::Option* add_folder(CLI::App& command, std::filesystem::path& folder) {
  return command.add_option("dir", folder, "folder of the study")
      ->option_text("DIR")
      ->type_name("FOLDER")
      ->required();
}

}  // namespace

void add_sweep_plan(CLI::App& sweep, Invocation& invocation) {
  auto* command = sweep.add_subcommand("plan", "Spells a study out: points, and jobs to run.");
  auto arguments = std::make_shared<SweepPlanArguments>();
  command->add_option("study", arguments->study, "the study (docs/exploration.md)")
      ->option_text("STUDY.yaml")
      ->type_name("FILE")
      ->required();
  command->add_option("--out", arguments->out, "folder for all that comes of it")
      ->check(not_empty())
      ->type_name("FOLDER")
      ->required();
  command->add_option("--limit", arguments->limit, "the first so many points only")
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  set_footer(*command, "  weft sweep plan explore/studies/sram_links_side.yaml --out out/sweep\n");
  command->callback([arguments, &invocation] {
    const auto outcome = plan_sweep(*arguments);
    if (!outcome) {
      invocation.fail(outcome.error());
      return;
    }
    print_plan(*arguments, *outcome);
  });
}

void add_sweep_answers(CLI::App& sweep, Invocation& invocation) {
  auto* command = sweep.add_subcommand(
      "pareto", "What came of a study: its front, its best points, what they hang on.");
  auto arguments = std::make_shared<AnswersArguments>();
  add_folder(*command, arguments->folder);
  command->add_option("--against", arguments->against, "compare with this study, point by point")
      ->check(not_empty())
      ->type_name("FOLDER");
  command->add_option("--csv", arguments->csv, "write points.csv and sensitivity.csv here")
      ->check(not_empty())
      ->type_name("FOLDER")
      ->excludes("--against");
  command->add_flag("--json", arguments->json, "JSON on standard output and nothing else");
  set_footer(*command,
             "  weft sweep pareto out/sweep\n"
             "  weft sweep pareto out/sweep --against out/sweep2\n");
  command->callback([arguments, &invocation] {
    if (const Status status = print_answers(*arguments); !status.ok()) {
      invocation.fail(status.error());
    }
  });
}

void add_sweep_rerun(CLI::App& sweep, Invocation& invocation) {
  struct Arguments {
    std::filesystem::path folder;
    std::int64_t point = 0;
  };
  auto* command = sweep.add_subcommand(
      "rerun", "Runs one point again from what is stored of it, with a report of the run.");
  auto arguments = std::make_shared<Arguments>();
  add_folder(*command, arguments->folder);
  command->add_option("--point", arguments->point, "its number in the tables")
      ->check(CLI::NonNegativeNumber)
      ->type_name("N")
      ->required();
  set_footer(*command, "  weft sweep rerun out/sweep --point 12\n");
  command->callback([arguments, &invocation] {
    watch_interrupts();
    const auto folder = rerun_point(arguments->folder, arguments->point);
    if (!folder) {
      invocation.fail(folder.error());
      return;
    }
    fmt::print("wrote {}\n", (*folder / "report.html").string());
    renew_sweep_page(arguments->folder);
  });
}

void add_sweep_metrics(CLI::App& sweep, Invocation&) {
  auto* command =
      sweep.add_subcommand("metrics", "Lists the figures that can be objectives and constraints.");
  set_footer(*command, "  weft sweep metrics\n");
  command->callback([] {
    for (const explore::Metric& metric : explore::metrics()) {
      fmt::print("{:<28} {:<10} {:<9} {}\n", metric.name, metric.unit,
                 metric.more_is_better ? "more" : "less", metric.meaning);
    }
  });
}

void add_sweep_command(CLI::App& app, Invocation& invocation) {
  auto* sweep = app.add_subcommand("sweep", "Explores machines, mappings and models by studies.");
  sweep->require_subcommand(1);
  add_sweep_plan(*sweep, invocation);
  add_sweep_run(*sweep, invocation);
  add_sweep_status(*sweep, invocation);
  add_sweep_merge(*sweep, invocation);
  add_sweep_cancel(*sweep, invocation);
  add_sweep_answers(*sweep, invocation);
  add_sweep_page(*sweep, invocation);
  add_sweep_rerun(*sweep, invocation);
  add_sweep_metrics(*sweep, invocation);
  add_sweep_task(*sweep, invocation);
  set_footer(*sweep,
             "  weft sweep plan explore/studies/sram_links_side.yaml --out out/sweep\n"
             "  weft sweep run out/sweep\n"
             "  weft sweep pareto out/sweep\n");
}

}  // namespace weft::cli
