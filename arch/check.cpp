// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

#include "arch/machine.h"
#include "base/schema.h"
#include "base/text.h"

namespace weft::arch {
namespace {

constexpr std::int64_t slowest = 1024;  ///< a rate below 1/1024 is a typing error

/// Collects every broken rule, so that all are told at once.
class Rules {
 public:
  explicit Rules(const Machine& machine) : machine_(machine) {}

  void require(bool holds, const std::string& message) {
    if (!holds) {
      faults_.push_back(fmt::format("machine '{}': {}", machine_.name(), message));
    }
  }

  void require_ratio(const Ratio& ratio, const std::string& path, std::int64_t most) {
    const std::int64_t num = ratio.num();
    const std::int64_t den = ratio.den();
    require(num > 0 && den > 0 && num <= most * den && num * slowest >= den,
            fmt::format("{} is {}, must be between 1/{} and {}", path, ratio_text(ratio), slowest,
                        most));
  }

  Status status() const {
    return faults_.empty() ? Status()
                           : Status(input_error(fmt::format("{}", fmt::join(faults_, "\n"))));
  }

 private:
  const Machine& machine_;
  std::vector<std::string> faults_;
};

void check_fabric(const Fabric& fabric, Rules& rules) {
  rules.require(Fabric::Kind_IsValid(fabric.kind()), "fabric.kind is none this program knows");
  rules.require(fabric.hop_latency() >= 1, "fabric.hop_latency must be at least 1 cycle");
  // A color's registers along a hop: with fewer places than cycles a word a cycle cannot flow.
  rules.require(fabric.places_per_hop() >= fabric.hop_latency(),
                fmt::format("fabric.places_per_hop is {}, must be at least fabric.hop_latency ({})",
                            fabric.places_per_hop(), fabric.hop_latency()));
  // A link moves at most one word a cycle: the words of a train leave in different cycles.
  rules.require_ratio(fabric.words_per_cycle(), "fabric.words_per_cycle", 1);
  rules.require(fabric.ramp_latency() >= 0 && fabric.turn_latency() >= 0,
                "fabric latencies must not be negative");
}

void check_tile(const Tile& tile, Rules& rules) {
  rules.require_ratio(tile.special_rate(), "tile.special_rate", slowest);
  rules.require(tile.input_queue_words() >= 1, "tile.input_queue_words must be at least 1");
  rules.require(tile.queue_engines() >= 1, "tile.queue_engines must be at least 1");
  rules.require(tile.instruction_bytes() < tile.sram(),
                "tile.instruction_bytes leaves no room in tile.sram");
}

void check_edge(const Edge& edge, Rules& rules) {
  rules.require(Edge::Side_IsValid(edge.side()), "edge.side is none this program knows");
  rules.require(edge.channels() >= 1,
                "edge.channels must be at least 1; without channels, no edge");
  rules.require(edge.memory() >= 1, "edge.memory must be at least 1 byte");
  rules.require_ratio(edge.bytes_per_cycle(), "edge.bytes_per_cycle", slowest * slowest);
  if (edge.has_shared_bytes_per_cycle()) {
    rules.require_ratio(edge.shared_bytes_per_cycle(), "edge.shared_bytes_per_cycle",
                        slowest * slowest);
  }
  rules.require(edge.latency() >= 0, "edge.latency must not be negative");
}

void check_source_paths(const Machine& machine, Rules& rules) {
  std::vector<std::string> paths;
  for (const SchemaLeaf& leaf : schema_leaves(machine)) {
    paths.push_back(leaf.path);
  }
  std::set<std::string> written;  // sorted, unlike the map
  for (const auto& [path, source] : machine.sources()) {
    written.insert(path);
  }
  for (const std::string& path : written) {
    rules.require(std::find(paths.begin(), paths.end(), path) != paths.end(),
                  fmt::format("sources names no field '{}'{}", path, did_you_mean(path, paths)));
  }
}

}  // namespace

Status check_machine(const Machine& machine) {
  Rules rules(machine);
  rules.require(!machine.name().empty(), "name is empty; give it one");
  rules.require(machine.frequency() > 0, "frequency must be above 0 Hz");
  rules.require(machine.grid().width() >= 1 && machine.grid().height() >= 1,
                "grid must have at least one tile");
  check_tile(machine.tile(), rules);
  check_fabric(machine.fabric(), rules);
  if (machine.has_edge()) {
    check_edge(machine.edge(), rules);
  }
  check_source_paths(machine, rules);
  return rules.status();
}

}  // namespace weft::arch
