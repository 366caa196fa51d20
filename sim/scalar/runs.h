// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace weft::sim::scalar {

using Time = std::int32_t;  ///< cycles since the engine's epoch
using Word = std::int32_t;  ///< number of a word of a tree, since the engine's epoch

/// Before everything that can still matter, and far enough from the ends of 32 bits to be added to.
inline constexpr std::int32_t kLongAgo = -(1 << 30);

/// Words from `word` on pass in the cycles word + offset, word + 1 + offset, …
struct Run {
  Word word = kLongAgo;
  Time offset = kLongAgo;
};

/// When each word of a tree passes one point: runs of ascending offsets. The last two stand here;
/// earlier ones, which short trains alone need, in a list of the pool.
struct Runs {
  Word known = 0;  ///< words before it have their cycles
  Run last, before;
  std::int32_t older = -1;
};

/// Lists of runs of all points, used again and again.
class RunPool {
 public:
  /// Words known … known + count - 1 pass at `offset`, not less than the last. Nobody asks for
  /// words below `keep` any more.
  void append(Runs& runs, Time offset, Word count, Word keep) {
    if (offset != runs.last.offset) {
      if (keep < runs.last.word) {
        keep_older(runs, keep);
      } else if (runs.older >= 0) {
        forget_older(runs);
      }
      runs.before = runs.last;
      runs.last = {runs.known, offset};
    }
    runs.known += count;
  }

  /// The run of a word and the first word past it.
  struct Found {
    Time offset = 0;
    Word past = 0;
  };
  Found find(const Runs& runs, Word word) const {
    if (word >= runs.last.word) {
      return {runs.last.offset, runs.known};
    }
    if (word >= runs.before.word || runs.older < 0) {
      return {runs.before.offset, runs.last.word};
    }
    return find_older(runs, word);
  }

  /// Moves all words and cycles of a point.
  void shift(Runs& runs, Word words, Time cycles);

 private:
  void keep_older(Runs& runs, Word keep);
  void forget_older(Runs& runs);
  Found find_older(const Runs& runs, Word word) const;

  std::vector<std::vector<Run>> lists_;
  std::vector<std::int32_t> free_;
};

}  // namespace weft::sim::scalar
