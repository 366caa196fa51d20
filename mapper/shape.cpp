// SPDX-License-Identifier: Apache-2.0
#include "mapper/shape.h"

namespace weft::mapper {
namespace {

int ceil_div(int a, int b) { return (a + b - 1) / b; }

}  // namespace

Shape Shape::of(const Decoder& decoder, const weft::Rect& region, int chunk, int positions,
                const Layouts& layouts) {
  Shape shape;
  // On short columns a sum of its own is quicker than scaling every column of the product, and
  // a spare row of the cache is dear.
  constexpr int kLongColumn = 16;
  shape.layouts = layouts;
  shape.norms_ride = layouts.norms_ride.value_or(region.height >= kLongColumn);
  shape.region = region;
  shape.chunk = chunk;
  shape.positions = positions;
  shape.width_y = ceil_div(decoder.width, region.height);
  shape.hidden_x = ceil_div(decoder.hidden, region.width);
  shape.vocabulary_x = ceil_div(decoder.vocabulary, region.width);
  shape.cache_rows = ceil_div(positions, region.height);
  shape.one_new_row = region.height >= kLongColumn && chunk <= region.height;
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

}  // namespace weft::mapper
