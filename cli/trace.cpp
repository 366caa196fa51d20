// SPDX-License-Identifier: Apache-2.0
#include "cli/trace.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "arch/machine.h"
#include "base/file.h"
#include "base/text.h"
#include "base/yaml_reader.h"
#include "cli/arguments.h"
#include "cli/interrupt.h"
#include "cli/record_window.h"
#include "cli/window_arguments.h"
#include "isa/bundle.h"
#include "sim/simulate.h"
#include "traces/perfetto.h"
#include "traces/progress.h"
#include "traces/recording.h"

namespace weft::cli {
namespace {

namespace fs = std::filesystem;
using traces::Recording;
using traces::WindowRange;

constexpr const char* kRunMend = "give the folder that weft run --out wrote";
constexpr const char* kFileMend = "give --perfetto a file that can be written";

// Before any work is done for it.
Status check_output(const fs::path& file) {
  std::error_code problem;
  const auto refuse = [&](const std::string& why) {
    return io_error(
        fmt::format("--perfetto: cannot write '{}': {}; {}", file.string(), why, kFileMend));
  };
  if (fs::is_directory(file, problem)) {
    return refuse("it is a folder");
  }
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  if (!fs::is_directory(folder, problem)) {
    return refuse("there is no such folder");
  }
  const bool device = fs::exists(file, problem) && !fs::is_regular_file(file, problem);
  if (::access(device ? file.c_str() : folder.c_str(), W_OK) != 0) {
    return refuse(std::generic_category().message(errno));
  }
  return {};
}

Result<Recording> read_run(const fs::path& run) {
  std::error_code problem;
  if (!fs::is_directory(run, problem)) {
    return io_error(fmt::format("trace: no folder '{}'; {}", run.string(), kRunMend));
  }
  auto recording = traces::read_recording(run / "recording.weft");
  if (!recording) {
    return at_option("trace", recording.error());
  }
  return recording;
}

Result<WindowRange> range_of(const AskedWindow& asked, const Recording& recording) {
  const auto& from = recording.region();
  const std::int64_t cycles = recording.summary().cycles();
  WindowRange range;
  WEFT_ASSIGN(range.tiles,
              tiles_of_window(asked, {from.x(), from.y(), from.width(), from.height()}, "--"));
  std::tie(range.begin, range.end) = asked.cycles.value_or(std::pair{std::int64_t{0}, cycles});
  if (range.end > cycles || range.begin >= range.end) {
    return input_error(
        fmt::format("--cycles {}:{}: the run has {} cycles; give a range inside 0:{}", range.begin,
                    range.end, with_commas(cycles), cycles));
  }
  return range;
}

/// The run once more, timing only: the same cycles, stretch by stretch.
Result<traces::Window> replay(const fs::path& run, const Recording& recording,
                              const WindowRange& range) {
  const auto& provenance = recording.provenance();
  const std::string place = (run / "recording.weft").string();
  if (recording.summary().perplexity() > 0) {
    return input_error(fmt::format(
        "{}: a --perplexity run is many runs in a row and cannot be traced; trace one prefill",
        place));
  }
  arch::Machine machine;
  if (const Status status = read_yaml(provenance.machine_yaml(), place, machine);
      !status || arch::machine_hash(machine) != provenance.machine_hash()) {
    return input_error(fmt::format(
        "{}: its machine cannot be restored by this version of Weft (recorded by {}); run again",
        place, provenance.weft_version()));
  }
  const fs::path file = run / "mapped.bundle";
  const auto bundle = isa::read_bundle(file);
  if (!bundle) {
    return at_option("trace", bundle.error());
  }
  if (isa::bundle_hash(*bundle) != provenance.bundle_hash()) {
    return input_error(
        fmt::format("{}: not the bundle this run was recorded from; run again", file.string()));
  }
  traces::Progress progress("tracing", stderr);
  sim::Options options;
  options.data = false;
  options.window = sim::Window{range.tiles, range.begin, range.end};
  options.progress = [&](std::int64_t cycle, double fraction) {
    progress.update(fraction, fmt::format("cycle {}", with_commas(cycle)));
    return !interrupted();
  };
  const auto result = sim::simulate(*bundle, machine, {}, options);
  if (!result) {
    return interrupted() ? interrupted_error() : result.error();
  }
  if (result->cycles.count() != recording.summary().cycles()) {
    return input_error(fmt::format(
        "{}: recorded {} cycles by Weft {}, simulated again {}; this version times otherwise: run "
        "again",
        place, with_commas(recording.summary().cycles()), provenance.weft_version(),
        with_commas(result->cycles.count())));
  }
  const sim::WindowEvents& events = *result->window;
  if (events.cut) {
    return input_error(fmt::format(
        "--cycles {}:{} of {} tiles: more than {} events, too many for a trace; --tiles {} "
        "--cycles {}:{} fits",
        range.begin, range.end, with_commas(range.tiles.area()),
        with_commas(options.window->most_events), written_tiles(range.tiles), events.begin,
        events.end));
  }
  traces::Window window;
  record_window(events, *bundle, range.end, window);
  return window;
}

}  // namespace

Result<TraceOutcome> trace(const TraceArguments& arguments) {
  WEFT_ASSIGN(const AskedWindow asked, parse_window(arguments.tiles, arguments.cycles, "--"));
  WEFT_TRY(check_output(arguments.perfetto));
  WEFT_ASSIGN(Recording recording, read_run(arguments.run));
  const bool recorded = recording.has_window();
  if (recorded) {
    if (const Status status = traces::check_window(recording.window()); !status) {
      return input_error(fmt::format("{}: {}", (arguments.run / "recording.weft").string(),
                                     status.error().message));
    }
  }
  TraceOutcome outcome;
  if (recorded && !asked.tiles && !asked.cycles) {
    outcome.range = traces::range_of(recording.window());
  } else {
    WEFT_ASSIGN(outcome.range, range_of(asked, recording));
  }
  if (recorded && traces::range_of(recording.window()).covers(outcome.range)) {
    *recording.mutable_window() = traces::cut_window(recording.window(), outcome.range);
  } else {
    WEFT_ASSIGN(*recording.mutable_window(), replay(arguments.run, recording, outcome.range));
    outcome.replayed = true;
  }
  for (const traces::TileWindow& row : recording.window().rows()) {
    outcome.stretches += row.cycles_size();
  }
  outcome.trains = recording.window().trains_size();
  const std::string text = traces::perfetto_trace(recording);
  outcome.bytes = static_cast<std::int64_t>(text.size());
  if (const Status status = write_file(arguments.perfetto, text); !status) {
    return at_option("--perfetto", status.error());
  }
  return outcome;
}

}  // namespace weft::cli
