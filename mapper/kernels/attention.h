// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "mapper/shape.h"

namespace weft::mapper {

/// Where attention finds and leaves what it works on: elements of rows, bytes of parts, buffers of
/// the role under construction.
struct AttentionLayout {
  int dl = 0;           ///< dimensions of a head on a tile
  int heads = 0;        ///< query heads of a slot
  int slots = 0;        ///< kv heads of a tile
  int qkv_row = 0;      ///< elements of a token's q, k and v
  int head_row = 0;     ///< scores of a head, and what lies below them (Shape::weighs_by_vector)
  int row_max = 0;      ///< maxima of a slot
  int first_value = 0;  ///< in a row of `partial`: maximum, sum, values, or values, sum
  int sum_at = 0;
  int out_row = 0;
  int out_slot = 0;
  std::int64_t score_bytes = 0;     ///< of a slot
  std::int64_t sequence_bytes = 0;  ///< keys or values of one sequence of a slot
  std::int64_t slot_bytes = 0;
  std::int64_t layer_bytes = 0;
  int qkv = -1, keys = -1, values = -1, scores = -1, maxima = -1, partial = -1, terms = -1,
      out = -1;
  /// Where scores, maxima, partial sums and terms begin in their buffers. Those of a batch lie in
  /// one, the accumulator of the products before and after.
  std::int64_t scores_at = 0, maxima_at = 0, partial_at = 0, terms_at = 0;

  /// Sizes; buffers are the caller's to declare.
  static AttentionLayout of(const Shape& shape, int element);
};

}  // namespace weft::mapper
