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
  /// … along the rows of a region, in a tree or in a chain.
  double across(const Shape& shape, int words) const {
    const int tiles = shape.region.width;
    if (!shape.in_chains || tiles <= 1) {
      return reduce(tiles, words);
    }
    const auto stages = static_cast<double>(kernel_.latency(1) * (tiles / 2));
    return stages + tiles - tiles / 2 + 1.5 * words + 4.0 * setup_.transfer();
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

/// Cycles from attention weights to their sum and the weighted values of one token's heads; of a
/// token of a batch, to the values alone.
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
  if (shape.batched()) {  // the sums of the weights are one pass either way
    return {costs.product(heads, keys, dl, DType::f32, false),
            pass(heads * keys * dl, heads * keys * dl) + pass(heads * keys * dl, heads * dl)};
  }
  return {
      pass(heads * keys, heads) + costs.product(heads, keys, dl, DType::f32, false),
      pass(heads * keys * dl, heads * keys * dl) + pass(heads * keys * (dl + 1), heads * (dl + 1))};
}

}  // namespace

bool weighs_by_vector(const Shape& shape, const arch::Machine& machine) {
  const Weighing cycles = weighing(shape, machine);
  const bool possible = shape.batched() || (shape.chunk == 1 && shape.layouts.attention_merged);
  return possible && cycles.by_vector < cycles.by_product;
}

std::int64_t estimate_layer(const Decoder& decoder, const Shape& shape,
                            const arch::Machine& machine) {
  const Costs costs(machine, decoder.dtype);
  const int h = shape.region.height;
  const int d = shape.width_y;
  const int f = shape.hidden_x;
  const int qkv = shape.qkv_columns();
  const int heads = decoder.heads_per_group() * shape.heads.groups_per_column;
  const int keys = shape.cache_rows;
  const int dl = shape.heads.local_head_dim();
  const int b = shape.batch;
  const double input = costs.product(b, d, qkv) + costs.pass(b * 2 * d) +
                       costs.reduce(h, b * (shape.qkv_row() + 1) + shape.shared_angles()) +
                       costs.pass(b * 3 * qkv) + costs.around(40);
  const double scores = b * costs.product(heads, dl, keys) +
                        costs.reduce(shape.heads.columns_per_group, b * heads * keys) +
                        (shape.batched() ? costs.pass(b * heads * keys) + b * costs.around(14) : 0);
  const Weighing weigh = weighing(shape, machine);
  const double weights =
      costs.pass(b * 2 * heads * keys, b * heads * keys) +
      static_cast<double>(b * shape.heads.groups_per_column) *
          static_cast<double>(weighs_by_vector(shape, machine) ? weigh.by_vector
                                                               : weigh.by_product) +
      costs.reduce(h, b * heads * (dl + 2)) + costs.pass(b * heads * dl, b * heads * dl) +
      costs.around(40);
  const double output = costs.product(b, shape.q_columns(), d) + costs.across(shape, b * d) +
                        costs.pass(b * 2 * d) + costs.around(15);
  const double gate_up = costs.product(b, d, 2 * f) + costs.pass(b * 2 * d) +
                         costs.reduce(h, b * (2 * f + 1)) + costs.pass(b * 3 * f, b * f) +
                         costs.around(20);
  const double down = costs.product(b, f, d) + costs.across(shape, b * d) + costs.pass(b * 2 * d) +
                      costs.around(15);
  const double cycles = input + scores + weights + output + gate_up + down;
  return std::llround(cycles);
}

std::int64_t estimate_token(const Decoder& decoder, const Placement& placement,
                            const EstimatedStep& step, const arch::Machine& machine) {
  const Costs costs(machine, decoder.dtype);
  const int batch = step.batch;
  Shape shape = Shape::of(decoder, placement.size(), 1, step.positions, step.layouts, batch);
  shape.in_chains = step.in_chains;
  const int w = shape.region.width;
  const int h = shape.region.height;
  const int v = shape.vocabulary_x;
  const double head = costs.across(shape, batch * shape.width_y) +
                      costs.product(batch, shape.width_y, v) + costs.reduce(h, batch * v) +
                      costs.pass(batch * 3 * v) + costs.across(shape, batch * 2);
  const double handoffs =
      placement.single() ? 0 : static_cast<double>(placement.regions.size()) * (w + h);
  return std::llround(head + handoffs) +
         static_cast<std::int64_t>(decoder.layers.size()) * estimate_layer(decoder, shape, machine);
}

}  // namespace weft::mapper
