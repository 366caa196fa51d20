// SPDX-License-Identifier: Apache-2.0
#include "sim/shared_links.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "isa/route_tree.h"
#include "sim/advance.h"
#include "sim/fabric/sharing.h"
#include "sim/sample.h"
#include "sim/trains/engine.h"

namespace weft::sim {
namespace {

double percent(double value, double exact) { return 100 * std::abs(value - exact) / exact; }

/// The largest error of a window, and the last cycle looked at.
struct WindowError {
  double percent = 0;
  std::int64_t cycles = 0;  ///< 0: no word was consumed in any
};

// Advances the train model through the windows that are long enough to say something: the longest,
// and those down to an eighth of it.
WindowError compare_windows(trains::Engine& engine, const WordSample& sample) {
  WindowError error;
  for (const WordSample::Mark& mark : sample.marks) {
    engine.advance(mark.cycle);
    if (mark.words > 0 && mark.cycle >= sample.marks.back().cycle / 8) {
      error.percent =
          std::max(error.percent, percent(engine.consumed(mark.cycle), double(mark.words)));
      error.cycles = mark.cycle;
    }
  }
  return error;
}

void take_cycles(RunResult timed, RunResult& result) {
  result.cycles = timed.cycles;
  result.tiles = std::move(timed.tiles);
  result.ops = std::move(timed.ops);
  result.op_bins = std::move(timed.op_bins);
  result.audits = std::move(timed.audits);
  result.vectors = false;
  result.lean = false;
  result.scalar_because.clear();
  result.general_because.clear();
  result.repeats.clear();
  result.timeline = std::move(timed.timeline);
  if (!timed.link_words.empty()) {
    result.link_words = std::move(timed.link_words);
  }
  if (result.path) {
    result.path =
        CriticalPath{"trains met on shared links, where no one cause holds a word back", {}};
  }
}

}  // namespace

Status time_shared_links(const isa::Bundle& bundle, const arch::Machine& machine,
                         const Options& options, RunResult& result) {
  WEFT_ASSIGN(WordSample sample, sample_words(bundle, machine, options));
  const Sharing sharing = find_sharing(isa::trace_routes(bundle, machine));
  const std::string who = sharing.text(machine.grid().width());
  if (sample.whole && options.engine == EngineKind::automatic && !options.window) {
    take_cycles(std::move(*sample.whole), result);
    result.engine = "word";
    result.exact = true;
    result.exactness = "trains met, and the run is short enough to go word by word; " + who;
    return {};
  }
  std::string of = "each color alone on its links";
  WindowError window;
  if (options.window) {
    of += ", as a recorded window needs";
  } else {
    WEFT_ASSIGN(const auto engine, trains::Engine::create(bundle, machine));
    auto progress = trains::Engine::Progress::deadlock;
    if (engine != nullptr && options.timeline) {
      engine->keep_timeline(*options.timeline);
    }
    if (engine != nullptr) {
      window = compare_windows(*engine, sample);
      WEFT_ASSIGN(progress, advance_to_end(*engine, options));
    }
    if (progress == trains::Engine::Progress::finished) {
      of = "train model";
      take_cycles(engine->take_result(), result);
      result.trains = true;
    } else {
      of += engine == nullptr ? ", programs being too long for the train model"
                              : ", the train model having come to no end";
      window = {};
    }
  }
  std::string measured = "no words to compare by";
  if (sample.whole) {
    result.error_percent =
        percent(double(result.cycles.count()), double(sample.whole->cycles.count()));
    measured =
        fmt::format("the whole run checked word by word: {} cycles", sample.whole->cycles.count());
  } else if (!sample.missing.empty()) {
    measured = "not checked word by word: " + sample.missing;
  } else if (window.cycles > 0) {
    result.error_percent = window.percent;
    measured = fmt::format("words delivered checked word by word up to cycle {}", window.cycles);
  }
  result.exactness = fmt::format("trains met: {}; {}; {}", of, measured, who);
  return {};
}

}  // namespace weft::sim
