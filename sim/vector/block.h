// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "sim/vector/kernels.h"
#include "sim/vector/net.h"

namespace weft::sim::vector {

/// Before any cycle of a run, and far enough from the end of 32 bits to be subtracted from.
inline constexpr std::int32_t kNever = std::numeric_limits<std::int32_t>::min() / 2;

// The trains of a tree, worked out at once. Every point v (a core that issues, forwards or
// consumes; a router that copies) holds words back until h_v: the start of its operation, or the
// end of the train before it less the places on the way (h_v of a router: that train's own end).
// From leave_v(w) = max(leave_v(w-1) + 1, leave_parent(w) + latency, leave_child(w - places)) of
// docs/timing_model.md, at a word a cycle and places >= latency:
//
//   first_v = max(h_v, first_parent + latency_v)
//   last_v  = max(first_v, last_parent + latency_v, max over late j below v: h_j - places(v..j))
//
// last_v being the cycle of the last word less words - 1, places(v..j) the places from v to j, and
// j late when h_j > first_parent + places_j: only then do words pile up behind it, and only when
// places(v..j) < words do they reach v.

/// A strided view of one node's tiles in a plane, for the instances of a block.
struct View {
  std::int32_t* at = nullptr;
  std::ptrdiff_t stride = 0;

  void read(std::int32_t* to, std::int32_t count, std::int32_t shift) const {
    if (stride == 1) {
      for (std::int32_t k = 0; k < count; ++k) {
        to[k] = at[k] + shift;
      }
      return;
    }
    for (std::int32_t k = 0; k < count; ++k) {
      to[k] = at[k * stride] + shift;
    }
  }
  void write(const std::int32_t* from, std::int32_t count, std::int32_t shift) const {
    if (stride == 1) {
      for (std::int32_t k = 0; k < count; ++k) {
        at[k] = from[k] + shift;
      }
      return;
    }
    for (std::int32_t k = 0; k < count; ++k) {
      at[k * stride] = from[k] + shift;
    }
  }
};

struct Row {
  std::int32_t* hold;
  std::int32_t* first;
  std::int32_t* last;
  std::int32_t* stood_at;  ///< the word before which a train stood still, or one of these
};
inline constexpr std::int32_t kNowhere = -1;
inline constexpr std::int32_t kSeveral = -2;

/// One block of trees of one shape.
class Block {
 public:
  static constexpr std::int32_t kMost = 256;
  static constexpr std::size_t kScratch = std::size_t{1} << 15;

  Block(const TreeSet& set, std::int32_t words) : set_(set), words_(words) {}

  std::int32_t most() const {
    const std::size_t fits = kScratch / std::max<std::size_t>(1, set_.nodes.size());
    return static_cast<std::int32_t>(std::clamp<std::size_t>(fits, 1, kMost));
  }

  void resize(std::int32_t count) {
    count_ = count;
    const std::size_t size = set_.nodes.size() * static_cast<std::size_t>(count);
    hold_.resize(std::max(hold_.size(), size));
    first_.resize(hold_.size());
    last_.resize(hold_.size());
    stood_at_.resize(hold_.size());
  }

  Row row(std::size_t node) {
    const std::size_t from = node * static_cast<std::size_t>(count_);
    return {hold_.data() + from, first_.data() + from, last_.data() + from,
            stood_at_.data() + from};
  }

  /// True when some train piles up.
  bool first_words() {
    late_.clear();
    std::copy_n(hold_.data(), count_, first_.data());
    for (std::size_t v = 1; v < set_.nodes.size(); ++v) {
      const NetNode& node = set_.nodes[v];
      const Row here = row(v);
      const std::int32_t* above = row(static_cast<std::size_t>(node.parent)).first;
      const std::int32_t slack =
          kernels().first(here.hold, above, node.latency, here.first, count_);
      if (slack > node.places && words_ > node.places) {
        late_.push_back(v);
      }
    }
    return !late_.empty();
  }

  void last_words() {
    const std::size_t size = set_.nodes.size() * static_cast<std::size_t>(count_);
    std::copy_n(first_.data(), size, last_.data());
    stood_at_.assign(std::max(stood_at_.size(), size), kNowhere);
    for (const std::size_t j : late_) {
      std::int64_t places = 0;
      for (std::size_t v = j; set_.nodes[v].parent >= 0;) {
        places += set_.nodes[v].places;
        v = static_cast<std::size_t>(set_.nodes[v].parent);
        if (places >= words_) {
          break;
        }
        const Row here = row(v);
        const std::int32_t* hold = row(j).hold;
        const auto word = static_cast<std::int32_t>(places);
        for (std::int32_t k = 0; k < count_; ++k) {
          stand(here, k, word, hold[k] - word);
        }
      }
    }
    for (std::size_t v = 1; v < set_.nodes.size(); ++v) {
      const NetNode& node = set_.nodes[v];
      const Row above = row(static_cast<std::size_t>(node.parent));
      const Row here = row(v);
      for (std::int32_t k = 0; k < count_; ++k) {
        stand(here, k, above.stood_at[k], above.last[k] + node.latency);
      }
    }
  }

  /// A forward whose words were held up from both sides: its bins depend on the order.
  bool unclear_forward(std::size_t v) {
    const NetNode& node = set_.nodes[v];
    const std::int32_t* above = row(static_cast<std::size_t>(node.parent)).last;
    const Row here = row(v);
    for (std::int32_t k = 0; k < count_; ++k) {
      if (here.last[k] > here.first[k] && above[k] + node.latency > here.first[k]) {
        return true;
      }
    }
    return false;
  }

 private:
  // From `word` on, words are as late as if the first had moved in cycle `until`. The words between
  // two stops that do not hide each other are late by less than the last.
  static void stand(const Row& here, std::int32_t k, std::int32_t word, std::int32_t until) {
    std::int32_t& last = here.last[k];
    std::int32_t& stood_at = here.stood_at[k];
    if (until <= here.first[k]) {
      return;
    }
    const bool hides = until >= last && word >= 0 && word <= stood_at;
    const bool hidden = until <= last && stood_at >= 0 && stood_at <= word;
    if (stood_at == kNowhere || hides) {
      stood_at = word;
    } else if (!hidden) {
      stood_at = kSeveral;
    }
    last = std::max(last, until);
  }

  const TreeSet& set_;
  const std::int32_t words_;
  std::int32_t count_ = 0;
  std::vector<std::int32_t> hold_, first_, last_, stood_at_;
  std::vector<std::size_t> late_;
};

}  // namespace weft::sim::vector
