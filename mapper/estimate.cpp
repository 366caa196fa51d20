// SPDX-License-Identifier: Apache-2.0
#include "mapper/estimate.h"

#include <cmath>

#include "mapper/kernels/kernel_cost.h"

namespace weft::mapper {
namespace {

/// KernelCost with the reductions beside it, for numbers of elements of one tile.
class Costs {
 public:
  Costs(const arch::Machine& machine, DType dtype)
      : setup_(machine.tile().setup()), kernel_(machine), dtype_(dtype) {}

  double product(int rows, int inner, int columns) const {
    return static_cast<double>(kernel_.product(rows, inner, columns, dtype_, false));
  }
  /// A pass over fp32 elements, that many of them with a special function.
  double pass(int elements, int special = 0) const {
    return static_cast<double>(kernel_.vector(elements, 0, 0, special));
  }
  /// There and back along a line, root in the middle: the way twice, stages of some fan-in, and the
  /// train a few times at a ramp.
  double reduce(int tiles, int words) const {
    if (tiles <= 1) {
      return 0;
    }
    const auto stage = static_cast<double>(kernel_.latency(1));
    const auto far = static_cast<double>(kernel_.latency(tiles) - kernel_.latency(0));
    return far + stage * 2 * std::log2(tiles) + 3.5 * words + 4.0 * setup_.transfer();
  }
  /// Scalars and descriptors around an op.
  double around(int instructions) const {
    return instructions * 0.5 * (setup_.scalar() + setup_.tensor_descriptor());
  }

 private:
  const arch::Setup& setup_;
  const KernelCost kernel_;
  const DType dtype_;
};

/// Cycles from attention weights to their sum and the weighted values of one token's heads.
struct Weighing {
  std::int64_t by_product = 0;
  std::int64_t by_vector = 0;
};

Weighing weighing(const Shape& shape, const arch::Machine& machine) {
  const KernelCost costs(machine);
  const std::int64_t heads = shape.heads.heads_per_group;
  const std::int64_t keys = shape.cache_rows;
  const std::int64_t dl = shape.heads.local_head_dim();
  const auto pass = [&](std::int64_t elements, std::int64_t written) {
    return costs.vector(elements, elements * 4, written * 4, 0);
  };
  return {
      pass(heads * keys, heads) + costs.product(heads, keys, dl, DType::f32, false),
      pass(heads * keys * dl, heads * keys * dl) + pass(heads * keys * (dl + 1), heads * (dl + 1))};
}

}  // namespace

bool weighs_by_vector(const Shape& shape, const arch::Machine& machine) {
  const Weighing cycles = weighing(shape, machine);
  return shape.chunk == 1 && shape.layouts.attention_merged && cycles.by_vector < cycles.by_product;
}

std::int64_t estimate_layer(const Decoder& decoder, const Shape& shape,
                            const arch::Machine& machine) {
  const Costs costs(machine, decoder.dtype);
  const int w = shape.region.width;
  const int h = shape.region.height;
  const int d = shape.width_y;
  const int f = shape.hidden_x;
  const int qkv = shape.qkv_columns();
  const int heads = decoder.heads_per_group() * shape.heads.groups_per_column;
  const int keys = shape.cache_rows;
  const int dl = shape.heads.local_head_dim();
  const double input = costs.product(1, d, qkv) + costs.pass(2 * d) +
                       costs.reduce(h, shape.qkv_row() + 1) + costs.pass(3 * qkv) +
                       costs.around(40);
  const double scores =
      costs.product(heads, dl, keys) + costs.reduce(shape.heads.columns_per_group, heads * keys);
  const Weighing weigh = weighing(shape, machine);
  const double weights =
      costs.pass(2 * heads * keys, heads * keys) +
      static_cast<double>(shape.heads.groups_per_column) *
          static_cast<double>(weighs_by_vector(shape, machine) ? weigh.by_vector
                                                               : weigh.by_product) +
      costs.reduce(h, heads * (dl + 2)) + costs.pass(heads * dl, heads * dl) + costs.around(40);
  const double output = costs.product(1, shape.q_columns(), d) + costs.reduce(w, d) +
                        costs.pass(2 * d) + costs.around(15);
  const double gate_up = costs.product(1, d, 2 * f) + costs.pass(2 * d) +
                         costs.reduce(h, 2 * f + 1) + costs.pass(3 * f, f) + costs.around(20);
  const double down =
      costs.product(1, f, d) + costs.reduce(w, d) + costs.pass(2 * d) + costs.around(15);
  const double cycles = input + scores + weights + output + gate_up + down;
  return std::llround(cycles);
}

std::int64_t estimate_token(const Decoder& decoder, const Placement& placement, int positions,
                            const Layouts& layouts, const arch::Machine& machine) {
  const Costs costs(machine, decoder.dtype);
  const Shape shape = Shape::of(decoder, placement.size(), 1, positions, layouts);
  const int w = shape.region.width;
  const int h = shape.region.height;
  const int v = shape.vocabulary_x;
  const double head = costs.reduce(w, shape.width_y) + costs.product(1, shape.width_y, v) +
                      costs.reduce(h, v) + costs.pass(3 * v) + costs.reduce(w, 2);
  const double handoffs =
      placement.single() ? 0 : static_cast<double>(placement.regions.size()) * (w + h);
  return std::llround(head + handoffs) +
         static_cast<std::int64_t>(decoder.layers.size()) * estimate_layer(decoder, shape, machine);
}

}  // namespace weft::mapper
