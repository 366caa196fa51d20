// SPDX-License-Identifier: Apache-2.0
#include "mapper/estimate.h"

#include <algorithm>
#include <cmath>

namespace weft::mapper {
namespace {

/// What one tile and one line of tiles take, in cycles.
class Costs {
 public:
  explicit Costs(const arch::Machine& machine) : tile_(machine.tile()), fabric_(machine.fabric()) {}

  /// [1, K] x [K, N] with `rows` rows, storage type fp16 or bf16.
  double product(double rows, double k, double n) const {
    return tile_.setup().compute() + rows * k * n / tile_.tensor_macs().f16() +
           k * std::min(rows, n) * tile_.setup().product_row();
  }
  /// Passes over fp32 elements.
  double pass(double elements, double passes = 1) const {
    return tile_.setup().compute() + passes * elements / tile_.vector_lanes().f32();
  }
  double special(double elements) const {
    return elements * tile_.special_rate().den() / tile_.special_rate().num();
  }
  /// There and back along a line, root in the middle: the way twice, stages of some fan-in, and the
  /// train a few times at a ramp.
  double reduce(double tiles, double words) const {
    const double stage = 2.0 * fabric_.ramp_latency() + 1 + fabric_.hop_latency();
    return tiles <= 1 ? 0
                      : fabric_.hop_latency() * tiles + stage * 2 * std::log2(tiles) + 3.5 * words +
                            4.0 * tile_.setup().transfer();
  }
  /// Scalars, descriptors and branches around an op.
  double around(double instructions) const {
    return instructions * std::max(tile_.setup().scalar(), tile_.setup().tensor_descriptor());
  }

 private:
  const arch::Tile& tile_;
  const arch::Fabric& fabric_;
};

}  // namespace

std::int64_t estimate_layer(const Decoder& decoder, const Shape& shape,
                            const arch::Machine& machine) {
  const Costs costs(machine);
  const double w = shape.region.width;
  const double h = shape.region.height;
  const double d = shape.width_y;
  const double f = shape.hidden_x;
  const double qkv = shape.qkv_columns();
  const double q = shape.q_columns();
  const double heads = decoder.heads_per_group() * shape.heads.groups_per_column;
  const double keys = shape.cache_rows;
  const double dl = shape.heads.local_head_dim();
  double cycles = 0;
  cycles += costs.product(1, d, qkv) + costs.pass(2 * d) + costs.reduce(h, shape.qkv_row() + 1.0) +
            costs.pass(3 * qkv) + costs.around(40);
  cycles +=
      costs.product(heads, dl, keys) + costs.reduce(shape.heads.columns_per_group, heads * keys);
  cycles += costs.pass(4 * heads * keys) + costs.special(heads * keys) +
            costs.product(heads, keys, dl) + costs.reduce(h, heads * (dl + 2)) +
            costs.pass(heads * dl) + costs.special(heads * dl) + costs.around(40);
  cycles += costs.product(1, q, d) + costs.reduce(w, d) + costs.pass(2 * d) + costs.around(15);
  cycles += costs.product(1, d, 2 * f) + costs.pass(2 * d) + costs.reduce(h, 2 * f + 1) +
            costs.pass(5 * f) + costs.special(f) + costs.around(20);
  cycles += costs.product(1, f, d) + costs.reduce(w, d) + costs.pass(2 * d) + costs.around(15);
  return std::llround(cycles);
}

std::int64_t estimate_token(const Decoder& decoder, const Placement& placement, int positions,
                            const Layouts& layouts, const arch::Machine& machine) {
  const Costs costs(machine);
  const Shape shape = Shape::of(decoder, placement.size(), 1, positions, layouts);
  const double w = shape.region.width;
  const double h = shape.region.height;
  const double v = shape.vocabulary_x;
  const double head = costs.reduce(w, shape.width_y) + costs.product(1, shape.width_y, v) +
                      costs.reduce(h, v) + costs.pass(3 * v) + costs.reduce(w, 2);
  const double handoffs =
      placement.single() ? 0 : static_cast<double>(placement.regions.size()) * (w + h);
  return std::llround(head + handoffs) +
         static_cast<std::int64_t>(decoder.layers.size()) * estimate_layer(decoder, shape, machine);
}

}  // namespace weft::mapper
