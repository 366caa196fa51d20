// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <systemc>

namespace weft::sim {

/// Cycles of a run as SystemC time. Whole ticks, so that both ways are exact.
class CycleClock {
 public:
  CycleClock() = default;
  CycleClock(sc_core::sc_time origin, sc_core::sc_time period)
      : origin_(origin.value()), period_(period.value()) {}

  sc_core::sc_time at(std::int64_t cycle) const { return time(origin_ + ticks(cycle)); }
  sc_core::sc_time span(std::int64_t cycles) const { return time(ticks(cycles)); }
  /// The first cycle that begins at `when` or later.
  std::int64_t cycle_from(sc_core::sc_time when) const {
    return static_cast<std::int64_t>((when.value() - origin_ + period_ - 1) / period_);
  }
  sc_core::sc_time origin() const { return time(origin_); }
  sc_core::sc_time period() const { return time(period_); }

 private:
  std::uint64_t ticks(std::int64_t cycles) const {
    return static_cast<std::uint64_t>(cycles) * period_;
  }
  static sc_core::sc_time time(std::uint64_t ticks) { return sc_core::sc_time::from_value(ticks); }

  std::uint64_t origin_ = 0;
  std::uint64_t period_ = 1;
};

}  // namespace weft::sim
