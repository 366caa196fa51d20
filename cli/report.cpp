// SPDX-License-Identifier: Apache-2.0
#include "cli/report.h"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>

#include "base/file.h"
#include "cli/arguments.h"
#include "cli/compare.h"
#include "cli/interrupt.h"
#include "cli/output_folder.h"
#include "cli/record_path.h"
#include "cli/replay.h"
#include "traces/csv.h"
#include "traces/page.h"
#include "traces/pictures.h"

namespace weft::cli {
namespace {

namespace fs = std::filesystem;
using traces::Recording;

constexpr std::size_t kMostRuns = 2;

Status check_arguments(const ReportArguments& arguments) {
  if (arguments.runs.empty()) {
    return input_error("report: the folder of a run is missing; give weft report RUN");
  }
  if (arguments.runs.size() > kMostRuns) {
    return input_error(
        fmt::format("report: {} runs; give one, or two to be compared", arguments.runs.size()));
  }
  WEFT_TRY(check_choice("--path", arguments.path, {"on", "off"}));
  if (!arguments.svg.empty()) {
    WEFT_TRY(check_choice("--svg", arguments.svg, {"heatmap", "timeline", "roofline", "mapping"}));
    if (!arguments.metric.empty() && arguments.svg != "heatmap" && arguments.svg != "roofline") {
      return input_error(
          fmt::format("--metric: is of the heatmap and the roofline; leave it out of "
                      "--svg {}",
                      arguments.svg));
    }
  }
  const bool pictures = !arguments.svg.empty() || !arguments.csv.empty();
  if (pictures && arguments.runs.size() > 1) {
    return input_error(fmt::format("{}: is of one run, and two are given; give one",
                                   arguments.svg.empty() ? "--csv" : "--svg"));
  }
  if (arguments.out.empty() && !arguments.svg.empty()) {
    return input_error("--svg: says what to draw, not where; give --out FILE.svg too");
  }
  if (arguments.out.empty() && arguments.runs.size() > 1) {
    return input_error("report: of two runs; say where to write it: --out FILE.html");
  }
  return {};
}

/// The name of a run for people: its folder.
std::string name_of_run(const fs::path& run) {
  const fs::path whole = fs::absolute(run).lexically_normal();
  return whole.has_filename() ? whole.filename().string() : whole.parent_path().filename().string();
}

/// The critical path, from the run once more; a note where that cannot be had.
Status add_path(const fs::path& run, Recording& recording, std::vector<std::string>& notes) {
  if (recording.has_path() || recording.has_deadlock()) {
    return {};
  }
  sim::Options options;
  options.critical_path = true;
  const auto again = replay(run, recording, "report", options);
  if (interrupted()) {
    return interrupted_error();
  }
  if (!again) {
    notes.push_back(fmt::format("without the critical path: {}", again.error().message));
    return {};
  }
  record_path(*again->result.path, again->bundle, *recording.mutable_path());
  return {};
}

/// What is wrong with a recording says so by its name; what is wrong with options, by theirs.
Error in_run(const fs::path& run, const Error& error) {
  const bool of_option = error.kind != ErrorKind::input || error.message.starts_with("--");
  return of_option ? error
                   : Error{error.kind,
                           fmt::format("{}: {}", (run / "recording.weft").string(), error.message)};
}

Result<std::string> picture(const ReportArguments& arguments, const Recording& recording) {
  if (arguments.svg == "heatmap") {
    return traces::heatmap_svg(recording, arguments.metric);
  }
  if (arguments.svg == "timeline") {
    return traces::timeline_svg(recording);
  }
  return arguments.svg == "roofline" ? traces::roofline_svg(recording, arguments.metric)
                                     : traces::mapping_svg(recording);
}

Result<std::string> page(const ReportArguments& arguments,
                         const std::vector<Recording>& recordings) {
  std::vector<traces::PageRun> runs;
  for (std::size_t i = 0; i < recordings.size(); ++i) {
    runs.push_back(page_run(arguments.runs[i], recordings[i]));
  }
  if (runs.size() == kMostRuns && runs[0].name == runs[1].name) {
    runs[0].name = arguments.runs[0].string();
    runs[1].name = arguments.runs[1].string();
  }
  return traces::report_page(runs);
}

}  // namespace

traces::PageRun page_run(const fs::path& run, const Recording& recording) {
  const auto comparison = compare_throughput(recording);
  return {name_of_run(run), &recording,
          comparison ? judge::throughput_json(*comparison) : std::string()};
}

Result<ReportOutcome> report(const ReportArguments& arguments) {
  WEFT_TRY(check_arguments(arguments));
  ReportOutcome outcome;
  const bool pages = arguments.svg.empty() && (arguments.csv.empty() || !arguments.out.empty());
  const fs::path out =
      pages && arguments.out.empty() ? arguments.runs[0] / "report.html" : arguments.out;
  std::vector<Recording> recordings;
  for (const fs::path& run : arguments.runs) {
    WEFT_ASSIGN(Recording recording, read_run(run, "report"));
    recordings.push_back(std::move(recording));
  }
  if (!out.empty()) {
    WEFT_TRY(check_output_file(out, "--out", "give a file that can be written"));
  }
  for (std::size_t i = 0; arguments.path == "on" && arguments.svg.empty() && i < recordings.size();
       ++i) {
    WEFT_TRY(add_path(arguments.runs[i], recordings[i], outcome.notes));
  }
  if (!arguments.csv.empty()) {
    OutputFolder folder("--csv");
    WEFT_TRY(folder.make(arguments.csv));
    const auto tables = traces::csv_tables(page_run(arguments.runs[0], recordings[0]));
    if (!tables) {
      return in_run(arguments.runs[0], tables.error());
    }
    for (const auto& [name, text] : *tables) {
      WEFT_TRY(folder.put(name + ".csv", [&](const fs::path& to) { return write_file(to, text); }));
    }
    WEFT_ASSIGN(outcome.written, folder.commit());
  }
  if (!out.empty()) {
    auto text =
        arguments.svg.empty() ? page(arguments, recordings) : picture(arguments, recordings[0]);
    if (!text) {
      return in_run(arguments.runs[0], text.error());
    }
    if (const Status status = write_file(out, *text); !status) {
      return at_option("--out", status.error());
    }
    outcome.written.push_back(out);
  }
  return outcome;
}

}  // namespace weft::cli
