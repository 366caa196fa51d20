// SPDX-License-Identifier: Apache-2.0
#include "mapper/shape.h"

#include <algorithm>

namespace weft::mapper {
namespace {

int ceil_div(int a, int b) { return (a + b - 1) / b; }

}  // namespace

Shape Shape::of(const Decoder& decoder, const weft::Rect& region, int chunk, int positions,
                const Layouts& layouts, int batch) {
  Shape shape;
  // On short columns a sum of its own is quicker than scaling every column of the product, and
  // a spare row of the cache is dear.
  constexpr int kLongColumn = 16;
  shape.layouts = layouts;
  shape.norms_ride = layouts.norms_ride.value_or(region.height >= kLongColumn);
  shape.region = region;
  shape.batch = batch;
  shape.logit_rows = batch;
  shape.chunk = batch > 1 ? batch : chunk;
  shape.positions = positions;
  shape.width_y = ceil_div(decoder.width, region.height);
  shape.hidden_x = ceil_div(decoder.hidden, region.width);
  shape.vocabulary_x = ceil_div(decoder.vocabulary, region.width);
  shape.cache_rows = ceil_div(positions, region.height);
  shape.one_new_row = region.height >= kLongColumn && shape.positions_of(chunk) <= region.height;
  const auto over = [&](int columns) {
    return isa::HeadSplit::over(columns, decoder.kv_heads, decoder.heads_per_group(),
                                decoder.head_dim);
  };
  shape.heads = over(region.width);
  if (layouts.head_columns > 0 && layouts.head_columns < shape.heads.columns_per_group) {
    shape.heads = over(layouts.head_columns * decoder.kv_heads);
  }
  return shape;
}

void Shape::save_room_of_logits(std::int64_t bytes) {
  constexpr int kLoop = 64;  // bytes of instructions, at most
  const std::int64_t row = (vocabulary_x + 1) * std::int64_t{4};
  const std::int64_t layer =
      batch * std::int64_t{4} * std::max({2 * hidden_x + 1, qkv_row() + 1, width_y});
  const std::int64_t most = batch * row - bytes - kLoop;
  while (logit_rows > 1 && (batch % logit_rows != 0 || logit_rows * row > std::max(most, layer))) {
    --logit_rows;
  }
}

std::int64_t Shape::cache_sequence() const {
  return static_cast<std::int64_t>(batched() ? cache_rows : cache_pitch()) * heads.local_head_dim();
}

std::int64_t Shape::cache_spare() const {
  const bool shared = batched() && one_new_row;
  return shared ? std::int64_t{heads.groups_per_column} * batch * heads.local_head_dim() : 0;
}

}  // namespace weft::mapper
