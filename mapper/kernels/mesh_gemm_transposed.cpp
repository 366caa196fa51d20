// SPDX-License-Identifier: Apache-2.0
#include "mapper/kernels/mesh_gemm_transposed.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "isa/bundle.h"
#include "mapper/kernels/kernel_cost.h"

namespace weft::mapper {
namespace {

using isa::Opcode;
using isa::Value;

constexpr int kA = 0, kB = 1, kTurned = 3, kSum = 5;  // tensors; two of B, as stored and turned
constexpr int kX = 20, kRank = 21, kRoot = 22, kOther = 23;

/// Writes the program of one role.
class Writer {
 public:
  struct Colors {
    int up = -1, from_below = -1;    ///< along x, towards higher columns
    int down = -1, from_above = -1;  ///< towards lower ones
    int out = -1, in = -1;           ///< ring
  };

  Writer(isa::RoleBuilder& role, const GemmSize& block, int side, bool odd_column,
         const Colors& colors)
      : role_(role), block_(block), side_(side), odd_(odd_column), colors_(colors) {}

  void write(bool odd_row) {
    describe();
    if (side_ == 1) {
      role_.emit_numbers(Opcode::mm, {kSum, kA, kTurned}, {1.0F});
      return;
    }
    role_.emit(Opcode::csrr, {kX, 0});
    role_.emit(Opcode::csrr, {kRank, 1});
    if (odd_row) {  // side - (y + 1) / 2
      role_.emit(Opcode::add, {kRank, kRank, 1});
      role_.emit(Opcode::div, {kRank, kRank, 2});
      role_.emit(Opcode::mul, {kRank, kRank, -1});
      role_.emit(Opcode::add, {kRank, kRank, side_});
    } else {
      role_.emit(Opcode::div, {kRank, kRank, 2});
    }
    if (side_ > 2) {
      role_.loop((side_ - 1) / 2);
      step(0, true);
      step(1, true);
      role_.end();
    }
    if (side_ % 2 == 0) {
      step(0, true);
    }
    step((side_ - 1) % 2, false);
  }

 private:
  void describe() {
    const int element = bytes_of(block_.dtype);
    const int pitch = (block_.n * block_.k * element + 3) / 4 * 4;
    const int b = role_.buffer("gemmt.b", 2 * pitch);
    role_.td(kA, role_.buffer("gemmt.a", std::int64_t{1} * block_.m * block_.k * element), 0,
             block_.dtype, {block_.m, block_.k});
    for (int i = 0; i < 2; ++i) {
      role_.td(kB + i, b, i * pitch, block_.dtype, {block_.n, block_.k});
      role_.td(kTurned + i, b, i * pitch, block_.dtype, {block_.k, block_.n}, {1, block_.k});
    }
    describe_sum("gemmt.c");
  }

  void describe_sum(const char* buffer) {
    role_.td(kSum, role_.buffer(buffer, std::int64_t{4} * block_.m * block_.n), 0, DType::f32,
             {block_.m, block_.n});
  }

  void step(int here, bool shifts) {
    if (shifts) {
      role_.send(colors_.out, kB + here, 0, 0);
      role_.receive(Opcode::recv_set, kB + 1 - here, colors_.in, 1, 1);
    }
    role_.emit_numbers(Opcode::mm, {kSum, kA, kTurned + here}, {1.0F});
    // The block of B has the rank of the position it began at, and so of the column of C.
    role_.emit(Opcode::mul, {kRoot, kRank, 2});
    role_.emit(Opcode::mul, {kOther, kRoot, -1});
    role_.emit(Opcode::add, {kOther, kOther, 2 * side_ - 1});
    role_.emit(Opcode::min, {kRoot, kRoot, Value::reg(kOther)});
    add_up();
    if (shifts) {
      role_.emit(Opcode::add, {kRank, kRank, side_ - 1});
      role_.emit(Opcode::mod, {kRank, kRank, side_});
      role_.wait(0);
      role_.wait(1);
    }
  }

  void add_up() {
    const Value root = Value::reg(kRoot);
    std::vector<std::size_t> done;
    if (colors_.up >= 0) {
      const std::size_t above = role_.branch(Opcode::br_ge, kX, root);
      pass(colors_.up, colors_.from_below);
      done.push_back(role_.branch(Opcode::br_lt, kX, root));
      role_.land(above);
    }
    if (colors_.down >= 0) {
      const std::size_t here = role_.branch(Opcode::br_eq, kX, root);
      pass(colors_.down, colors_.from_above);
      done.push_back(role_.branch(Opcode::br_ne, kX, root));
      role_.land(here);
    }
    // The column of the step before is two lower here where this one is odd, two higher where it is
    // even: it was the last to start, and its side comes last.
    for (const int color : {odd_ ? colors_.from_above : colors_.from_below,
                            odd_ ? colors_.from_below : colors_.from_above}) {
      if (color >= 0) {
        role_.receive(Opcode::recv_add, kSum, color);
      }
    }
    describe_sum("gemmt.sum");  // gemmt.c has its block now
    for (const std::size_t branch : done) {
      role_.land(branch);
    }
  }

