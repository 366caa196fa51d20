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

  /// Will uses like those since `then` be in turn again and again, `period` cycles later each time?
  /// They will where a link went on as `steadily` says. They also will where its times came a
  /// period later or lie before the first of those uses, then and now: before cycle `low` of
  /// `then`. The same cycle is `moved` more here than it was in `then`.
  bool recur(const LinkTurns& then, std::int64_t moved, std::int64_t period,
             std::int64_t low) const {
    const auto alike = [&](std::int32_t was, std::int32_t is) {
      return is - std::int64_t{was} == moved + period || (was < low && is < low + moved + period);
    };
    for (std::size_t k = 0; k < links_.size(); ++k) {
      const Link& was = then.links_[k];
      const Link& is = links_[k];
      const bool all_alike =
          alike(was.before, is.before) && alike(was.from, is.from) && alike(was.until, is.until);
      if (was.color != is.color || !(all_alike || steadily(was, is, moved, period))) {
        return false;
      }
    }
    return true;
  }

  /// Times count from `cycles` later on.
  void earlier(std::int64_t cycles) {
    for (Link& link : links_) {
      fall(link.before, cycles);
      fall(link.from, cycles);
      fall(link.until, cycles);
    }
  }
  /// … after uses that recur: but what is another cycle than it was in `then` moves along.
  void leave_behind(const LinkTurns& then, std::int64_t moved, std::int64_t period,
                    std::int64_t cycles) {
    for (std::size_t k = 0; k < links_.size(); ++k) {
      const Link& was = then.links_[k];
      Link& is = links_[k];
      const bool steady = steadily(was, is, moved, period);
      fall(is.before, stays(was.before, is.before, moved) ? cycles : 0);
      fall(is.from, stays(was.from, is.from, moved) ? cycles : 0);
      fall(is.until, stays(was.until, is.until, moved) ? cycles : 0);
      if (!steady) {
        is.before = is.from - 1;  // not known better
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

  /// As it was, or all of it a period later, or where one color was.
  static bool steadily(const Link& was, const Link& is, std::int64_t moved, std::int64_t period) {
    const auto later = [&](std::int32_t a, std::int32_t b) {
      return std::int64_t{b} - a == moved + period;
    };
    const bool until_later = later(was.until, is.until);
    return (stays(was.before, is.before, moved) && stays(was.from, is.from, moved) &&
            (stays(was.until, is.until, moved) || until_later)) ||
           (later(was.before, is.before) && later(was.from, is.from) && until_later);
  }
  static bool stays(std::int32_t was, std::int32_t is, std::int64_t moved) {
    return is == kNever || std::int64_t{is} - was == moved;
  }
  static void fall(std::int32_t& time, std::int64_t cycles) {
    time = static_cast<std::int32_t>(std::max<std::int64_t>(kNever, time - cycles));
  }

  std::vector<Link> links_;
};

}  // namespace weft::sim::vector
