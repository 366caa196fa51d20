// SPDX-License-Identifier: Apache-2.0
#include "cli/area.h"

#include <algorithm>

namespace weft::cli {
namespace {

// One tile of the WSE-2, in mm2.
constexpr double kSram = 0.019;
constexpr double kSramBytes = 48 * 1024;
constexpr double kQuarter = 0.019 / 4;
constexpr double kMacs = 4, kLanes = 4;  // of 16 bits, a cycle

/// What the widest use of units of 16 bits asks for: one of 32 bits is four of them.
double units(const arch::Rates& rates) {
  return std::max({4.0 * rates.f32(), 1.0 * rates.f16(), 1.0 * rates.bf16()});
}

}  // namespace

double area_proxy(const arch::Machine& machine) {
  const arch::Tile& tile = machine.tile();
  const arch::Ratio& link = machine.fabric().words_per_cycle();
  const double words = link.den() > 0 ? static_cast<double>(link.num()) / link.den() : 1;
  const double colors = machine.fabric().colors() / 24.0;
  const double places = machine.fabric().places_per_hop() * colors;
  const double router = kQuarter * (0.5 * words + 0.5 * places);
  const double one = kSram * static_cast<double>(tile.sram()) / kSramBytes +
                     kQuarter * units(tile.tensor_macs()) / kMacs +
                     kQuarter * units(tile.vector_lanes()) / kLanes + router + kQuarter;
  return one * machine.grid().width() * machine.grid().height();
}

}  // namespace weft::cli
