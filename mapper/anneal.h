// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>

#include "base/result.h"
#include "mapper/mapping.pb.h"

namespace weft::mapper {

/// Cycles of a mapping, as they are and as the mapper's cost model of collectives has them.
struct AnnealCost {
  double cycles = 0;
  double model = 0;
};

struct AnnealOptions {
  int visits = 100;  ///< mappings that are looked at, those that are refused included
  std::uint64_t seed = 1;
  bool move_regions = true;
};

struct Annealed {
  Mapping best;
  AnnealCost first;
  AnnealCost least;
  int visits = 0;
  int refused = 0;
  /// How far the model is off about what a change of the first mapping gains or costs: on average
  /// over all visits, of the cycles of the first.
  double model_error = 0;
};

/// Simulated annealing from `first`, every collective and region of which is said. A step swaps two
/// regions, gives one collective or all of an axis another algorithm, or changes the columns of a
/// head. The same seed and costs give the same mapping. Errors: those of `cost`, but for input,
/// which only makes a mapping no choice.
Result<Annealed> anneal(const Mapping& first, const AnnealOptions& options,
                        const std::function<Result<AnnealCost>(const Mapping&)>& cost);

}  // namespace weft::mapper
