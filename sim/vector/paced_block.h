// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/vector/block.h"
#include "sim/vector/pace.h"

namespace weft::sim::vector {

/// One block of trees of one shape on links with a pace. Where nobody is held up by formula; else
/// word by word for all trees at once: the recursion of docs/timing_model.md as it stands there, a
/// row of trees at a time. A word at a point needs the same word above and earlier words below, so
/// words ascend and parents come first. One object takes block after block, so that its memory is
/// used again.
class PacedBlock {
 public:
  /// `issues`, by node: cores that send or forward. `set` must outlive its blocks.
  void begin(const TreeSet& set, std::vector<bool> issues, std::int32_t words, const Pace& pace);

  std::int32_t most() const;
  void resize(std::int32_t count);

  /// To be filled before `run`: when a point can let its first word go.
  std::int32_t* hold(std::size_t v) { return row(hold_, v); }
  /// … for cores that issue the cycle (and the num-th part of it) that the pace since the train
  /// before allows,
  std::int32_t* due(std::size_t v) {
    held_up_ = true;
    return row(due_, v);
  }
  std::int32_t* due_phase(std::size_t v) { return row(due_phase_, v); }
  /// and when words of the train before left v, the last `places` of them, a row each; places of
  /// it that are free from the start need none.
  std::vector<std::int32_t>& before(std::size_t v);

  /// False when it would have to go word by word and that takes too much memory.
  [[nodiscard]] bool run();

  const std::int32_t* first(std::size_t v) const { return on_time_ ? row(first_, v) : word(v, 0); }
  const std::int32_t* last(std::size_t v) const {
    return on_time_ ? row(last_, v) : word(v, words_ - 1);
  }
  /// Packed; of cores.
  const std::int32_t* shape(std::size_t v) const { return row(shape_, v); }
  /// Cycles between its words that a core that issues waited for words, for places; where its shape
  /// is irregular.
  const std::int32_t* input(std::size_t v) const { return row(input_, v); }
  const std::int32_t* output(std::size_t v) const { return row(output_, v); }
  const std::int32_t* phase(std::size_t v) const { return row(phase_, v); }
  /// Did words pass v at the pace, without a stop? On every tree.
  bool steady(std::size_t v) const;

 private:
  std::int32_t* row(std::vector<std::int32_t>& rows, std::size_t v) const {
    return rows.data() + v * static_cast<std::size_t>(count_);
  }
  const std::int32_t* row(const std::vector<std::int32_t>& rows, std::size_t v) const {
    return rows.data() + v * static_cast<std::size_t>(count_);
  }
  const std::int32_t* word(std::size_t v, std::int32_t w) const {
    return words_at_.data() +
           (static_cast<std::ptrdiff_t>(v) * words_ + static_cast<std::ptrdiff_t>(w)) * count_;
  }
  std::int32_t* word(std::size_t v, std::int32_t w) {
    return words_at_.data() +
           (static_cast<std::ptrdiff_t>(v) * words_ + static_cast<std::ptrdiff_t>(w)) * count_;
  }
  bool run_on_time();
  void last_on_time(std::size_t v);
  const std::int32_t* room_for(std::size_t v, std::int32_t w);
  void first_word(std::size_t v);
  void shape_of_receive(std::size_t v);

  const TreeSet* set_ = nullptr;
  std::vector<bool> issues_;
  std::int32_t words_ = 0;
  Pace pace_;
  std::int32_t count_ = 0;
  bool held_up_ = false;  ///< by the train before
  bool on_time_ = false;
  std::vector<std::int32_t> child_, sibling_;      ///< first below a node, next beside it; 0: none
  std::vector<std::vector<std::int32_t>> before_;  ///< by node, empty: all places are free
  std::vector<std::int32_t> hold_, due_, due_phase_, first_, last_, words_at_;
  std::vector<std::int32_t> phase_, input_, output_, shape_;
  std::vector<std::int32_t> never_, room_;
};

}  // namespace weft::sim::vector
