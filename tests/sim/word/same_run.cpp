// SPDX-License-Identifier: Apache-2.0
#include "word/same_run.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstring>
#include <set>

namespace weft::sim {
namespace {

// "tile (x,y), role …" at the head of a line.
std::string tile_of(const std::string& line) { return line.substr(0, line.find(", instruction")); }

std::set<std::string> tiles_waiting(const RunResult& result) {
  std::set<std::string> tiles;
  for (const std::string& line : result.deadlock) {
    if (line.starts_with("tile")) {
      tiles.insert(tile_of(line));
    }
  }
  return tiles;
}

// Waits followed from one tile are the same. Where every core has ended, engines may begin with any
// transfer that has not.
std::string waits_differ(const RunResult& word, const RunResult& dataflow) {
  const bool one_start = !word.deadlock.empty() &&
                         tile_of(word.deadlock.front()) == tile_of(dataflow.deadlock.front());
  return one_start && tiles_waiting(word) != tiles_waiting(dataflow)
             ? fmt::format("\nwaits: word {}, dataflow {}", word.deadlock, dataflow.deadlock)
             : "";
}

std::string tensors_differ(const RunResult& word, const RunResult& dataflow) {
  if (word.tensors.size() != dataflow.tensors.size()) {
    return "\nother tensors";
  }
  for (const auto& [name, tensor] : word.tensors) {
    const auto other = dataflow.tensors.find(name);
    const bool same = other != dataflow.tensors.end() && other->second.shape == tensor.shape &&
                      std::memcmp(other->second.values.data(), tensor.values.data(),
                                  tensor.values.size() * sizeof(tensor.values[0])) == 0;
    if (!same) {
      return "\ntensor " + name + " has other values";
    }
  }
  return "";
}

std::string ops_differ(const RunResult& word, const RunResult& dataflow) {
  const bool same = std::equal(word.ops.begin(), word.ops.end(), dataflow.ops.begin(),
                               dataflow.ops.end(), [](const OpInstance& a, const OpInstance& b) {
                                 return a.graph_op == b.graph_op && a.outer == b.outer &&
                                        a.inner == b.inner && a.end == b.end;
                               });
  if (word.op_bins != dataflow.op_bins) {
    return fmt::format("\nbins by op: word {}, dataflow {}", word.op_bins, dataflow.op_bins);
  }
  return same ? "" : "\ngraph ops end in other cycles";
}

}  // namespace

std::string difference(const RunResult& word, const RunResult& dataflow) {
  if (word.deadlock.empty() != dataflow.deadlock.empty()) {
    return fmt::format("\ndeadlock: word {}, dataflow {}", word.deadlock, dataflow.deadlock);
  }
  std::string text;
  if (word.cycles != dataflow.cycles) {
    text +=
        fmt::format("\ncycles: word {}, dataflow {}", word.cycles.count(), dataflow.cycles.count());
  }
  for (std::size_t i = 0; i < word.tiles.size(); ++i) {
    const TileResult& a = word.tiles[i];
    const TileResult& b = dataflow.tiles[i];
    if (a.bins != b.bins) {
      text += fmt::format("\ntile {}: bins: word {}, dataflow {}", i, a.bins, b.bins);
    }
    if (a.words_sent != b.words_sent || a.words_received != b.words_received || a.macs != b.macs) {
      text += fmt::format("\ntile {}: other counts of words or products", i);
    }
  }
  if (word.instructions != dataflow.instructions) {
    text += fmt::format("\ninstructions: word {}, dataflow {}", word.instructions,
                        dataflow.instructions);
  }
  return text + waits_differ(word, dataflow) + ops_differ(word, dataflow) +
         tensors_differ(word, dataflow);
}

std::string engines_differ(const isa::Bundle& bundle, const arch::Machine& machine, bool data,
                           std::int64_t word_quantum) {
  Options options;
  options.data = data;
  // Programs here need not be sound: what they compute then hangs on time, which values_test leaves
  // out and the engine that carries values along does not.
  options.scalar = data;
  const auto dataflow = simulate(bundle, machine, {}, options);
  options.engine = EngineKind::word;
  options.quantum = word_quantum;
  const auto word = simulate(bundle, machine, {}, options);
  if (!word.ok() || !dataflow.ok()) {
    return word.ok() == dataflow.ok() ? "" : (word.ok() ? dataflow.error() : word.error()).message;
  }
  return difference(*word, *dataflow);
}

}  // namespace weft::sim
