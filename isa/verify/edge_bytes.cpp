// SPDX-License-Identifier: Apache-2.0
#include "isa/verify/edge_bytes.h"

#include <algorithm>
#include <iterator>

namespace weft::isa {

void EdgeBytes::add(std::int64_t first, std::int64_t last) {
  auto at = pieces_.upper_bound(first);
  if (at != pieces_.begin() && std::prev(at)->second >= first) {
    --at;
    first = at->first;
  }
  while (at != pieces_.end() && at->first <= last) {
    last = std::max(last, at->second);
    at = pieces_.erase(at);
  }
  pieces_.emplace_hint(at, first, last);
}

std::optional<EdgeBytes::Piece> EdgeBytes::common(const EdgeBytes& other) const {
  auto a = pieces_.begin();
  auto b = other.pieces_.begin();
  while (a != pieces_.end() && b != other.pieces_.end()) {
    const Piece both{std::max(a->first, b->first), std::min(a->second, b->second)};
    if (both.first < both.last) {
      return both;
    }
    a->second <= b->second ? ++a : ++b;
  }
  return std::nullopt;
}

}  // namespace weft::isa
