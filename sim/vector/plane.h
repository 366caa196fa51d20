// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace weft::sim::vector {

/// Memory for planes: one 32-bit cycle per tile of a group's box. Freed planes are used again.
class PlanePool {
 public:
  using Plane = std::vector<std::int32_t>;

  std::shared_ptr<Plane> take(std::size_t size) {
    for (std::size_t i = 0; i < free_.size(); ++i) {
      if (free_[i]->size() == size && free_[i].use_count() == 1) {
        std::shared_ptr<Plane> found = free_[i];
        return found;
      }
    }
    free_.push_back(std::make_shared<Plane>(size));
    return free_.back();
  }

 private:
  std::vector<std::shared_ptr<Plane>> free_;
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
