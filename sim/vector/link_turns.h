// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "sim/vector/block.h"

namespace weft::sim::vector {

/// The last stay of a color on each shared link, and when all stays before it had ended: enough to
/// see that no trains met as long as every color comes to a link after the others have left it or
/// between the last two that did, which is how nets are mostly worked out. Where one does not, only
/// a SharedLink can tell whether they met.
class LinkTurns {
 public:
  void resize(std::size_t links) { links_.assign(links, Link{}); }

  /// Words of `color` are on links at, at + stride, … from first[k] + latency until before
  /// end[k]. False when another color may have been there.
  bool use(std::ptrdiff_t at, std::ptrdiff_t stride, std::int32_t color, const View& first,
           std::int32_t latency, const View& end, std::int32_t words, std::int32_t count) {
    Link* link = links_.data() + at;
    bool in_turn = true;
    for (std::ptrdiff_t k = 0; k < count; ++k) {
      in_turn &= link[k * stride].use(color, first.at[k * first.stride] + latency,
                                      end.at[k * end.stride] + words - 1);
    }
    return in_turn;
  }

  /// Times count from `cycles` later on.
  void earlier(std::int64_t cycles) { leave_behind(INT64_MAX, cycles); }
  /// … but those after `since` move along.
  void leave_behind(std::int64_t since, std::int64_t cycles) {
    for (Link& link : links_) {
      for (std::int32_t* time : {&link.before, &link.from, &link.until}) {
        if (*time <= since) {
          *time = static_cast<std::int32_t>(std::max<std::int64_t>(kNever, *time - cycles));
        }
      }
    }
  }

 private:
  struct Link {
    std::int32_t before = kNever;  ///< end of the stays before the last one
    std::int32_t from = kNever;
    std::int32_t until = kNever;
    std::int32_t color = -1;

    bool use(std::int32_t its, std::int32_t first, std::int32_t last) {
      if (its == color) {
        from = std::min(from, first);
        until = std::max(until, last);
        return from > before;
      }
      if (first > until) {
        *this = {until, first, last, its};
        return true;
      }
      if (last < from && first > before) {
        before = last;
        return true;
      }
      return false;
    }
  };
  std::vector<Link> links_;
};

}  // namespace weft::sim::vector
