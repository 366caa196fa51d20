// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "sim/core/datapath.h"
#include "sim/dataflow/engine.h"

namespace weft::sim::dataflow {

// The values of an operation's words follow the words the wire already carries; a fault flips bits
// of one of them here, where it leaves its core.
void Engine::put_on_wire(const Operation& operation, std::span<std::uint32_t> words) {
  const Node& node = nodes_[static_cast<std::size_t>(operation.out_node)];
  Wire& wire = wires_[static_cast<std::size_t>(node.tree)];
  const WordFault& flip = options_.fault;
  if (flip.color == wire.color && flip.tile == operation.tile) {
    const std::int64_t at = flip.word - operation.out_first;
    if (at >= 0 && at < static_cast<std::int64_t>(words.size())) {
      words[static_cast<std::size_t>(at)] ^= flip.mask;
    }
  }
  if (!wire.sinks.empty()) {
    wire.words.insert(wire.words.end(), words.begin(), words.end());
  }
}

void Engine::send_words(const Operation& operation) {
  thread_local std::vector<std::uint32_t> words;
  words.resize(static_cast<std::size_t>(operation.words));
  pack_words(operation.tensor, sram_.of(static_cast<std::size_t>(operation.tile)), words);
  put_on_wire(operation, words);
}

void Engine::forward_words(Operation& operation) {
  thread_local std::vector<std::uint32_t> words;
  const auto train = take_words(operation.in_node, operation.in_first, operation.words);
  words.assign(train.begin(), train.end());
  combine_words(operation.opcode, operation.tensor,
                sram_.of(static_cast<std::size_t>(operation.tile)), words);
  put_on_wire(operation, words);
  operation.forwarded = true;
}

void Engine::receive_words(const Operation& operation) {
  const auto train = take_words(operation.in_node, operation.in_first, operation.words);
  unpack_words(operation.opcode, train, operation.tensor,
               sram_.of(static_cast<std::size_t>(operation.tile)));
}

// The words stay valid until the next call. A train shorter than its receive (which the verifier
// refuses) reads as zeros.
std::span<const std::uint32_t> Engine::take_words(std::int32_t sink, std::int64_t first,
                                                  std::int64_t count) {
  thread_local std::vector<std::uint32_t> taken;
  Node& node = nodes_[static_cast<std::size_t>(sink)];
  Wire& wire = wires_[static_cast<std::size_t>(node.tree)];
  taken.assign(static_cast<std::size_t>(count), 0);
  const std::int64_t available =
      std::min(count, wire.first + static_cast<std::int64_t>(wire.words.size()) - first);
  if (available > 0) {
    std::copy_n(wire.words.begin() + (first - wire.first), available, taken.begin());
  }
  node.read = first + count;
  // Asking every sink of a multicast at every receive would be quadratic.
  constexpr std::size_t kFewSinks = 4;
  if (wire.sinks.size() > kFewSinks && wire.words.size() < wire.next_scan) {
    return taken;
  }
  std::int64_t done = node.read;
  for (const std::int32_t other : wire.sinks) {
    done = std::min(done, nodes_[static_cast<std::size_t>(other)].read);
  }
  const std::int64_t drop =
      std::min(done - wire.first, static_cast<std::int64_t>(wire.words.size()));
  if (drop > 1024 || drop == static_cast<std::int64_t>(wire.words.size())) {
    wire.words.erase(wire.words.begin(), wire.words.begin() + drop);
    wire.first += drop;
  }
  wire.next_scan = std::max<std::size_t>(1024, 2 * wire.words.size());
  return taken;
}

}  // namespace weft::sim::dataflow
