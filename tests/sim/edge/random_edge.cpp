// SPDX-License-Identifier: Apache-2.0
#include "edge/random_edge.h"

#include "arch/edge.h"

namespace weft::sim {
namespace {

using isa::Opcode;

constexpr int kOfATile = 1024;  ///< bytes a tile writes in
constexpr int kMost = 150;      ///< words at a time

void draw_edge(Dice& dice, ProgramSpec& spec) {
  auto& grid = *spec.machine.mutable_grid();
  grid.set_width(spec.x + spec.width);
  grid.set_height(spec.y + spec.height);
  arch::Edge& edge = *spec.machine.mutable_edge();
  const bool both = grid.width() > 1 && dice.chance(70);
  edge.set_side(both ? arch::Edge::BOTH : dice.chance(50) ? arch::Edge::WEST : arch::Edge::EAST);
  edge.set_channels(dice.roll(1, (both ? 2 : 1) * grid.height()));
  edge.set_memory(1 << 16);
  edge.set_latency(dice.chance(20) ? 0 : dice.roll(0, 60));
  edge.mutable_bytes_per_cycle()->set_num(dice.roll(1, 32));
  edge.mutable_bytes_per_cycle()->set_den(dice.roll(1, 5));
  if (dice.chance(40)) {
    edge.mutable_shared_bytes_per_cycle()->set_num(dice.roll(1, 32));
    edge.mutable_shared_bytes_per_cycle()->set_den(dice.roll(1, 5));
  }
}

// Somewhere in the program; where asynchronous, its wait somewhere behind it.
void add_access(Dice& dice, ProgramSpec& spec, int tile, int event) {
  auto& program = spec.programs[static_cast<std::size_t>(tile)];
  // Sizes no train has, so that buffers are shared among accesses, and sometimes with nobody.
  const int words = dice.chance(80) ? kMost - dice.roll(0, 2) : dice.roll(1, kMost);
  StepSpec step{dice.chance(50) ? Opcode::edge_read : Opcode::edge_write, words};
  step.address = kOfATile * tile + 4 * dice.roll(0, kOfATile / 4 - kMost);
  if (step.opcode == Opcode::edge_read && dice.chance(30)) {
    step.address = kOfATile * 16 + dice.roll(0, kOfATile);  // where nobody writes
  }
  auto at = dice.roll(0, static_cast<int>(program.size()));
  while (at > 0 && program[static_cast<std::size_t>(at - 1)].opcode == Opcode::br_lt) {
    --at;
  }
  const bool asynchronous = dice.chance(50);
  if (asynchronous) {
    step.engine = dice.roll(0, spec.machine.tile().queue_engines() - 1);
    step.event = event;
  }
  program.insert(program.begin() + at, step);
  if (asynchronous && dice.chance(90)) {
    const int most = std::min(static_cast<int>(program.size()), at + 3);
    program.insert(program.begin() + dice.roll(at + 1, most),
                   StepSpec{Opcode::wait, 0, -1, -1, -1, event});
  }
}

}  // namespace

void add_edge(Dice& dice, ProgramSpec& spec) {
  draw_edge(dice, spec);
  for (const arch::EdgeTile& at : arch::edge_tiles(spec.machine)) {
    if (at.x < spec.x || at.y < spec.y) {
      continue;
    }
    const int tile = (at.y - spec.y) * spec.width + at.x - spec.x;
    for (int count = dice.roll(0, 4), event = 8; count > 0; --count, ++event) {
      add_access(dice, spec, tile, event);
    }
  }
}

TensorSource fill_edge(isa::Bundle& bundle) {
  isa::EdgeTensor all;
  all.set_tensor("host.edge");
  all.set_dtype(static_cast<int>(DType::f32));
  all.set_rows(16);
  all.set_columns(kOfATile / 4);
  *bundle.add_edge_loads() = all;
  all.set_tensor("edge");
  *bundle.add_edge_shows() = all;
  TensorSource tensors;
  DenseTensor& numbers = tensors.host["host.edge"];
  numbers.shape = {all.rows(), all.columns()};
  for (int i = 0; i < all.rows() * all.columns(); ++i) {
    numbers.values.push_back(static_cast<float>(i));
  }
  return tensors;
}

}  // namespace weft::sim
