// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace weft::sim::vector {

/// Memory for planes: one 32-bit cycle per tile of a group's box. A plane nobody holds any more is
/// used again, also after the pool itself is gone (then it is freed).
class PlanePool {
 public:
  using Plane = std::vector<std::int32_t>;

  /// Its contents are what they were.
  std::shared_ptr<Plane> take(std::size_t size) {
    std::shared_ptr<Free>& free = free_[size];
    if (free == nullptr) {
      free = std::make_shared<Free>();
    }
    std::unique_ptr<Plane> plane;
    if (free->empty()) {
      plane = std::make_unique<Plane>(size);
    } else {
      plane = std::move(free->back());
      free->pop_back();
    }
    return {plane.release(), [home = free](Plane* freed) { home->emplace_back(freed); }};
  }

 private:
  using Free = std::vector<std::unique_ptr<Plane>>;
  std::map<std::size_t, std::shared_ptr<Free>> free_;  ///< by size; planes may outlive the pool
};

/// A plane plus a constant: uniform steps of a group cost no pass over its tiles. Immutable once
/// shared; low and high bound the values, the constant included.
struct Times {
  std::shared_ptr<PlanePool::Plane> plane;
  std::int64_t shift = 0;
  std::int64_t low = 0;
  std::int64_t high = 0;

  Times plus(std::int64_t cycles) const {
    return {plane, shift + cycles, low + cycles, high + cycles};
  }
};

}  // namespace weft::sim::vector
