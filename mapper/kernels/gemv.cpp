// SPDX-License-Identifier: Apache-2.0
#include "mapper/kernels/gemv.h"

#include <cassert>
#include <map>
#include <numeric>
#include <string>

#include "mapper/collectives/emit.h"
#include "mapper/kernels/kernel_cost.h"

namespace weft::mapper {

using isa::Opcode;

namespace {

collectives::LinePlan chain_over(int width, std::int64_t words, const arch::Machine& machine) {
  collectives::Wish wish;
  wish.algorithm = collectives::Algorithm::chain;
  wish.root = width / 2;
  auto plan =
      collectives::plan_line({width, 1, 0, true}, words, collectives::Timing::of(machine), wish);
  assert(plan.ok());  // a chain takes no more colors than a wish has
  return std::move(*plan);
}

}  // namespace

Gemv::Gemv(int width, int height, const GemmSize& size, const arch::Machine& machine)
    : width_(width),
      height_(height),
      size_(size),
      plan_(chain_over(width, std::int64_t{size.m} * block_n(), machine)) {}

std::vector<PlacedRole> Gemv::roles(const std::vector<int>& colors) const {
  std::map<collectives::Place, std::vector<int>> columns;
  for (int x = 0; x < width_; ++x) {
    columns[plan_.place(x)].push_back(x);
  }
  std::vector<int> rows(static_cast<std::size_t>(height_));
  std::iota(rows.begin(), rows.end(), 0);
  std::vector<PlacedRole> roles;
  for (const auto& [place, at] : columns) {
    PlacedRole& placed = roles.emplace_back(
        PlacedRole{isa::RoleBuilder("gemv" + std::to_string(roles.size())), product_of(at, rows)});
    emit(placed.role, place, colors);
  }
  return roles;
}

void Gemv::emit(isa::RoleBuilder& role, const collectives::Place& place,
                const std::vector<int>& colors) const {
  const int element = bytes_of(size_.dtype);
  const std::int64_t k = block_k();
  const std::int64_t n = block_n();
  role.td(0, role.buffer("gemv.x", size_.m * k * element), 0, size_.dtype, {size_.m, block_k()});
  role.td(1, role.buffer("gemv.w", k * n * element), 0, size_.dtype, {block_k(), block_n()});
  role.td(2, role.buffer("gemv.y", size_.m * n * 4), 0, DType::f32, {size_.m, block_n()});
  role.emit_numbers(Opcode::mm, {2, 0, 1}, {1.0F});
  collectives::emit_all_reduce(role, place, colors, Opcode::recv_add, Opcode::fwd_add, 2);
}

std::int64_t Gemv::cycles(const arch::Machine& machine) const {
  const KernelCost cost(machine);
  return cost.descriptors(3) + cost.product(size_.m, block_k(), block_n(), size_.dtype, false) +
         plan_.cost(std::int64_t{size_.m} * block_n(), collectives::Timing::of(machine));
}

}  // namespace weft::mapper
