// SPDX-License-Identifier: Apache-2.0
#include "mapper/anneal.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace weft::mapper {
namespace {

using Collective = Mapping::Collective;

constexpr double kHot = 0.02;  ///< of the first cost: what a step may lose at the beginning
constexpr double kCold = 0.0005;

constexpr Collective::Algorithm kAlgorithms[] = {
    Collective::ALGORITHM_CHAIN,     Collective::ALGORITHM_STAR,     Collective::ALGORITHM_TREE,
    Collective::ALGORITHM_TWO_PHASE, Collective::ALGORITHM_AUTO_GEN, Collective::ALGORITHM_KTREE};

/// Numbers that are the same with every standard library.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  int below(int count) { return static_cast<int>(engine_() % static_cast<std::uint64_t>(count)); }
  double fraction() { return static_cast<double>(engine_() >> 11) * 0x1p-53; }

 private:
  std::mt19937_64 engine_;
};

void set_algorithm(Collective::Algorithm algorithm, Collective& entry) {
  entry.set_algorithm(algorithm);
  entry.clear_root();
  entry.clear_root_at();
  entry.clear_groups();
}

void swap_regions(Dice& dice, Mapping& mapping) {
  Mapping::Region& a = *mapping.mutable_regions(dice.below(mapping.regions_size()));
  Mapping::Region& b = *mapping.mutable_regions(dice.below(mapping.regions_size()));
  const std::int32_t x = a.x();
  const std::int32_t y = a.y();
  a.set_x(b.x());
  a.set_y(b.y());
  b.set_x(x);
  b.set_y(y);
}

Mapping step_from(const Mapping& from, const AnnealOptions& options, Dice& dice) {
  Mapping next = from;
  const int kind = dice.below(8);
  if (kind < 2 && options.move_regions && next.regions_size() > 1) {
    swap_regions(dice, next);
  } else if (kind == 2 && next.layouts().head_columns() > 0) {
    auto& layouts = *next.mutable_layouts();
    const int more = dice.below(2) == 0 ? -1 : 1;
    layouts.set_head_columns(std::max(1, layouts.head_columns() + more));
  } else if (next.collectives_size() > 0) {
    Collective& entry = *next.mutable_collectives(dice.below(next.collectives_size()));
    const auto algorithm = kAlgorithms[dice.below(std::size(kAlgorithms))];
    const auto axis = entry.axis();
    set_algorithm(algorithm, entry);
    if (kind >= 6) {
      for (Collective& other : *next.mutable_collectives()) {
        if (other.axis() == axis) {
          set_algorithm(algorithm, other);
        }
      }
    }
  }
  return next;
}

}  // namespace

Result<Annealed> anneal(const Mapping& first, const AnnealOptions& options,
                        const std::function<Result<AnnealCost>(const Mapping&)>& cost) {
  Annealed result;
  // Colors and kernels follow the rest.
  Mapping here = first;
  here.clear_colors();
  result.best = here;
  WEFT_ASSIGN(result.first, cost(here));
  result.least = result.first;
  AnnealCost at = result.first;
  Dice dice(options.seed);
  double errors = 0;
  for (; result.visits < options.visits; ++result.visits) {
    Mapping next = step_from(here, options, dice);
    const auto found = cost(next);
    if (!found.ok() && found.error().kind != ErrorKind::input) {
      return found.error();
    }
    if (!found.ok()) {
      ++result.refused;
      continue;
    }
    errors += std::abs((found->model - result.first.model) - (found->cycles - result.first.cycles));
    const double done = static_cast<double>(result.visits) / options.visits;
    const double heat = result.first.cycles * kHot * std::pow(kCold / kHot, done);
    if (dice.fraction() < std::exp((at.cycles - found->cycles) / heat)) {
      here = next;
      at = *found;
    }
    if (found->cycles < result.least.cycles) {
      result.least = *found;
      result.best = std::move(next);
    }
  }
  const int judged = result.visits - result.refused;
  result.model_error =
      judged > 0 && result.first.cycles > 0 ? errors / judged / result.first.cycles : 0;
  return result;
}

}  // namespace weft::mapper
