// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "arch/arch.pb.h"
#include "isa/bundle.pb.h"

namespace weft::sim {

class ScriptMemo;

/// What energy goes into; `idle` is what a tile takes whatever it does.
enum class EnergyKind : std::uint8_t {
  mac,
  lane,
  special,
  sram,
  instruction,
  ramp,
  hop,
  idle,
  count_
};
inline constexpr std::size_t kEnergyKinds = static_cast<std::size_t>(EnergyKind::count_);

/// What the tiles together did in one graph op.
struct OpWork {
  std::int64_t macs = 0;
  std::int64_t words_sent = 0;  ///< over ramps, as those received
  std::int64_t words_received = 0;
};

/// Energy of a run, picojoules. What is counted is exact, for no count depends on time; the prices
/// are those of the machine. Words on links count where they were sent: for the tile and op that
/// issued them.
struct EnergyAccount {
  std::string unknown_because;               ///< empty: the account is there
  std::array<double, kEnergyKinds> kinds{};  ///< sums over tiles
  std::vector<double> ops;                   ///< by graph op, the last outside all; without idle
  std::vector<OpWork> work;                  ///< by graph op, as `ops`
  std::vector<double> tiles;                 ///< row-major over the region, idle included
  std::vector<std::array<double, kEnergyKinds>> scripts;  ///< one tile of each; no hops, no idle
  std::vector<std::int32_t> script_of;                    ///< by tile: which it runs, -1: none
  double total() const;
};

/// Of a run of the whole bundle that took so many cycles.
EnergyAccount account_energy(const isa::Bundle& bundle, const arch::Machine& machine,
                             std::int64_t cycles, ScriptMemo* memo = nullptr);

}  // namespace weft::sim
