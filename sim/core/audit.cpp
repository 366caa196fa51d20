// SPDX-License-Identifier: Apache-2.0
#include "sim/core/audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <tuple>

namespace weft::sim {

void collect_ops(const OpEnds& ends, RunResult& result) {
  for (std::size_t op = 0; op < ends.size(); ++op) {
    for (std::size_t outer = 0; outer < ends[op].size(); ++outer) {
      for (std::size_t inner = 0; inner < ends[op][outer].size(); ++inner) {
        const std::int64_t end = ends[op][outer][inner];
        if (end > 0) {
          result.ops.push_back(
              {static_cast<int>(op), static_cast<int>(outer), static_cast<int>(inner), Cycle(end)});
        }
      }
    }
  }
  std::sort(result.ops.begin(), result.ops.end(), [](const OpInstance& a, const OpInstance& b) {
    return std::tuple(a.end, a.outer, a.inner, a.graph_op) <
           std::tuple(b.end, b.outer, b.inner, b.graph_op);
  });
}

void say_exactness(std::int64_t meetings, bool shared_links, RunResult& result) {
  result.exact = meetings == 0;
  if (meetings > 0) {
    result.exactness = fmt::format(
        "trains of different colors met on a link {} times; their bandwidth sharing is not "
        "modelled",
        meetings);
  } else {
    result.exactness = shared_links ? "colors share links, never at the same time"
                                    : "every link carries one color";
  }
}

// Bins whose cycles by op and by tile are not the same.
static std::size_t bins_astray(const RunResult& result) {
  std::size_t astray = 0;
  for (std::size_t bin = 0; bin < kBins; ++bin) {
    std::int64_t more = 0;
    for (const TileResult& tile : result.tiles) {
      more += tile.bins[bin];
    }
    for (const BinCycles& op : result.op_bins) {
      more -= op[bin];
    }
    astray += more == 0 ? 0 : 1;
  }
  return astray;
}

void audit(const AuditInput& input, RunResult& result) {
  const auto add = [&](std::string name, bool ok, std::string detail) {
    result.audits.push_back({std::move(name), ok, std::move(detail)});
  };
  const std::int64_t cycles = result.cycles.count();
  const auto unbalanced =
      std::count_if(result.tiles.begin(), result.tiles.end(), [&](const TileResult& tile) {
        return std::accumulate(tile.bins.begin(), tile.bins.end(), std::int64_t{0}) != cycles;
      });
  add("bins of every tile sum to the run", unbalanced == 0,
      fmt::format("{} of {} tiles off", unbalanced, result.tiles.size()));
  const std::size_t astray = bins_astray(result);
  add("bins of ops sum to those of tiles", astray == 0,
      fmt::format("{} of {} bins off", astray, kBins));
  add("words sent = words received, all drained", input.undrained == 0,
      fmt::format("{} colors end with words on the way", input.undrained));

  const std::int64_t capacity = input.machine.tile().sram();
  add("SRAM peak <= capacity", result.sram_peak_bytes <= capacity,
      fmt::format("{} of {} bytes", result.sram_peak_bytes, capacity));

  const auto& rates = input.machine.tile().tensor_macs();
  const std::int64_t peak = std::max({rates.f32(), rates.f16(), rates.bf16()});
  const std::int64_t roofline =
      result.macs /
      std::max<std::int64_t>(1, peak * static_cast<std::int64_t>(result.tiles.size()));
  add("no faster than the tensor units", cycles >= roofline,
      fmt::format("{} cycles, roofline {}", cycles, roofline));
  add("no link carries more than a word a cycle", input.busiest_link <= cycles,
      fmt::format("busiest link {} words in {} cycles", input.busiest_link, cycles));
  add("work was done", result.instructions > 0 && cycles > 0,
      fmt::format("{} instructions", result.instructions));
  if (!result.deadlock.empty()) {
    add("the run ended", false, "deadlock");
  }
}

}  // namespace weft::sim
