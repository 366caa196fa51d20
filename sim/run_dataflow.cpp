// SPDX-License-Identifier: Apache-2.0
#include "sim/run_dataflow.h"

#include <fmt/format.h>

#include <numeric>
#include <optional>

#include "isa/bundle.h"
#include "sim/dataflow/engine.h"
#include "sim/finish.h"
#include "sim/scalar/engine.h"
#include "sim/shared_links.h"
#include "sim/slow_way.h"
#include "sim/trace/window_recorder.h"
#include "sim/vector/engine.h"

namespace weft::sim {
namespace {

CriticalPath path_of(const std::unique_ptr<Dependencies>& run, const isa::Bundle& bundle,
                     const arch::Machine& machine, const Options& options) {
  if (run == nullptr) {
    CriticalPath none;
    none.unknown_because =
        fmt::format("what happened takes more than {} bytes to keep; fewer tokens or tiles fit",
                    options.most_dependency_bytes);
    return none;
  }
  const auto& pace = machine.fabric().words_per_cycle();
  const std::int64_t common = std::gcd(pace.num(), pace.den());
  return walk_back(*run, isa::RouteMap(bundle, machine), isa::rect_of(bundle.region()),
                   pace.num() / common, pace.den() / common);
}

// Over vectors of tiles; nothing, and the reason, where that declines, even on the way.
Result<std::optional<RunResult>> run_vectors(const isa::Bundle& bundle,
                                             const arch::Machine& machine, const Options& options,
                                             std::string& declined, ScriptMemo& memo) {
  auto grouping = vector::Grouping::coarse;
  auto links = vector::Engine::Links::in_turn;
  while (true) {
    std::optional<TimelineRecorder> timeline;
    if (options.timeline) {
      timeline.emplace(isa::rect_of(bundle.region()), *options.timeline);
    }
    const auto engine =
        vector::Engine::create(bundle, machine, options.repeat, grouping, options.threads, &memo,
                               links, timeline ? &*timeline : nullptr);
    if (engine == nullptr) {
      break;
    }
    if (options.critical_path) {
      engine->keep_dependencies(options.most_dependency_bytes);
    }
    WEFT_ASSIGN(const auto progress, advance_to_end(*engine, options));
    if (progress == vector::Engine::Progress::finished) {
      RunResult result = engine->take_result();
      if (timeline) {
        result.timeline = timeline->take(result.cycles.count());
      }
      if (options.critical_path) {
        result.path = path_of(engine->take_dependencies(), bundle, machine, options);
      }
      return std::optional(std::move(result));
    }
    declined = engine->declined_because();
    if (engine->out_of_turn()) {
      links = vector::Engine::Links::in_any_order;
    } else if (engine->waits_for_itself() && grouping == vector::Grouping::coarse) {
      grouping = vector::Grouping::fine;
    } else {
      break;
    }
  }
  return std::optional<RunResult>();
}

// One by one on little state; nothing, and the reason, where that declines.
Result<std::optional<RunResult>> run_scalar(const isa::Bundle& bundle, const arch::Machine& machine,
                                            const Options& options, std::string& declined,
                                            ScriptMemo& memo) {
  if (const auto engine = scalar::Engine::create(bundle, machine, declined, &memo)) {
    if (options.timeline) {
      engine->keep_timeline(*options.timeline);
    }
    WEFT_ASSIGN(const auto progress, advance_to_end(*engine, options));
    if (progress == scalar::Engine::Progress::finished) {
      return std::optional(engine->take_result());
    }
    declined = engine->declined_because();
  }
  return std::optional<RunResult>();
}

CriticalPath no_path(const std::string& why_not_vectors) {
  CriticalPath none;
  none.unknown_because =
      "it is followed where tiles move as vectors; here they moved one by one: " +
      (why_not_vectors.empty() ? "the run asked for it" : why_not_vectors);
  return none;
}

// Each color alone on its links. Where values are not asked for: over vectors of tiles, else one by
// one on little state. What one declines the next runs from the start; the last takes whatever
// there is.
Result<RunResult> run_alone(const isa::Bundle& bundle, const arch::Machine& machine,
                            const TensorSource& tensors, const Options& options, ScriptMemo& memo) {
  std::string not_vectors;
  std::string not_lean;
  const bool edge = isa::uses_edge(bundle);
  const bool timing_only = !options.data && !options.window && !edge;
  if (edge) {
    not_vectors = "the bundle goes to edge memory, whose answers are not known ahead";
  }
  if (timing_only && !options.scalar) {
    WEFT_ASSIGN(auto result, run_vectors(bundle, machine, options, not_vectors, memo));
    if (result) {
      return std::move(*result);
    }
  }
  if (timing_only && options.lean) {
    WEFT_ASSIGN(auto result, run_scalar(bundle, machine, options, not_lean, memo));
    if (result) {
      result->path = options.critical_path ? std::optional(no_path(not_vectors)) : std::nullopt;
      result->scalar_because = std::move(not_vectors);
      return std::move(*result);
    }
  }
  if (timing_only) {
    WEFT_TRY(check_slow_way(SlowWay::stretch_by_stretch, bundle, options,
                            not_vectors.empty() ? not_lean : not_vectors));
  }
  std::optional<WindowRecorder> recorder;
  if (options.window) {
    recorder.emplace(isa::rect_of(bundle.region()), *options.window);
  }
  WEFT_ASSIGN(const auto engine, dataflow::Engine::create(bundle, machine, tensors, options,
                                                          recorder ? &*recorder : nullptr));
  WEFT_ASSIGN(RunResult result, finish(*engine, bundle, machine, tensors, options));
  result.path = options.critical_path ? std::optional(no_path(not_vectors)) : std::nullopt;
  result.scalar_because = std::move(not_vectors);
  result.general_because = std::move(not_lean);
  if (recorder) {
    result.window = recorder->take(result.cycles.count());
  }
  return result;
}

}  // namespace

Result<RunResult> run_dataflow(const isa::Bundle& bundle, const arch::Machine& machine,
                               const TensorSource& tensors, const Options& options,
                               ScriptMemo& memo) {
  WEFT_ASSIGN(RunResult result, run_alone(bundle, machine, tensors, options, memo));
  if (!result.exact && result.deadlock.empty() && !isa::uses_edge(bundle)) {
    if (!options.data && !options.window) {
      WEFT_TRY(check_slow_way(SlowWay::train_model, bundle, options, result.exactness));
    }
    WEFT_TRY(time_shared_links(bundle, machine, options, result));
  }
  return result;
}

}  // namespace weft::sim
