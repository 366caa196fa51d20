// SPDX-License-Identifier: Apache-2.0
#include "sim/scalar/runs.h"

namespace weft::sim::scalar {

void RunPool::keep_older(Runs& runs, Word keep) {
  if (runs.older < 0) {
    if (free_.empty()) {
      free_.push_back(static_cast<std::int32_t>(lists_.size()));
      lists_.emplace_back();
    }
    runs.older = free_.back();
    free_.pop_back();
  }
  auto& list = lists_[static_cast<std::size_t>(runs.older)];
  list.push_back(runs.before);
  std::size_t gone = 0;
  while (gone + 1 < list.size() && list[gone + 1].word <= keep) {
    ++gone;
  }
  if (gone > 16 || gone * 2 > list.size()) {
    list.erase(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(gone));
  }
}

void RunPool::forget_older(Runs& runs) {
  lists_[static_cast<std::size_t>(runs.older)].clear();
  free_.push_back(runs.older);
  runs.older = -1;
}

RunPool::Found RunPool::find_older(const Runs& runs, Word word) const {
  const auto& list = lists_[static_cast<std::size_t>(runs.older)];
  const auto after = std::upper_bound(list.begin() + 1, list.end(), word,
                                      [](Word w, const Run& run) { return w < run.word; });
  return {(after - 1)->offset, after == list.end() ? runs.before.word : after->word};
}

void RunPool::shift(Runs& runs, Word words, Time cycles) {
  const auto move = [&](Run& run) {
    if (run.word > kLongAgo) {
      run.word = std::max(kLongAgo, run.word + words);
      run.offset = std::max(kLongAgo, run.offset + cycles - words);
    }
  };
  runs.known += words;
  move(runs.last);
  move(runs.before);
  if (runs.older >= 0) {
    for (Run& run : lists_[static_cast<std::size_t>(runs.older)]) {
      move(run);
    }
  }
}

}  // namespace weft::sim::scalar
