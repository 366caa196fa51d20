// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "program_spec.h"

namespace weft::sim {

/// Draws that are the same on every platform.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}

  /// Uniform in [low, high].
  int roll(int low, int high) {
    return low + static_cast<int>(engine_() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool chance(int percent) { return roll(0, 99) < percent; }
  template <class T>
  const T& pick(const std::vector<T>& from) {
    return from[static_cast<std::size_t>(roll(0, static_cast<int>(from.size()) - 1))];
  }

 private:
  std::mt19937_64 engine_;
};

/// Shape, latencies, places, pace and set-up costs.
void draw_machine(Dice& dice, ProgramSpec& spec);
/// Trees over free links, or over any; colors are used again where they do not meet.
void draw_trees(Dice& dice, ProgramSpec& spec, bool shared_links = false);

}  // namespace weft::sim
