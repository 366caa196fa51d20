// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/dtype.h"

namespace weft::isa {

/// Pairs the k-th train sent on a color's tree with the k-th receive of every sink, as they are
/// issued and whichever comes first. Keeps only trains somebody has not paired yet.
class TrainPairs {
 public:
  struct Train {
    std::int64_t words = 0;
    std::int32_t pc = 0;  ///< the instruction that sends or receives it
    DType dtype = DType::f32;
  };
  /// The first train of a sink whose two ends disagree on the words, and on their type.
  struct Mismatch {
    std::int32_t sink = 0;
    std::int64_t train = 0;
    Train sent, received;
  };
  /// What one end issued and the other never did: `received` false means sent for nothing.
  struct Leftover {
    std::int64_t train = 0;
    Train at;
    bool received = false;
  };

  std::int32_t add_tree();
  /// Sinks of a tree are added right after it.
  std::int32_t add_sink(std::int32_t tree);

  void send(std::int32_t tree, Train train);
  void receive(std::int32_t sink, Train train);

  const std::vector<Mismatch>& mismatches() const { return mismatches_; }
  /// Some train has other words at its two ends: what waits then says nothing.
  bool unequal_words() const { return unequal_words_; }
  std::optional<Leftover> leftover(std::int32_t sink) const;

 private:
  struct Tree {
    std::int32_t first_sink = 0;
    std::int32_t sinks = 0;
    std::int64_t dropped = 0;  ///< trains before sent[0]
    std::vector<Train> sent;

    std::int64_t total() const { return dropped + static_cast<std::int64_t>(sent.size()); }
  };
  struct Sink {
    std::int32_t tree = 0;
    bool words_differ = false, types_differ = false;
    std::int64_t received = 0;
    std::vector<Train> ahead;  ///< receives no send has met: the last of `received`
  };
  void compare(std::int32_t sink, std::int64_t train, Train sent, Train received);
  void drop_paired(Tree& tree);

  std::vector<Tree> trees_;
  std::vector<Sink> sinks_;
  std::vector<Mismatch> mismatches_;
  bool unequal_words_ = false;
};

}  // namespace weft::isa
