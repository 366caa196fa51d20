// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/core/script.h"

namespace weft::sim {

/// How often what happens on one tile, by element type where that matters. Amounts add up.
struct Census {
  std::array<std::int64_t, 3> macs{};   ///< f32, f16, bf16
  std::array<std::int64_t, 3> lanes{};  ///< elements times passes
  std::int64_t special = 0;
  std::int64_t read = 0, written = 0;  ///< bytes of SRAM
  std::int64_t instructions = 0;
  std::int64_t ramp_words = 0;     ///< sent and received
  std::vector<std::int64_t> sent;  ///< words by color
};

/// What a tile does that runs a script, by graph op; the last is what belongs to none.
std::vector<Census> take_census(const Script& script, int graph_ops, int colors);

}  // namespace weft::sim
