// SPDX-License-Identifier: Apache-2.0
#include "mapper/kernels/gemv.h"

#include <map>
#include <numeric>
#include <string>

#include "mapper/kernels/kernel_cost.h"

namespace weft::mapper {

using isa::Opcode;

FlowColors Gemv::flows(const std::vector<int>& colors) const {
  FlowColors flows{};
  for (int i = 0; i < kFlows; ++i) {
    const auto flow = static_cast<std::size_t>(i);
    flows[flow] = flow_indices(axis(), static_cast<Flow>(i)).empty() ? -1 : colors[flow];
  }
  return flows;
}

std::vector<isa::Route> Gemv::routes(const weft::Rect& region,
                                     const std::vector<int>& colors) const {
  return chain_routes(axis(), flows(colors), region);
}

std::vector<PlacedRole> Gemv::roles(const std::vector<int>& colors) const {
  std::map<ChainPlace, std::vector<int>> columns;
  for (int x = 0; x < width_; ++x) {
    columns[axis().place(x)].push_back(x);
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

void Gemv::emit(isa::RoleBuilder& role, const ChainPlace& place,
                const std::vector<int>& colors) const {
  const int element = bytes_of(size_.dtype);
  const std::int64_t k = block_k();
  const std::int64_t n = block_n();
  role.td(0, role.buffer("gemv.x", size_.m * k * element), 0, size_.dtype, {size_.m, block_k()});
  role.td(1, role.buffer("gemv.w", k * n * element), 0, size_.dtype, {block_k(), block_n()});
  role.td(2, role.buffer("gemv.y", size_.m * n * 4), 0, DType::f32, {size_.m, block_n()});
  role.emit_numbers(Opcode::mm, {2, 0, 1}, {1.0F});
  const FlowColors flow = flows(colors);
  const auto arm = [&](bool right, int parity) {
    return flow[static_cast<std::size_t>(right ? Flow::right0 : Flow::left0) +
                static_cast<std::size_t>(parity)];
  };
  const int back = flow[static_cast<std::size_t>(Flow::broadcast)];
  switch (place.kind) {
    case ChainPlace::Kind::alone:
    case ChainPlace::Kind::outside:
      return;
    case ChainPlace::Kind::first:
      role.send(arm(place.right, place.parity), 2);
      break;
    case ChainPlace::Kind::middle:
      role.forward(Opcode::fwd_add, arm(place.right, place.parity),
                   arm(place.right, 1 - place.parity), 2);
      break;
    case ChainPlace::Kind::root:
      for (const bool right : {false, true}) {
        if (right ? place.from_right : place.from_left) {
          role.receive(Opcode::recv_add, 2, arm(right, 0));
        }
      }
      role.send(back, 2);
      return;
  }
  role.receive(Opcode::recv_set, 2, back);
}

std::int64_t Gemv::cycles(const arch::Machine& machine) const {
  const KernelCost cost(machine);
  const std::int64_t product =
      cost.descriptors(3) + cost.product(size_.m, block_k(), block_n(), size_.dtype, false);
  const std::int64_t left = axis().root();
  const std::int64_t right = width_ - 1 - left;
  if (width_ == 1) {
    return product;
  }
  // The longer arm is the left one; what comes from the right has been waiting for its end.
  const std::int64_t train = cost.train(std::int64_t{size_.m} * block_n(), DType::f32);
  const std::int64_t step = cost.live() + train;
  return product + step + left * cost.latency(1) + (right > 0 ? step : 0) + step +
         cost.latency(static_cast<int>(left));
}

}  // namespace weft::mapper
