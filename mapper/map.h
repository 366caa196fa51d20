// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "arch/arch.pb.h"
#include "base/rect.h"
#include "base/result.h"
#include "base/tensor_file.h"
#include "isa/bundle.pb.h"
#include "mapper/flow_colors.h"
#include "mapper/handoff.h"
#include "mapper/obey_reductions.h"
#include "mapper/placement.h"
#include "mapper/reductions.h"
#include "mapper/shape.h"
#include "models/graph.pb.h"

namespace weft::mapper {

enum class Phase { generate, prefill, decode };

/// What the user decides; the mapper decides the rest.
struct Request {
  Phase phase = Phase::generate;
  std::optional<weft::Rect> region;  ///< default: the whole machine
  int batch = 1;                     ///< sequences side by side, all of one length
  /// Token ids; decode alone: none. Of a batch: the first ids of all sequences, then the second …
  std::vector<int> prompt;
  int new_tokens = 1;
  int first_position = 0;              ///< decode alone: tokens already in the cache
  bool all_logits = false;             ///< logits of every prompt position, not only the last
  std::optional<Placement> placement;  ///< default: the mapper's
  Layouts layouts;
  ReductionChoices reductions;
  ReductionPlaces reduction_places;
  std::vector<ColorChoice> colors;
  std::optional<int> context;       ///< positions the cache has room for; default: those of the run
  std::optional<int> chunk;         ///< prompt tokens per step; default: as many as fit, at most 16
  std::function<bool()> stop = {};  ///< asked for every role; true ends the mapping

  /// Tokens of the prompt of one sequence.
  int prompt_length() const { return static_cast<int>(prompt.size()) / batch; }
};

/// Regions that were tried and do not fit.
struct RefusedPlacement {
  std::size_t regions = 1;
  int width = 0, height = 0;  ///< tiles of each
  std::int64_t bytes_over = 0;
  bool held_alone = false;  ///< bytes of weights and caches; nothing else was worked out
};

/// What was decided on the way to a bundle.
struct Plan {
  Placement placement;
  Shape shape;
  Reductions reductions;
  Handoffs handoffs;
  int unused_columns = 0;  ///< of the region asked for
  bool together = false;   ///< one region, because chunks of the prompt follow each other
  std::vector<RefusedPlacement> refused;  ///< better ones, in the order they were tried
};

/// A verified mapping: the bundle, the host tensors it loads, and what was decided, a line each.
struct Mapped {
  isa::Bundle bundle;
  std::map<std::string, DenseTensor> host_tensors;
  std::vector<std::string> decisions;
  Plan plan;
};

/// Positions the run reaches. Errors: input: prompt, tokens or context that cannot be.
Result<int> positions_of(const models::Graph& graph, const Request& request);

/// What a mapping would come to, before any of it is built.
struct Estimate {
  Placement placement;
  std::int64_t token_cycles = 0;  ///< one token through all regions (estimate.h)
};

/// The placement map_model tries first of those that hold the weights. Errors: those of map_model
/// that can be known by then; input where no placement holds them.
Result<Estimate> estimate_model(const models::Graph& graph, const arch::Machine& machine,
                                const Request& request);

/// Strategy `tensor`: the whole region runs one op at a time, activations alternate between the
/// mesh axes. Deterministic. Errors: input: region larger than the machine, prompt or context too
/// long, model that does not fit (which buffer, which tile, bytes over, smallest region that fits),
/// graph not understood, colors short. Failed: stopped.
Result<Mapped> map_model(const models::Graph& graph, const arch::Machine& machine,
                         const Request& request);

}  // namespace weft::mapper
