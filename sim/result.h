// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/quantity.h"
#include "base/tensor_file.h"
#include "sim/bin.h"
#include "sim/energy/energy.h"
#include "sim/path/critical_path.h"
#include "sim/timeline/run_timeline.h"
#include "sim/window.h"

namespace weft::sim {

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
  /// Cycles of all tiles by graph op, the last outside all: summed, they are the bins of the tiles.
  std::vector<BinCycles> op_bins;
  EnergyAccount energy;
  std::optional<CriticalPath> path;  ///< when Options asked for it
  std::vector<Audit> audits;
  std::int64_t macs = 0;
  std::int64_t words_sent = 0;
  std::int64_t instructions = 0;
  std::int64_t sram_peak_bytes = 0;
  std::string engine;  ///< which one ran: word or dataflow
  int threads = 1;     ///< that worked on it; no other field depends on how many
  bool exact = true;
  std::string exactness;
  /// What the cycles were measured to be off by, where they are not exact (`exactness` says over
  /// what); nothing: not measured.
  std::optional<double> error_percent;
  bool trains = false;          ///< cycles come from the train model (sim/trains)
  bool vectors = false;         ///< tiles moved as vectors (sim/vector); otherwise one by one
  bool lean = false;            ///< tiles moved one by one on little state (sim/scalar)
  std::string scalar_because;   ///< why not as vectors, where that was tried
  std::string general_because;  ///< why not by sim/scalar, where that was tried
  /// Iterations of a loop that were added, not run: all state recurred from cycle `from` on.
  struct Repeat {
    Cycle from;
    std::int64_t iterations = 0;
    std::int64_t period = 0;  ///< cycles of one
  };
  std::vector<Repeat> repeats;
  /// Logical tensors shown by probes, by full name, rows being tokens, and what the bundle shows of
  /// edge memory.
  std::map<std::string, DenseTensor> tensors;
  /// Empty unless the run ended in a deadlock: who waits for whom, one line per tile.
  std::vector<std::string> deadlock;
  std::vector<std::int32_t> deadlock_tiles;  ///< … those tiles, row-major over the region
  std::optional<WindowEvents> window;        ///< when Options asked for one
  std::optional<RunTimeline> timeline;  ///< when Options asked for one and the engine keeps one
  /// Words over each link out of a tile, east, south, west, north, each row-major over the region;
  /// empty where nobody counted.
  std::vector<std::int64_t> link_words;
};

}  // namespace weft::sim
