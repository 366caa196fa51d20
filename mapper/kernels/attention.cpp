// SPDX-License-Identifier: Apache-2.0
#include "mapper/kernels/attention.h"

#include "mapper/kernels/emitter.h"

namespace weft::mapper {

using isa::Opcode;
using isa::Value;

AttentionLayout AttentionLayout::of(const Shape& shape, int element) {
  AttentionLayout at;
  const bool merged = shape.layouts.attention_merged;
  const bool below = shape.weighs_by_vector && !shape.batched();
  at.dl = shape.heads.local_head_dim();
  at.heads = shape.heads.heads_per_group;
  at.slots = shape.heads.groups_per_column;
  at.qkv_row = shape.qkv_columns();
  at.head_row = shape.cache_rows * (below ? at.dl + 1 : 1);
  at.row_max = shape.chunk * at.heads;
  at.first_value = merged ? 2 : 0;
  at.sum_at = merged ? 1 : at.dl;
  at.out_row = at.dl + (merged ? 2 : 1);
  at.out_slot = at.row_max * at.out_row;
  at.score_bytes = static_cast<std::int64_t>(at.row_max) * at.head_row * 4;
  at.sequence_bytes = shape.cache_sequence() * element;
  at.slot_bytes = at.sequence_bytes * shape.batch;
  at.layer_bytes = shape.cache_layer() * element;
  return at;
}

void Emitter::declare_attention(AttentionLayout& at) {
  const Shape& s = shape_;
  const std::int64_t cache = s.cache_elements(layers()) * element();
  at.qkv = role_.buffer("qkv", static_cast<std::int64_t>(s.chunk) * at.qkv_row * element());
  at.keys = role_.buffer("cache.k", cache);
  at.values = role_.buffer("cache.v", cache);
  const std::int64_t score_bytes = at.score_bytes * at.slots;
  const std::int64_t maxima_bytes =
      s.layouts.attention_merged ? 0 : static_cast<std::int64_t>(at.row_max) * at.slots * 4;
  const std::int64_t partial_bytes = static_cast<std::int64_t>(at.out_slot) * at.slots * 4;
  if (s.batched()) {
    at.maxima_at = score_bytes;
    at.partial_at = at.maxima_at + maxima_bytes;
    at.terms_at = at.partial_at + partial_bytes;
    const std::int64_t terms_bytes =
        s.weighs_by_vector ? static_cast<std::int64_t>(at.heads) * at.dl * at.head_row * 4 : 0;
    at.scores = role_.buffer("acc", at.terms_at + terms_bytes);
    at.maxima = at.partial = at.terms = at.scores;
  } else {
    at.scores = role_.buffer("attention.scores", score_bytes);
    at.maxima = maxima_bytes == 0 ? -1 : role_.buffer("attention.maxima", maxima_bytes);
    at.partial = role_.buffer("attention.partial", partial_bytes);
  }
  at.out =
      role_.buffer("attention", static_cast<std::int64_t>(s.chunk) * s.q_columns() * element());
}

// Queries lie over columns by heads, cached keys and values over rows of tiles by position. Scores
// of the local rows are completed among the columns of a head group. Then either their maximum is
// found along y first, and weights, their sum and the weighted values follow in one train; or each
// tile weighs by its own maximum and one train brings (maximum, sum, values) together. One division
// per element rounds the output once. Where, in a step of one token, a product costs more than the
// passes it saves (Shape::weighs_by_vector), its weights and their products with each column of
// values lie below one another and are summed in one go. Each sequence of a batch
// meets its own cache (sequences.cpp); all else is one descriptor and one train for all of them.
void Emitter::attention() {
  begin_op("attention", true);
  const Shape& s = shape_;
  const isa::HeadSplit& heads = s.heads;
  AttentionLayout at = AttentionLayout::of(s, element());
  declare_attention(at);
  const int dl = at.dl;
  const int n = at.heads;
  const int slots = at.slots;
  const int head_row = at.head_row;
  const int out_row = at.out_row;
  const int out_slot = at.out_slot;
  const bool by_vector = s.weighs_by_vector && !s.batched();
  const bool merged = s.layouts.attention_merged;
  const std::int64_t score_bytes = at.score_bytes;
  const int partial = at.partial;
  const Value rows = Value::reg(reg::rows);
  const Value cached = Value::reg(reg::cached);
  const auto bytes = [](std::int64_t value) { return Value(static_cast<std::int32_t>(value)); };

  const auto sums_at = [&](int slot, int element) {
    return bytes(at.partial_at + (std::int64_t{out_slot} * slot + element) * 4);
  };
  const auto maxima_at = [&](int slot) {
    return bytes(at.maxima_at + std::int64_t{at.row_max} * slot * 4);
  };

  layer_offset(reg::c, at.layer_bytes);
  const auto score_view = [&](int t, int slot) {
    role_.td(t, at.scores, bytes(at.scores_at + score_bytes * slot), DType::f32, {rows, n, cached},
             {n * head_row, head_row, 1});
  };
  // Descriptors of what comes after a reduction. Those after the merge are written while it runs;
  // columns of a head group wait too little for their scores and would come apart.
  const auto prepare_max = [&](int slot) {
    if (merged) {
      role_.td(3, partial, sums_at(slot, 0), DType::f32, {rows, n}, {n * out_row, out_row});
    } else {
      role_.td(3, at.maxima, maxima_at(slot), DType::f32, {rows, n});
    }
  };
  const auto prepare_weights = [&](int slot) {
    if (merged) {
      role_.td(11, partial, sums_at(slot, 0), DType::f32, {rows, n, cached},
               {n * out_row, out_row, 0});
    } else {
      role_.td(11, at.maxima, maxima_at(slot), DType::f32, {rows, n, cached}, {n, 1, 0});
    }
    const auto sums = [&] {
      role_.td(5, partial, sums_at(slot, at.sum_at), DType::f32, {rows, n}, {n * out_row, out_row});
    };
    if (s.batched()) {
      sums();
      return;
    }
    role_.emit(Opcode::add, {reg::a, reg::c, bytes(at.slot_bytes * slot)});
    if (by_vector) {
      role_.td(5, at.scores, bytes(at.scores_at + score_bytes * slot), DType::f32, {n, dl, cached},
               {head_row, 0, 1});
      role_.td(6, at.scores, bytes(at.scores_at + score_bytes * slot + s.cache_rows * 4),
               DType::f32, {n, dl, cached}, {head_row, s.cache_rows, 1});
      role_.td(7, at.values, Value::reg(reg::a), dtype(), {n, dl, cached}, {0, 1, dl});
      role_.td(12, partial, sums_at(slot, at.sum_at), DType::f32, {n, dl + 1}, {out_row, 1});
      role_.td(13, at.scores, bytes(at.scores_at + score_bytes * slot), DType::f32,
               {n, dl + 1, cached}, {head_row, s.cache_rows, 1});
      return;
    }
    sums();
    role_.td(6, partial, sums_at(slot, at.first_value), DType::f32, {rows, n, dl},
             {n * out_row, out_row, 1});
    role_.td(7, at.values, Value::reg(reg::a), dtype(), {cached, dl});
  };
  const auto prepare_quotient = [&](int slot) {
    role_.td(14, partial, sums_at(slot, at.first_value), DType::f32, {rows, n, dl},
             {n * out_row, out_row, 1});
    role_.td(15, partial, sums_at(slot, at.sum_at), DType::f32, {rows, n, dl},
             {n * out_row, out_row, 0});
    role_.td(9, at.out, slot * n * dl * element(), dtype(), {rows, n, dl}, {s.q_columns(), dl, 1});
  };
  const bool one_slot = slots == 1;

  for (int slot = 0; slot < slots; ++slot) {
    if (s.batched()) {
      score_sequences(at, slot);
      score_view(0, slot);
    } else {
      score_view(0, slot);
      role_.td(1, at.qkv, slot * n * dl * element(), dtype(), {rows, n, dl}, {at.qkv_row, dl, 1});
      role_.emit(Opcode::add, {reg::a, reg::c, bytes(at.slot_bytes * slot)});
      role_.td(2, at.keys, Value::reg(reg::a), dtype(), {dl, cached}, {1, dl});
      role_.emit_numbers(Opcode::mm, {0, 1, 2}, {static_cast<float>(decoder_.scale)});
    }
    all_reduce_add(Reduction::scores, 0);
    prepare_max(slot);
    // Rows of a batch are all of one position: to the mask, one row with as many heads.
    const int masked = s.batched() ? 16 : 0;
    if (s.batched()) {
      role_.td(16, at.scores, bytes(at.scores_at + score_bytes * slot), DType::f32,
               {1, s.batch * n, cached}, {0, head_row, 1});
    }
    role_.emit(Opcode::mask,
               {masked, Value::reg(reg::position), Value::reg(reg::ty), s.region.height});
    role_.emit(Opcode::vred_max, {3, 0});
  }
  if (!merged) {
    role_.td(4, at.maxima, maxima_at(0), DType::f32, {slots, rows, n}, {at.row_max, n, 1});
    all_reduce(Reduction::maxima, Opcode::recv_max, Opcode::fwd_max, 4);
  }
  for (int slot = 0; slot < slots; ++slot) {
    if (!one_slot) {
      score_view(0, slot);
    }
    prepare_weights(slot);
    role_.emit(Opcode::v2_expsub, {0, 0, 11});
    if (by_vector) {
      role_.emit(Opcode::v2_mul, {6, 5, 7});
      role_.emit(Opcode::vred_sum, {12, 13});
    } else if (s.batched()) {
      role_.emit(Opcode::vred_sum, {5, 0});
      weigh_sequences(at, slot);
    } else {
      role_.emit(Opcode::vred_sum, {5, 0});
      role_.emit_numbers(Opcode::mm, {6, 0, 7}, {1.0f});
    }
  }
  const auto prepare_out = [&] {
    if (one_slot) {
      prepare_quotient(0);
    }
    role_.td(10, at.out, 0, dtype(), {rows, s.q_columns()});
  };
  if (merged) {
    role_.emit(Opcode::mul, {reg::a, reg::rows, n});
    role_.td(8, partial, sums_at(0, 0), DType::f32, {slots, Value::reg(reg::a), out_row},
             {out_slot, out_row, 1});
    all_reduce(Reduction::merge, Opcode::recv_osm, Opcode::fwd_osm, 8, prepare_out);
  } else {
    role_.td(8, partial, sums_at(0, 0), DType::f32, {slots, rows, n * out_row},
             {out_slot, n * out_row, 1});
    all_reduce_add(Reduction::merge, 8, prepare_out);
  }
  for (int slot = 0; slot < slots; ++slot) {
    if (!one_slot) {
      prepare_quotient(slot);
    }
    role_.emit(Opcode::v2_div, {9, 14, 15});
  }
  probe("attention", heads.axis(n), 10, first_row(), true);
}

}  // namespace weft::mapper
