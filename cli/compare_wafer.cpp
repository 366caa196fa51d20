// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "base/file.h"
#include "base/text.h"
#include "cli/compare_groups.h"
#include "cli/interrupt.h"
#include "cli/run.h"
#include "cli/task.h"
#include "traces/report.h"

namespace weft::cli {
namespace {

using judge::Origin;

RunArguments run_arguments(const CompareArguments& a) {
  RunArguments run;
  run.arch = a.arch;
  run.overrides = a.overrides;
  run.model = a.model;
  run.phase = a.phase;
  run.batch = a.batch;
  run.data = "off";
  run.new_tokens = 1;
  if (a.phase == "decode") {
    run.sequence = a.sequence;
  } else {
    run.prompt_tokens = any_prompt(a.sequence);
  }
  return run;
}

Result<judge::RunReport> read_run(const CompareArguments& a, const models::Graph& graph) {
  const auto file = a.run / "report.json";
  WEFT_ASSIGN(const std::string text, read_file(file));
  WEFT_ASSIGN(judge::RunReport run, judge::parse_run_report(text, file.string()));
  if (run.model != graph.name() || run.phase != a.phase) {
    return input_error(fmt::format("--run {}: is a run of {}, {}; give one of {}, {}",
                                   a.run.string(), run.model, run.phase, graph.name(), a.phase));
  }
  if (a.batch != run.batch || (a.phase == "prefill" && run.prompt_tokens != a.sequence)) {
    return input_error(
        fmt::format("--run {}: is a run of {} prompt tokens, batch {}; compare it with "
                    "the same --seq and --batch",
                    a.run.string(), run.prompt_tokens, run.batch));
  }
  if (run.deadlock) {
    return input_error(fmt::format("--run {}: the run ended in a deadlock", a.run.string()));
  }
  return run;
}

}  // namespace

judge::ThroughputRow wafer_row(const judge::RunReport& run) {
  judge::ThroughputRow row;
  row.device = run.machine;
  row.per_user = run.tokens_per_second / run.batch;
  row.aggregate = run.tokens_per_second;
  row.watts = run.watts;
  if (run.phase == "prefill") {
    row.first_token = run.seconds;
  }
  const std::string exactness =
      run.exact ? "exact"
                : fmt::format(
                      "not exact{}",
                      run.error_percent ? fmt::format(" ({:.2g} % off)", *run.error_percent) : "");
  row.how = fmt::format("engine {}, {}; {} cycles at {:.4g} MHz; {}x{} tiles, power of these alone",
                        run.engine, exactness, with_commas(static_cast<std::int64_t>(run.cycles)),
                        run.frequency / 1e6, run.columns, run.rows);
  if (run.watts && run.watts_assumed) {
    row.assumed.push_back("prices of energy, by which its watts are counted: weft arch show " +
                          run.machine);
  }
  return row;
}

Status add_wafer(const CompareArguments& a, const models::Graph& graph,
                 judge::ThroughputComparison& comparison) {
  const auto note = [&](std::string text) {
    comparison.notes.push_back({Origin::simulated, std::move(text), false});
  };
  if (!a.run.empty()) {
    WEFT_ASSIGN(const judge::RunReport run, read_run(a, graph));
    comparison.rows.push_back(wafer_row(run));
    return {};
  }
  if (a.arch == "none") {
    note("none: left out as asked");
    return {};
  }
  watch_interrupts();
  const auto outcome = run(run_arguments(a));
  if (!outcome && outcome.error().kind == ErrorKind::input) {
    note(fmt::format("none: {}", outcome.error().message));
    return {};
  }
  if (!outcome) {
    return outcome.error();
  }
  if (outcome->exit_code() != 0) {
    return failed_error(
        fmt::format("{} on {}: the run did not end well; weft run says how", graph.name(), a.arch));
  }
  WEFT_ASSIGN(const judge::RunReport run,
              judge::parse_run_report(traces::report_json(outcome->recording), "the report"));
  comparison.rows.push_back(wafer_row(run));
  return {};
}

}  // namespace weft::cli
