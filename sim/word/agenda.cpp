// SPDX-License-Identifier: Apache-2.0
#include "sim/word/agenda.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace weft::sim::word {

void Agenda::add(std::int64_t cycle, std::int32_t what) {
  assert(cycle > now_);
  if (cycle - now_ >= kRing) {
    far_.push({cycle, what});
    return;
  }
  const std::size_t bucket = bucket_of(cycle);
  ring_[bucket].push_back(what);
  used_[bucket / 64] |= std::uint64_t{1} << bucket % 64;
  ++near_;
}

std::int64_t Agenda::next() const {
  const std::int64_t far = far_.empty() ? INT64_MAX : far_.top().first;
  if (near_ == 0) {
    return far;
  }
  // The ring holds cycles now_ + 1 … now_ + kRing - 1, once round from the bucket after now_'s.
  const std::size_t first = bucket_of(now_ + 1);
  std::uint64_t bits = used_[first / 64] & ~std::uint64_t{0} << first % 64;
  std::size_t word = first / 64;
  while (bits == 0) {
    word = (word + 1) % used_.size();
    bits = used_[word];
  }
  const std::size_t bucket = word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
  const auto ahead = static_cast<std::int64_t>((bucket - first) % kRing);
  return std::min(far, now_ + 1 + ahead);
}

void Agenda::take(std::int64_t cycle, std::vector<std::int32_t>& due) {
  assert(cycle > now_ && cycle <= next());
  now_ = cycle;
  const std::size_t bucket = bucket_of(cycle);
  due.insert(due.end(), ring_[bucket].begin(), ring_[bucket].end());
  near_ -= static_cast<std::int64_t>(ring_[bucket].size());
  ring_[bucket].clear();
  used_[bucket / 64] &= ~(std::uint64_t{1} << bucket % 64);
  while (!far_.empty() && far_.top().first == cycle) {
    due.push_back(far_.top().second);
    far_.pop();
  }
}

}  // namespace weft::sim::word
