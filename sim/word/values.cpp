// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "sim/core/datapath.h"
#include "sim/word/engine.h"

namespace weft::sim::word {

// The values of a train follow those the tree already carries; a fault flips bits of one of them
// here, where it leaves its core.
void Engine::put_on_wire(const Operation& from, std::span<std::uint32_t> words) {
  const auto tree = static_cast<std::size_t>(from.tree);
  const WordFault& flip = options_.fault;
  if (flip.color == fabric_.trees()[tree].color && flip.tile == from.core) {
    const std::int64_t at = flip.word - from.out_first;
    if (at >= 0 && at < static_cast<std::int64_t>(words.size())) {
      words[static_cast<std::size_t>(at)] ^= flip.mask;
    }
  }
  if (!wires_[tree].taken.empty()) {
    wires_[tree].words.insert(wires_[tree].words.end(), words.begin(), words.end());
  }
}

void Engine::send_values(const Operation& send) {
  thread_local std::vector<std::uint32_t> words;
  words.resize(static_cast<std::size_t>(send.words));
  pack_words(send.tensor, memory(send.core), words);
  put_on_wire(send, words);
}

// In the cycle of its last word all words of a receive or forward have left the core before it, so
// that their values are on the wire.
void Engine::finish_values(const Operation& ended) {
  const auto train = take_words(ended);
  if (ended.tree == kNone) {
    unpack_words(ended.opcode, train, ended.tensor, memory(ended.core));
    return;
  }
  thread_local std::vector<std::uint32_t> words;
  words.assign(train.begin(), train.end());
  combine_words(ended.opcode, ended.tensor, memory(ended.core), words);
  put_on_wire(ended, words);
}

// The words stay valid until the next call. What a forward has not ended with yet reads as zeros:
// only where trains differ in length, which the verifier refuses.
std::span<const std::uint32_t> Engine::take_words(const Operation& taking) {
  thread_local std::vector<std::uint32_t> train;
  const auto tree =
      static_cast<std::size_t>(fabric_.sinks()[static_cast<std::size_t>(taking.sink)].tree);
  Wire& wire = wires_[tree];
  train.assign(static_cast<std::size_t>(taking.words), 0);
  const std::int64_t available = std::min(
      taking.words, wire.first + static_cast<std::int64_t>(wire.words.size()) - taking.in_first);
  if (available > 0) {
    std::copy_n(wire.words.begin() + (taking.in_first - wire.first), available, train.begin());
  }
  wire.taken[static_cast<std::size_t>(taking.sink - fabric_.trees()[tree].sinks.front())] =
      taking.in_first + taking.words;
  const std::int64_t all = *std::min_element(wire.taken.begin(), wire.taken.end());
  const auto drop = std::min(all - wire.first, static_cast<std::int64_t>(wire.words.size()));
  if (drop > 1024 || drop == static_cast<std::int64_t>(wire.words.size())) {
    wire.words.erase(wire.words.begin(), wire.words.begin() + drop);
    wire.first += drop;
  }
  return train;
}

}  // namespace weft::sim::word
