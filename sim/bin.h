// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace weft::sim {

/// Where a core-cycle went; exactly one per cycle of every tile (docs/timing_model.md, "Bins").
enum class Bin : std::uint8_t { compute, setup, moving, input, output, unit, memory, idle, count_ };
inline constexpr std::size_t kBins = static_cast<std::size_t>(Bin::count_);
using BinCycles = std::array<std::int64_t, kBins>;

}  // namespace weft::sim
