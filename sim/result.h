// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/quantity.h"
#include "base/tensor_file.h"

namespace weft::sim {

/// Where a core-cycle went; exactly one per cycle of every tile (docs/timing_model.md, "Bins").
enum class Bin : std::uint8_t { compute, setup, moving, input, output, unit, memory, idle, count_ };
inline constexpr std::size_t kBins = static_cast<std::size_t>(Bin::count_);
using BinCycles = std::array<std::int64_t, kBins>;

struct TileResult {
  BinCycles bins{};
  std::int64_t words_sent = 0;
  std::int64_t words_received = 0;
  std::int64_t macs = 0;
};

/// One execution of a graph op: the same op at other loop indices is another instance.
struct OpInstance {
  int graph_op = -1;
  int outer = 0;  ///< index of the outermost loop around it
  int inner = 0;  ///< index of the next loop in
  Cycle end;      ///< last tile done
};

struct Audit {
  std::string name;
  bool ok = false;
  std::string detail;
};

struct RunResult {
  Cycle cycles;
  std::vector<TileResult> tiles;  ///< row-major over the region
  std::vector<OpInstance> ops;    ///< in order of completion
  std::vector<Audit> audits;
  std::int64_t macs = 0;
  std::int64_t words_sent = 0;
  std::int64_t instructions = 0;
  std::int64_t sram_peak_bytes = 0;
  std::string engine;  ///< which one ran: word or dataflow
  bool exact = true;
  std::string exactness;
  /// Logical tensors shown by probes, by full name; rows are tokens.
  std::map<std::string, DenseTensor> tensors;
  /// Empty unless the run ended in a deadlock: who waits for whom, one line per tile.
  std::vector<std::string> deadlock;
};

}  // namespace weft::sim
