// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "sim/vector/block.h"

namespace weft::sim::vector {

/// When words were last on each shared link, and of which color: enough to see that no trains met
/// as long as every color comes to a link after the others have left it, which is how nets are
/// mostly worked out. Where one does not, only a SharedLink can tell whether they met.
class LinkTurns {
 public:
  void resize(std::size_t links) {
    until_.assign(links, kNever);
    color_.assign(links, -1);
  }

  /// Words of `color` are on links at, at + stride, … from first[k] + latency until before
  /// end[k]. False when another color was there since.
  bool use(std::ptrdiff_t at, std::ptrdiff_t stride, std::int32_t color, const View& first,
           std::int32_t latency, const View& end, std::int32_t words, std::int32_t count) {
    std::int32_t* until = until_.data() + at;
    std::int32_t* user = color_.data() + at;
    bool in_turn = true;
    for (std::ptrdiff_t k = 0; k < count; ++k) {
      std::int32_t& last = until[k * stride];
      std::int32_t& its = user[k * stride];
      in_turn &= its == color || first.at[k * first.stride] + latency > last;
      last = std::max(last, end.at[k * end.stride] + words - 1);
      its = color;
    }
    return in_turn;
  }

  /// Times count from `cycles` later on.
  void earlier(std::int64_t cycles) { leave_behind(INT64_MAX, cycles); }
  /// … but those after `since` move along.
  void leave_behind(std::int64_t since, std::int64_t cycles) {
    for (std::int32_t& until : until_) {
      if (until <= since) {
        until = static_cast<std::int32_t>(std::max<std::int64_t>(kNever, until - cycles));
      }
    }
  }

 private:
  std::vector<std::int32_t> until_;
  std::vector<std::int32_t> color_;
};

}  // namespace weft::sim::vector
