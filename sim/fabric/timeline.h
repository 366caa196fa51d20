// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cassert>
#include <cstdint>
#include <limits>
#include <vector>

namespace weft::sim {

/// When each word of one color passed one point: word number -> cycle, strictly increasing, kept as
/// runs of consecutive cycles. Words are counted across the trains of the color. Grows at the end;
/// the front is dropped once nobody can ask for it.
class Timeline {
 public:
  struct Run {
    std::int64_t word = 0;
    std::int64_t cycle = 0;
  };
  /// A run seen from one word: its cycle and how many words, this one included, follow in step.
  struct Window {
    std::int64_t cycle = 0;
    std::int64_t length = 0;
  };

  /// Words [0, known()) have their cycles.
  std::int64_t known() const { return known_; }
  std::int64_t last_cycle() const { return runs_.back().cycle + (known_ - 1 - runs_.back().word); }

  /// Words known() … known()+count-1 pass in cycles cycle, cycle+1, …
  void append(std::int64_t cycle, std::int64_t count) {
    assert(known_ == 0 || runs_.empty() || cycle > last_cycle());
    if (runs_.empty() || runs_.back().cycle + (known_ - runs_.back().word) != cycle) {
      runs_.push_back({known_, cycle});
    }
    known_ += count;
  }

  /// `word` < known() and not dropped.
  Window window(std::int64_t word) const {
    std::size_t low = head_;
    std::size_t high = runs_.size();
    while (high - low > 1) {
      const std::size_t middle = low + (high - low) / 2;
      (runs_[middle].word <= word ? low : high) = middle;
    }
    const Run& run = runs_[low];
    assert(run.word <= word && word < known_);
    const std::int64_t end = low + 1 < runs_.size() ? runs_[low + 1].word : known_;
    return {run.cycle + (word - run.word), end - word};
  }

  /// Nobody asks for words below `word` any more.
  void drop_below(std::int64_t word) {
    while (head_ + 1 < runs_.size() && runs_[head_ + 1].word <= word) {
      ++head_;
    }
    if (head_ > 32 && head_ * 2 > runs_.size()) {
      runs_.erase(runs_.begin(), runs_.begin() + static_cast<std::ptrdiff_t>(head_));
      head_ = 0;
    }
  }

 private:
  std::vector<Run> runs_;
  std::size_t head_ = 0;
  std::int64_t known_ = 0;
};

}  // namespace weft::sim