  void pass(int out, int in) {
    in < 0 ? role_.send(out, kSum) : role_.forward(Opcode::fwd_add, out, in, kSum);
  }

  isa::RoleBuilder& role_;
  GemmSize block_;
  int side_;
  bool odd_;  ///< column
  Colors colors_;
};

}  // namespace

std::vector<isa::Route> MeshGemmTransposed::routes(const weft::Rect& region,
                                                   const std::vector<int>& colors) const {
  const int side = ring_.length();
  std::vector<isa::Route> routes;
  const auto rule = [&](int color, int first, int last, isa::Direction from, isa::Direction to) {
    if (first > last) {
      return;
    }
    isa::Route& route = routes.emplace_back();
    route.set_color(color);
    *route.mutable_tiles() = isa::to_proto(
        weft::TileSet{{region.x + first, 2, (last - first) / 2 + 1}, {region.y, 1, region.height}});
    route.set_rx(from);
    route.add_tx(to);
  };
  for (int parity = 0; side > 1 && parity < 2; ++parity) {
    const auto up = static_cast<std::size_t>(parity);
    rule(colors[up], parity, side - 2, isa::RAMP, isa::EAST);
    rule(colors[up], parity + 1, side - 1, isa::WEST, isa::RAMP);
    const int first = parity == 0 ? 2 : 1;  // of the senders
    rule(colors[up + 2], first, side - 1, isa::RAMP, isa::WEST);
    rule(colors[up + 2], first - 1, side - 2, isa::EAST, isa::RAMP);
  }
  const int* ring_colors = side > 1 ? &colors.at(kChainColors) : colors.data();
  const auto ring = ring_.routes(region, false, false, ring_colors);
  routes.insert(routes.end(), ring.begin(), ring.end());
  return routes;
}

std::vector<PlacedRole> MeshGemmTransposed::roles(const std::vector<int>& colors) const {
  const int side = ring_.length();
  std::map<std::array<bool, 3>, std::vector<int>> columns;  // alike: parity, ends
  for (int x = 0; x < side; ++x) {
    columns[{x % 2 == 1, x == 0, x == side - 1}].push_back(x);
  }
  std::vector<PlacedRole> roles;
  for (const auto& [place, rows] : ring_.places()) {
    for (const auto& entry : columns) {
      PlacedRole& placed =
          roles.emplace_back(PlacedRole{isa::RoleBuilder("gemmt" + std::to_string(roles.size())),
                                        product_of(entry.second, rows)});
      emit(placed.role, entry.second.front(), place, colors);
    }
  }
  return roles;
}

void MeshGemmTransposed::emit(isa::RoleBuilder& role, int x, const RingPlace& y,
                              const std::vector<int>& colors) const {
  const int side = ring_.length();
  const auto color = [&](int index) { return colors[static_cast<std::size_t>(index)]; };
  Writer::Colors mine;
  if (side > 1) {
    const int parity = x % 2;
    mine.up = x + 1 < side ? color(parity) : -1;
    mine.from_below = x > 0 ? color(1 - parity) : -1;
    mine.down = x > 0 ? color(2 + parity) : -1;
    mine.from_above = x + 1 < side ? color(3 - parity) : -1;
    mine.out = color(kChainColors + y.out);
    mine.in = color(kChainColors + y.in);
  }
  Writer(role, {block_m(), block_k(), block_n(), size_.dtype}, side, x % 2 == 1, mine).write(y.odd);
}

std::int64_t MeshGemmTransposed::cycles(const arch::Machine& machine) const {
  const KernelCost cost(machine);
  const int side = ring_.length();
  const std::int64_t product = cost.product(block_m(), block_k(), block_n(), size_.dtype, false);
  if (side == 1) {
    return cost.descriptors(6) + product;
  }
  const std::int64_t shift = cost.live() +
                             cost.train(std::int64_t{block_n()} * block_k(), size_.dtype) +
                             cost.latency(ring_.hops());
  const std::int64_t sum =
      cost.live() + cost.train(std::int64_t{block_m()} * block_n(), DType::f32);
  const std::int64_t scalars = cost.scalars(6) + 2 * machine.tile().setup().branch();
  // From one column that adds up to the next: the tile that was late multiplies and sends its sum
  // two tiles on; its block of B comes late to the one that adds up in the next row of the ring,
  // which takes the sum of its other side after that.
  const std::int64_t step =
      std::max(2 * cost.issue() + product + scalars + 2 * cost.latency(1), shift + sum) + sum +
      cost.descriptors(1);
  return cost.descriptors(6) + side * step + (side - 1) * cost.latency(1);
}

}  // namespace weft::mapper
