// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

namespace weft::sim::word {

/// What is due in which cycle: a ring of buckets for the near future, a heap for the rest. Finding
/// the next cycle in which anything is due skips empty ones 64 at a time.
class Agenda {
 public:
  Agenda() : ring_(kRing) {}

  /// `cycle` is later than the last one taken.
  void add(std::int64_t cycle, std::int32_t what);
  /// Next cycle in which something is due; INT64_MAX: nothing.
  std::int64_t next() const;
  /// Appends what is due in `cycle`, which must not be past next(), and makes it the present.
  void take(std::int64_t cycle, std::vector<std::int32_t>& due);

 private:
  static constexpr std::int64_t kRing = 4096;
  static std::size_t bucket_of(std::int64_t cycle) {
    return static_cast<std::size_t>(cycle & (kRing - 1));
  }
  using Far = std::pair<std::int64_t, std::int32_t>;

  std::int64_t now_ = -1;
  std::int64_t near_ = 0;  ///< entries in the ring
  std::vector<std::vector<std::int32_t>> ring_;
  std::array<std::uint64_t, kRing / 64> used_{};  ///< a bit a bucket that is not empty
  std::priority_queue<Far, std::vector<Far>, std::greater<>> far_;
};

}  // namespace weft::sim::word
