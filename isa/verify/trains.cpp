// SPDX-License-Identifier: Apache-2.0
#include "isa/verify/trains.h"

#include <algorithm>

namespace weft::isa {

std::int32_t TrainPairs::add_tree() {
  Tree tree;
  tree.first_sink = static_cast<std::int32_t>(sinks_.size());
  trees_.push_back(std::move(tree));
  return static_cast<std::int32_t>(trees_.size() - 1);
}

std::int32_t TrainPairs::add_sink(std::int32_t tree) {
  Sink sink;
  sink.tree = tree;
  sinks_.push_back(std::move(sink));
  ++trees_[static_cast<std::size_t>(tree)].sinks;
  return static_cast<std::int32_t>(sinks_.size() - 1);
}

void TrainPairs::compare(std::int32_t sink, std::int64_t train, Train sent, Train received) {
  Sink& at = sinks_[static_cast<std::size_t>(sink)];
  const bool words = sent.words != received.words;
  const bool types = !words && sent.dtype != received.dtype;
  if ((words && !at.words_differ) || (types && !at.types_differ)) {
    at.words_differ |= words;
    at.types_differ |= types;
    unequal_words_ |= words;
    mismatches_.push_back({sink, train, sent, received});
  }
}

void TrainPairs::send(std::int32_t tree, Train train) {
  constexpr std::size_t kKept = 256;
  Tree& at = trees_[static_cast<std::size_t>(tree)];
  const std::int64_t index = at.total();
  if (at.sent.size() >= kKept) {
    drop_paired(at);
  }
  at.sent.push_back(train);
  for (std::int32_t s = at.first_sink; s < at.first_sink + at.sinks; ++s) {
    Sink& sink = sinks_[static_cast<std::size_t>(s)];
    if (!sink.ahead.empty()) {
      compare(s, index, train, sink.ahead.front());
      sink.ahead.erase(sink.ahead.begin());
    }
  }
}

void TrainPairs::receive(std::int32_t sink, Train train) {
  Sink& at = sinks_[static_cast<std::size_t>(sink)];
  const Tree& tree = trees_[static_cast<std::size_t>(at.tree)];
  const std::int64_t index = at.received++;
  if (index < tree.total()) {
    compare(sink, index, tree.sent[static_cast<std::size_t>(index - tree.dropped)], train);
  } else {
    at.ahead.push_back(train);
  }
}

void TrainPairs::drop_paired(Tree& tree) {
  std::int64_t paired = tree.total();
  for (std::int32_t s = tree.first_sink; s < tree.first_sink + tree.sinks; ++s) {
    paired = std::min(paired, sinks_[static_cast<std::size_t>(s)].received);
  }
  tree.sent.erase(tree.sent.begin(), tree.sent.begin() + (paired - tree.dropped));
  tree.dropped = paired;
}

std::optional<TrainPairs::Leftover> TrainPairs::leftover(std::int32_t sink) const {
  const Sink& at = sinks_[static_cast<std::size_t>(sink)];
  const Tree& tree = trees_[static_cast<std::size_t>(at.tree)];
  if (!at.ahead.empty()) {
    return Leftover{tree.total(), at.ahead.front(), true};
  }
  if (at.received < tree.total()) {
    return Leftover{at.received, tree.sent[static_cast<std::size_t>(at.received - tree.dropped)],
                    false};
  }
  return std::nullopt;
}

}  // namespace weft::isa
