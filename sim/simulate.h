// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "arch/arch.pb.h"
#include "base/result.h"
#include "base/tensor_file.h"
#include "isa/bundle.pb.h"
#include "sim/result.h"
#include "sim/window.h"

namespace weft::sim {

/// What a run may read: weights by name and tensors made by the host (host.*).
struct TensorSource {
  const TensorFile* weights = nullptr;
  std::map<std::string, DenseTensor> host;
};

/// Flips the bits `mask` of one wire word of a color as it is issued; tests use it to prove that
/// values move through trains only.
struct WordFault {
  int color = -1;
  int tile = -1;
  std::int64_t word = -1;
  std::uint32_t mask = 0;
};

enum class EngineKind : std::uint8_t { automatic, word, dataflow };

/// How the word engine moves words of large colors: all at once while many are under way, or
/// always, or never. The same cycles; for tests and benchmarks.
enum class DenseMoves : std::uint8_t { automatic, never, always };

struct Options {
  EngineKind engine =
      EngineKind::automatic;  ///< automatic: dataflow; where trains meet, word if short enough
  DenseMoves dense = DenseMoves::automatic;
  bool data = true;             ///< off: the same cycles, no values
  int threads = 0;              ///< at most; 0: as many as the host has
  std::int64_t quantum = 4096;  ///< cycles the engine may run ahead between two host wake-ups
  WordFault fault;
  /// Timing-only runs go over vectors of tiles where that is exact; true: tile by tile always.
  bool scalar = false;
  /// Timing-only runs tile by tile take trains as a whole (sim/scalar) where that is exact; false:
  /// stretch by stretch always (sim/dataflow), as runs with values do. For tests.
  bool lean = true;
  bool repeat = true;  ///< iterations that recur are added, not run, where tiles move as vectors
  /// Word-hops the word engine may spend to measure how far off cycles are that are not exact; 0:
  /// they are not measured.
  std::int64_t sample_hops = 20'000'000;
  /// false: edge channels go to Weft's own memory, whatever is bound to their sockets
  /// (sim/edge_sockets.h).
  bool own_edge_memory = true;
  /// Memory this process may take; nothing: not known. A timing-only run of many tiles that would
  /// take more is refused, where that can be told before.
  std::optional<std::int64_t> host_bytes;
  std::optional<TimelineLimits> timeline;  ///< recorded over time: RunResult::timeline
  std::optional<Window> window;            ///< recorded event by event: RunResult::window
  /// The critical path: RunResult::path. Timing only.
  bool critical_path = false;
  std::int64_t most_dependency_bytes = std::int64_t{4} << 30;
  /// What every byte of SRAM holds before the loads; tests show that no value depends on it.
  std::uint8_t sram_fill = 0;
  /// Called between quanta with the cycle every tile has reached and the share of the outermost
  /// loop that is done; false stops the run.
  std::function<bool(std::int64_t cycle, double fraction)> progress;
};

/// Runs a bundle on a machine under the SystemC host. A deadlock is a Result with `deadlock`
/// filled, not an Error. Errors: input (bundle made for another machine, weights missing), failed
/// (stopped). One call at a time in a process: SystemC has one simulation context.
Result<RunResult> simulate(const isa::Bundle& bundle, const arch::Machine& machine,
                           const TensorSource& tensors, const Options& options = {});

}  // namespace weft::sim
