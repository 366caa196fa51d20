// SPDX-License-Identifier: Apache-2.0
#include "sim/sample.h"

#include <algorithm>

#include "isa/route_tree.h"
#include "sim/word/engine.h"

namespace weft::sim {
namespace {

constexpr std::int64_t kMostPlaces = 20'000'000;  // that the word engine may lay out for a sample
constexpr std::int64_t kFirstMark = 256;

std::int64_t places_of(const isa::Bundle& bundle, const arch::Machine& machine) {
  std::int64_t places = 0;
  for (const isa::RouteTree& tree : isa::trace_routes(bundle, machine).trees) {
    for (const isa::RouteNode& node : tree.nodes) {
      places += node.places;
    }
  }
  return places;
}

}  // namespace

Result<WordSample> sample_words(const isa::Bundle& bundle, const arch::Machine& machine,
                                const Options& options) {
  WordSample sample;
  if (options.sample_hops == 0) {
    sample.missing = "not asked for";
    return sample;
  }
  if (places_of(bundle, machine) > kMostPlaces) {
    sample.missing = "the routes have too many places";
    return sample;
  }
  Options timing = options;
  timing.data = false;
  timing.window.reset();
  if (options.engine != EngineKind::automatic) {
    timing.timeline.reset();  // only the error is asked for
  }
  WEFT_ASSIGN(const auto engine, word::Engine::create(bundle, machine, {}, timing));
  using Progress = word::Engine::Progress;
  Progress progress = Progress::running;
  const auto runs = [&] { return progress == Progress::running && engine->fault().empty(); };
  for (std::int64_t until = kFirstMark; runs(); until *= 2) {
    // Small steps, so that the budget is kept.
    for (std::int64_t at = until == kFirstMark ? 0 : until / 2; at < until && runs();
         at += kFirstMark) {
      progress = engine->advance(at + kFirstMark);
      if (options.progress && !options.progress(0, 0)) {
        return failed_error("stopped before the end of the run");
      }
      if (runs() && engine->word_hops() > options.sample_hops) {
        sample.marks.push_back({at + kFirstMark, engine->words_consumed()});
        return sample;
      }
    }
    sample.marks.push_back({until, engine->words_consumed()});
  }
  if (progress == Progress::finished && engine->fault().empty()) {
    sample.whole = engine->take_result();
  } else {
    sample.missing = "the word engine came to no end";
  }
  sample.marks.clear();
  return sample;
}

}  // namespace weft::sim
