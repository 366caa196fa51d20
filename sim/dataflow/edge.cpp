// SPDX-License-Identifier: Apache-2.0
#include "arch/edge.h"

#include "sim/core/edge_data.h"
#include "sim/dataflow/engine.h"

namespace weft::sim::dataflow {

void Engine::give_channels() {
  const std::vector<arch::EdgeTile> tiles = arch::edge_tiles(machine_);
  for (const arch::EdgeTile& at : tiles) {
    if (region_.contains(at.x, at.y)) {
      const int tile = (at.y - region_.y) * region_.width + at.x - region_.x;
      tiles_[static_cast<std::size_t>(tile)].channel = arch::edge_channel(tiles, at);
    }
  }
}

// The request is made when the operation starts, and leaves the channel to the next one.
void Engine::ask_edge(std::int32_t id) {
  Operation& operation = operations_[static_cast<std::size_t>(id)];
  EdgeRequest request;
  request.cycle = operation.start;
  request.channel = tiles_[static_cast<std::size_t>(operation.tile)].channel;
  request.operation = id;
  request.writes = operation.opcode == isa::Opcode::edge_write;
  request.address = static_cast<std::uint64_t>(operation.address);
  if (options_.data && request.writes) {
    request.data = to_edge(operation.tensor, sram_.of(static_cast<std::size_t>(operation.tile)));
  } else {
    request.data.resize(static_cast<std::size_t>(edge_bytes(operation.tensor)));
  }
  operation.first = operation.start;
  edge_.ask(std::move(request));
  let_go(id, Unit::edge, operation.start);
}

void Engine::take_answers() {
  while (edge_.has_answer()) {
    const EdgeAnswer answer = edge_.next_answer();
    Operation& operation = operations_[static_cast<std::size_t>(answer.operation)];
    operation.moved = operation.words;
    operation.end = answer.cycle;
    operation.spans.push_back({Bin::memory, operation.end});
    if (options_.data && operation.opcode == isa::Opcode::edge_read) {
      from_edge(answer.data, operation.tensor, sram_.of(static_cast<std::size_t>(operation.tile)));
    }
    complete(answer.operation);
  }
}

}  // namespace weft::sim::dataflow
