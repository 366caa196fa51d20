// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "sim/core/crew.h"

namespace weft::sim::vector {

/// Fewer lanes than that are done before another thread has woken.
inline constexpr std::ptrdiff_t kLanesWorthSharing = std::ptrdiff_t{1} << 16;

/// Calls body(row, found) for rows 0 … rows - 1, on the threads of a crew where there are many
/// lanes in them. Each thread has rows side by side and a Found of its own, put together by
/// merge(found) in the order of the rows.
template <class Found, class Body, class Merge>
void over_rows(Crew& crew, std::size_t rows, std::ptrdiff_t lanes, Body&& body, Merge&& merge) {
  const auto some = [&](std::size_t first, std::size_t end) {
    Found own;
    for (std::size_t row = first; row < end; ++row) {
      body(row, own);
    }
    return own;
  };
  if (lanes < kLanesWorthSharing || crew.most() == 1) {
    merge(some(0, rows));
    return;
  }
  constexpr std::size_t kMost = 64;
  const std::size_t parts = std::min(static_cast<std::size_t>(crew.most()), kMost);
  std::array<Found, kMost> found;
  crew.run(static_cast<int>(parts), [&](int p) {
    const auto part = static_cast<std::size_t>(p);
    found[part] = some(rows * part / parts, rows * (part + 1) / parts);
  });
  std::for_each_n(found.begin(), parts, merge);
}

}  // namespace weft::sim::vector
