// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace weft::sim::word {

/// Links that several trees are routed over: one word a cycle, in round robin by color, starting
/// after the color served last (docs/timing_model.md, "Shared links"). A word that forks into
/// several of them goes when it is first on all. Cells ask once nothing else holds them back; the
/// requests of a round are granted together, so that the order in which they came does not matter.
class SharedLinks {
 public:
  /// Returns the number of a new link. Colors are small numbers.
  std::int32_t add() {
    links_.emplace_back();
    return static_cast<std::int32_t>(links_.size() - 1);
  }
  bool empty() const { return links_.empty(); }

  /// `who`, of `color`, could move now but for these links.
  void ask(std::int32_t who, std::int32_t color, std::span<const std::int32_t> links);
  bool has_requests() const { return !requests_.empty(); }
  /// Appends those that may go, and those that must ask again in the next cycle; forgets all.
  void grant(std::int64_t now, std::vector<std::int32_t>& granted,
             std::vector<std::int32_t>& refused);

 private:
  struct Link {
    std::int32_t served = -1;  ///< color of the last word
    std::int64_t used = -1;    ///< cycle of the last word
    std::int32_t first = -1;   ///< request that goes first in this round
  };
  struct Request {
    std::int32_t who = 0;
    std::int32_t color = 0;
    std::size_t begin = 0, end = 0;  ///< in wanted_
  };
  bool goes_before(const Request& a, const Request& b, const Link& link) const;
  std::span<const std::int32_t> wanted(const Request& request) const {
    return std::span(wanted_).subspan(request.begin, request.end - request.begin);
  }
  bool is_open(const Request& request, std::int64_t now) const;
  void serve(const Request& request, std::int64_t now);
  void serve_first(std::int64_t now, std::vector<std::int32_t>& granted);

  std::vector<Link> links_;
  std::vector<Request> requests_;
  std::vector<std::int32_t> wanted_;
};

}  // namespace weft::sim::word
