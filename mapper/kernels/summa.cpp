// SPDX-License-Identifier: Apache-2.0
#include "mapper/kernels/summa.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "isa/bundle.h"
#include "mapper/kernels/kernel_cost.h"

namespace weft::mapper {

using isa::Opcode;

Status Summa::check_colors(int available) const {
  if (colors() <= available) {
    return {};
  }
  return input_error(
      fmt::format("SUMMA on {0} x {0} tiles takes {1} colors, one for each source column and row, "
                  "and {2} are left; use at most {3} x {3} tiles, or rings (MeshGEMM)",
                  side_, colors(), available, std::max(1, available / 2)));
}

std::vector<isa::Route> Summa::routes(const weft::Rect& region,
                                      const std::vector<int>& colors) const {
  std::vector<isa::Route> routes;
  // Positions first…last of an axis pass what comes from `from` to their core and on to `to`.
  const auto rule = [&](bool along_x, int color, int first, int last, isa::Direction from,
                        const std::vector<isa::Direction>& to) {
    if (first > last) {
      return;
    }
    isa::Route& route = routes.emplace_back();
    route.set_color(color);
    const weft::Stride line{(along_x ? region.x : region.y) + first, 1, last - first + 1};
    const weft::Stride all{along_x ? region.y : region.x, 1, side_};
    *route.mutable_tiles() =
        isa::to_proto(along_x ? weft::TileSet{line, all} : weft::TileSet{all, line});
    route.set_rx(from);
    route.mutable_tx()->Assign(to.begin(), to.end());
  };
  for (int source = 0; source < (side_ > 1 ? side_ : 0); ++source) {
    for (const bool along_x : {true, false}) {
      const auto up = along_x ? isa::EAST : isa::SOUTH;
      const auto down = along_x ? isa::WEST : isa::NORTH;
      const int color = colors[static_cast<std::size_t>(along_x ? source : side_ + source)];
      std::vector<isa::Direction> out;
      if (source + 1 < side_) {
        out.push_back(up);
      }
      if (source > 0) {
        out.push_back(down);
      }
      rule(along_x, color, source, source, isa::RAMP, out);
      rule(along_x, color, source + 1, side_ - 2, down, {isa::RAMP, up});
      rule(along_x, color, 1, source - 1, up, {isa::RAMP, down});
      if (source + 1 < side_) {
        rule(along_x, color, side_ - 1, side_ - 1, down, {isa::RAMP});
      }
      if (source > 0) {
        rule(along_x, color, 0, 0, up, {isa::RAMP});
      }
    }
  }
  return routes;
}

std::vector<PlacedRole> Summa::roles(const std::vector<int>& colors) const {
  std::vector<PlacedRole> roles;
  for (int y = 0; y < side_; ++y) {
    for (int x = 0; x < side_; ++x) {
      PlacedRole& placed = roles.emplace_back(
          PlacedRole{isa::RoleBuilder(fmt::format("summa.{}.{}", x, y)), product_of({x}, {y})});
      emit(placed.role, x, y, colors);
    }
  }
  return roles;
}

void Summa::emit(isa::RoleBuilder& role, int x, int y, const std::vector<int>& colors) const {
  constexpr int kC = 6;
  const int element = bytes_of(size_.dtype);
  const std::array<std::vector<isa::Value>, 2> dims{std::vector<isa::Value>{block_m(), block_k()},
                                                    std::vector<isa::Value>{block_k(), block_n()}};
  const std::array<int, 2> bytes{block_m() * block_k() * element, block_k() * block_n() * element};
  const std::array<int, 2> at{x, y};
  const std::array<const char*, 2> own{"summa.a", "summa.b"};
  const std::array<const char*, 2> passing{"summa.rows", "summa.columns"};
  for (std::size_t i = 0; i < 2; ++i) {
    const int pitch = (bytes[i] + 3) / 4 * 4;
    const int first = 3 * static_cast<int>(i);
    role.td(first, role.buffer(own[i], bytes[i]), 0, size_.dtype, dims[i]);
    if (side_ > 1) {
      const int buffer = role.buffer(passing[i], 2 * pitch);
      role.td(first + 1, buffer, 0, size_.dtype, dims[i]);
      role.td(first + 2, buffer, pitch, size_.dtype, dims[i]);
    }
  }
  role.td(kC, role.buffer("summa.c", std::int64_t{4} * block_m() * block_n()), 0, DType::f32,
          {block_m(), block_n()});
  const auto tensor = [&](std::size_t i, int step) {
    return 3 * static_cast<int>(i) + (step == at[i] ? 0 : 1 + step % 2);
  };
  const auto event = [](std::size_t i, int step) { return 2 * static_cast<int>(i) + step % 2; };
  const auto move = [&](int step) {
    for (std::size_t i = 0; i < 2; ++i) {
      const int color =
          colors[i * static_cast<std::size_t>(side_) + static_cast<std::size_t>(step)];
      if (step == at[i]) {
        role.send(color, tensor(i, step), static_cast<int>(i), event(i, step));
      } else {
        role.receive(Opcode::recv_set, tensor(i, step), color, static_cast<int>(i), event(i, step));
      }
    }
  };
  for (int step = 0; step < side_; ++step) {
    if (side_ > 1) {
      if (step == 0) {
        move(0);
      }
      role.wait(event(0, step));
      role.wait(event(1, step));
      if (step + 1 < side_) {
        move(step + 1);
      }
    }
    role.emit_numbers(step == 0 ? Opcode::mm : Opcode::mm_acc,
                      {kC, tensor(0, step), tensor(1, step)}, {1.0F});
  }
}

std::int64_t Summa::cycles(const arch::Machine& machine) const {
  const KernelCost cost(machine);
  const auto product = [&](bool accumulates) {
    return cost.product(block_m(), block_k(), block_n(), size_.dtype, accumulates);
  };
  if (side_ == 1) {
    return cost.descriptors(3) + product(false);
  }
  // Both trains of a step enter by one ramp; from source to source it is one hop.
  const std::int64_t trains =
      std::max(cost.live() + cost.train(std::int64_t{block_m()} * block_k(), size_.dtype),
               cost.issue() + cost.live()) +
      cost.train(std::int64_t{block_k()} * block_n(), size_.dtype) + cost.latency(1);
  const auto step = [&](bool accumulates) {
    return std::max(trains, 2 * cost.issue() + product(accumulates));
  };
  const std::int64_t far = (side_ - 2) * machine.fabric().hop_latency();
  return cost.descriptors(7) + trains + step(false) + (side_ - 2) * step(true) + far +
         product(true);
}

}  // namespace weft::mapper
