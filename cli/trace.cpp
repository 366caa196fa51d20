// SPDX-License-Identifier: Apache-2.0
#include "cli/trace.h"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>

#include "arch/machine.h"
#include "base/file.h"
#include "base/text.h"
#include "base/yaml_reader.h"
#include "cli/arguments.h"
#include "cli/interrupt.h"
#include "cli/output_folder.h"
#include "cli/record_window.h"
#include "cli/replay.h"
#include "cli/window_arguments.h"
#include "isa/bundle.h"
#include "sim/simulate.h"
#include "traces/chrome.h"
#include "traces/perfetto.h"
#include "traces/progress.h"
#include "traces/recording.h"

namespace weft::cli {
namespace {

namespace fs = std::filesystem;
using traces::Recording;
using traces::WindowRange;

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

/// The window, from the run once more.
Result<traces::Window> replay_window(const fs::path& run, const Recording& recording,
                                     const WindowRange& range) {
  sim::Options options;
  options.window = sim::Window{range.tiles, range.begin, range.end};
  WEFT_ASSIGN(const Replay again, replay(run, recording, "trace", options));
  const sim::WindowEvents& events = *again.result.window;
  if (events.cut) {
    return input_error(fmt::format(
        "--cycles {}:{} of {} tiles: more than {} events, too many for a trace; --tiles {} "
        "--cycles {}:{} fits",
        range.begin, range.end, with_commas(range.tiles.area()),
        with_commas(options.window->most_events), written_tiles(range.tiles), events.begin,
        events.end));
  }
  traces::Window window;
  record_window(events, again.bundle, range.end, window);
  return window;
}

}  // namespace

Result<TraceOutcome> trace(const TraceArguments& arguments) {
  WEFT_ASSIGN(const AskedWindow asked, parse_window(arguments.tiles, arguments.cycles, "--"));
  for (const auto& [option, file] :
       {std::pair{"--perfetto", &arguments.perfetto}, {"--chrome", &arguments.chrome}}) {
    if (!file->empty()) {
      WEFT_TRY(check_output_file(*file, option,
                                 fmt::format("give {} a file that can be written", option)));
    }
  }
  WEFT_ASSIGN(Recording recording, read_run(arguments.run, "trace"));
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
    WEFT_ASSIGN(*recording.mutable_window(),
                replay_window(arguments.run, recording, outcome.range));
    outcome.replayed = true;
  }
  for (const traces::TileWindow& row : recording.window().rows()) {
    outcome.stretches += row.cycles_size();
  }
  outcome.trains = recording.window().trains_size();
  std::string json;
  if (!arguments.chrome.empty()) {
    WEFT_ASSIGN(json, traces::chrome_trace(recording));
  }
  const auto put = [&](const char* option, const fs::path& file,
                       const std::string& text) -> Status {
    if (file.empty()) {
      return {};
    }
    outcome.written.emplace_back(file, static_cast<std::int64_t>(text.size()));
    const Status status = write_file(file, text);
    return status ? status : Status(at_option(option, status.error()));
  };
  if (!arguments.perfetto.empty()) {
    WEFT_TRY(put("--perfetto", arguments.perfetto, traces::perfetto_trace(recording)));
  }
  WEFT_TRY(put("--chrome", arguments.chrome, json));
  return outcome;
}

}  // namespace weft::cli
