// SPDX-License-Identifier: Apache-2.0
#include "arch/edge.h"

#include <algorithm>

#include "sim/core/edge_data.h"
#include "sim/word/engine.h"

namespace weft::sim::word {

void Engine::give_channels() {
  const std::vector<arch::EdgeTile> tiles = arch::edge_tiles(machine_);
  for (const arch::EdgeTile& at : tiles) {
    if (region_.contains(at.x, at.y)) {
      core((at.y - region_.y) * region_.width + at.x - region_.x).channel =
          arch::edge_channel(tiles, at);
    }
  }
}

// In the cycle the request is made the channel goes to whoever claimed it next.
void Engine::ask_edge(std::int32_t id) {
  const Operation& asking = operation(id);
  EdgeRequest request;
  request.cycle = now_;
  request.channel = core(asking.core).channel;
  request.operation = id;
  request.writes = asking.opcode == isa::Opcode::edge_write;
  request.address = static_cast<std::uint64_t>(asking.address);
  if (options_.data && request.writes) {
    request.data = to_edge(asking.tensor, memory(asking.core));
  } else {
    request.data.resize(static_cast<std::size_t>(edge_bytes(asking.tensor)));
  }
  edge_.ask(std::move(request));
  const auto at = std::find(asking.units.begin(), asking.units.end(), unit::edge);
  pass_on(id, static_cast<std::size_t>(at - asking.units.begin()));
}

// What is done becomes due in its cycle; nobody looks at the values before.
void Engine::take_answers() {
  while (edge_.has_answer()) {
    const EdgeAnswer answer = edge_.next_answer();
    const Operation& answered = operation(answer.operation);
    if (options_.data && answered.opcode == isa::Opcode::edge_read) {
      from_edge(answer.data, answered.tensor, memory(answered.core));
    }
    agenda_.add(answer.cycle, ~answer.operation);
  }
}

}  // namespace weft::sim::word
