// SPDX-License-Identifier: Apache-2.0
#include "isa/verify/written.h"

#include <algorithm>
#include <array>

namespace weft::isa {
namespace {

/// A descriptor as runs of adjacent bytes: what every axis with a wider step than that repeats.
class Runs {
 public:
  explicit Runs(const Descriptor& d) : base_(d.base), length_(bytes_of(d.dtype)) {
    for (std::size_t i = 0; i < d.rank; ++i) {
      std::int64_t step = static_cast<std::int64_t>(d.strides[i]) * bytes_of(d.dtype);
      if (d.dims[i] < 2 || step == 0) {
        continue;
      }
      if (step < 0) {
        base_ += (d.dims[i] - 1) * step;
        step = -step;
      }
      axes_[count_++] = {d.dims[i], step};
    }
    const auto end = axes_.begin() + static_cast<std::ptrdiff_t>(count_);
    std::sort(axes_.begin(), end, [](const Axis& a, const Axis& b) { return a.step > b.step; });
    while (count_ > 0 && axes_[count_ - 1].step <= length_) {
      --count_;
      length_ += (axes_[count_].size - 1) * axes_[count_].step;
    }
    extent_[count_] = length_;
    for (std::size_t i = count_; i-- > 0;) {
      extent_[i] = extent_[i + 1] + (axes_[i].size - 1) * axes_[i].step;
    }
  }

  std::int64_t number() const {
    std::int64_t number = 1;
    for (std::size_t i = 0; i < count_; ++i) {
      number *= axes_[i].size;
    }
    return number;
  }

  /// Whether a run has a byte in `range`.
  bool meets(const ByteRange& range) const { return meets(range, 0, base_); }

  template <class F>
  void for_each(F&& f) const {
    visit(0, base_, f);
  }

 private:
  struct Axis {
    std::int64_t size = 1, step = 0;
  };

  bool meets(const ByteRange& range, std::size_t level, std::int64_t at) const {
    if (at >= range.last || at + extent_[level] <= range.first) {
      return false;
    }
    if (at >= range.first || level == count_) {
      return true;
    }
    const Axis& axis = axes_[level];
    const std::int64_t short_by = range.first - at - extent_[level + 1];
    for (std::int64_t i = short_by < 0 ? 0 : short_by / axis.step + 1; i < axis.size; ++i) {
      if (at + i * axis.step >= range.last) {
        return false;
      }
      if (meets(range, level + 1, at + i * axis.step)) {
        return true;
      }
    }
    return false;
  }

  template <class F>
  void visit(std::size_t level, std::int64_t at, F&& f) const {
    if (level == count_) {
      f(ByteRange{at, at + length_});
      return;
    }
    for (std::int64_t i = 0; i < axes_[level].size; ++i) {
      visit(level + 1, at + i * axes_[level].step, f);
    }
  }

  std::int64_t base_, length_;
  std::array<Axis, 3> axes_;  // widest step first
  std::size_t count_ = 0;
  std::array<std::int64_t, 4> extent_{};  // bytes from the first to the last of axes i and on
};

}  // namespace

std::size_t WrittenBytes::piece_ending_after(std::int64_t byte) const {
  const auto at =
      std::upper_bound(pieces_.begin(), pieces_.end(), byte,
                       [](std::int64_t b, const ByteRange& piece) { return b < piece.last; });
  return static_cast<std::size_t>(at - pieces_.begin());
}

// True when one piece holds the range; it is at hand from now on.
bool WrittenBytes::inside(const Descriptor& d, const ByteRange& range) {
  const std::size_t at = piece_ending_after(range.first);
  if (at == pieces_.size() || pieces_[at].first > range.first) {
    return false;
  }
  recent_[static_cast<std::size_t>(d.buffer)] = {static_cast<std::int32_t>(pieces_[at].first),
                                                 static_cast<std::int32_t>(pieces_[at].last)};
  return pieces_[at].last >= range.last;
}

void WrittenBytes::add(ByteRange range) {
  std::size_t first = piece_ending_after(range.first - 1);
  std::size_t last = first;
  while (last < pieces_.size() && pieces_[last].first <= range.last) {
    range.first = std::min(range.first, pieces_[last].first);
    range.last = std::max(range.last, pieces_[last].last);
    ++last;
  }
  const auto at = pieces_.begin() + static_cast<std::ptrdiff_t>(first);
  if (first < last) {
    *at = range;
    pieces_.erase(at + 1, pieces_.begin() + static_cast<std::ptrdiff_t>(last));
  } else if (pieces_.size() < kMostPieces) {
    pieces_.insert(at, range);
  }
}

void WrittenBytes::write_slowly(const Descriptor& d) {
  const ByteRange range = range_of(d);
  if (inside(d, range)) {
    return;
  }
  const Runs runs(d);
  if (runs.number() > static_cast<std::int64_t>(kMostPieces)) {
    return;
  }
  runs.for_each([&](const ByteRange& run) { add(run); });
  inside(d, range);
}

std::optional<ByteRange> WrittenBytes::find_missing(const Descriptor& d) {
  const ByteRange range = range_of(d);
  if (inside(d, range)) {
    return std::nullopt;
  }
  const Runs runs(d);
  std::int64_t from = range.first;
  for (std::size_t at = piece_ending_after(range.first); from < range.last; ++at) {
    const bool more = at < pieces_.size() && pieces_[at].first < range.last;
    const ByteRange gap{from, more ? pieces_[at].first : range.last};
    if (gap.first < gap.last && runs.meets(gap)) {
      return gap;
    }
    from = more ? pieces_[at].last : range.last;
  }
  return std::nullopt;
}

}  // namespace weft::isa
