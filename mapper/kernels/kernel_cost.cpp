// SPDX-License-Identifier: Apache-2.0
#include "mapper/kernels/kernel_cost.h"

#include <algorithm>

namespace weft::mapper {
namespace {

std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

}  // namespace

std::int64_t KernelCost::product(std::int64_t rows, std::int64_t inner, std::int64_t columns,
                                 DType dtype, bool accumulates) const {
  const arch::Tile& tile = machine_.tile();
  const arch::Rates& macs = tile.tensor_macs();
  const std::int64_t rate = dtype == DType::f16    ? macs.f16()
                            : dtype == DType::bf16 ? macs.bf16()
                                                   : macs.f32();
  const std::int64_t work = ceil_div(rows * inner * columns, rate) +
                            inner * std::min(rows, columns) * setup().product_row();
  const std::int64_t out = rows * columns * bytes_of(DType::f32);
  const std::int64_t in = (rows + columns) * inner * bytes_of(dtype) + (accumulates ? out : 0);
  return setup().compute() + std::max({work, ceil_div(in, tile.read_bandwidth()),
                                       ceil_div(out, tile.write_bandwidth())});
}

std::int64_t KernelCost::vector(std::int64_t elements, std::int64_t read, std::int64_t written,
                                std::int64_t special) const {
  const arch::Tile& tile = machine_.tile();
  const std::int64_t work =
      ceil_div(elements, tile.vector_lanes().f32()) +
      ceil_div(special * tile.special_rate().den(), tile.special_rate().num());
  return setup().compute() + std::max({work, ceil_div(read, tile.read_bandwidth()),
                                       ceil_div(written, tile.write_bandwidth())});
}

std::int64_t KernelCost::train(std::int64_t elements, DType dtype) const {
  const arch::Ratio& pace = machine_.fabric().words_per_cycle();
  return ceil_div(ceil_div(elements * bytes_of(dtype), 4) * pace.den(), pace.num());
}

std::int64_t KernelCost::latency(int hops, int turns) const {
  const arch::Fabric& fabric = machine_.fabric();
  return 1 + 2 * fabric.ramp_latency() + hops * fabric.hop_latency() +
         turns * fabric.turn_latency();
}

}  // namespace weft::mapper
