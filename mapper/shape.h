// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "base/rect.h"
#include "isa/layout.h"
#include "mapper/decoder.h"

namespace weft::mapper {

/// Choices of layout that a mapping file may pin.
struct Layouts {
  int head_columns = 0;  ///< columns of a kv group at most; 0: as many as there are
  /// Sums of squares ride with the product after the norm; nothing: where columns are long.
  std::optional<bool> norms_ride;
  bool attention_merged = true;  ///< maximum, sum and values in one reduction

  bool operator==(const Layouts&) const = default;
};

/// Strategy `tensor` in numbers: how every dimension lies on a W x H region. The residual stream is
/// split over rows (y) and repeated along columns; a product takes it to columns (x) and the next
/// one back, so no tensor is ever transposed. All counts are elements held by one tile, padding
/// included.
struct Shape {
  weft::Rect region;
  int batch = 1;       ///< sequences side by side, each with a cache of its own
  int chunk = 1;       ///< most tokens of one step; of a batch: one of each sequence
  int logit_rows = 1;  ///< of a batch: sequences that get their logits at a time, a divisor of it
  int positions = 1;   ///< longest sequence of the run
  int width_y = 0;     ///< model dimension over rows
  int hidden_x = 0;    ///< MLP dimension over columns
  int vocabulary_x = 0;
  int cache_rows = 0;  ///< KV rows of one tile: positions dealt cyclically over rows
  /// A step brings a tile one KV row at most: all tiles store one, those it brings none store it
  /// behind their last. So rows of tiles differ in addresses, never in what they do.
  bool one_new_row = false;
  isa::HeadSplit heads;
  Layouts layouts;
  bool norms_ride = false;
  bool prompt_dealt = false;      ///< steps of the prompt over rows (mapper/loads.h)
  bool in_chains = false;         ///< sums along rows, where columns hold no part of a head
  bool weighs_by_vector = false;  ///< attention weights meet values in vector operations

  /// `chunk` tokens of one sequence a step, or one of each of a batch.
  static Shape of(const Decoder& decoder, const weft::Rect& region, int chunk, int positions,
                  const Layouts& layouts = {}, int batch = 1);

  /// Logits in the largest groups that take so many bytes less, or in the smallest of use: those
  /// whose sums take no more room than a layer's.
  void save_room_of_logits(std::int64_t bytes);

  /// Groups of a batch that get their logits one after the other.
  int logit_groups() const { return batch / logit_rows; }
  bool batched() const { return batch > 1; }
  /// Positions a step of `rows` tokens goes on by.
  int positions_of(int rows) const { return batched() ? 1 : rows; }
  int cache_pitch() const { return cache_rows + (one_new_row ? 1 : 0); }
  int q_columns() const { return heads.axis(heads.heads_per_group).local(); }
  int kv_columns() const { return heads.axis(1).local(); }
  int qkv_columns() const { return q_columns() + 2 * kv_columns(); }
  /// Cosines and sines of a position, which ride along with the product of q, k and v.
  int angles() const { return 2 * heads.pairs_per_column; }
  /// Row of the QKV accumulator: q, k, v, then the angles of the row's position. Rows of a batch
  /// share one position, whose angles lie behind the last of them.
  int qkv_row() const { return qkv_columns() + (batched() ? 0 : angles()); }
  int shared_angles() const { return batched() ? angles() : 0; }
  /// Keys or values of one sequence and kv head, of a layer, of all layers of a tile. Each sequence
  /// alone has its spare row in each layer; those of a batch share a set behind the last layer.
  std::int64_t cache_sequence() const;
  std::int64_t cache_layer() const { return heads.groups_per_column * batch * cache_sequence(); }
  std::int64_t cache_spare() const;
  std::int64_t cache_elements(int layers) const { return layers * cache_layer() + cache_spare(); }
};

}  // namespace weft::mapper
