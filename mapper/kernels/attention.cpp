// SPDX-License-Identifier: Apache-2.0
#include "mapper/kernels/emitter.h"

namespace weft::mapper {

using isa::Opcode;
using isa::Value;

// Queries lie over columns by heads, cached keys and values over rows of tiles by position. Scores
// of the local rows are completed among the columns of a head group. Then either their maximum is
// found along y first, and weights, their sum and the weighted values follow in one train; or each
// tile weighs by its own maximum and one train brings (maximum, sum, values) together. One division
// per element rounds the output once. Where, in a step of one token, a product costs more than the
// passes it saves (Shape::weighs_by_vector), its weights and their products with each column of
// values lie below one another and are summed in one go.
void Emitter::attention() {
  begin_op("attention", true);
  const Shape& s = shape_;
  const isa::HeadSplit& heads = s.heads;
  const int dl = heads.local_head_dim();
  const int n = heads.heads_per_group;
  const int slots = heads.groups_per_column;
  const int columns = s.qkv_columns();
  const int layers = this->layers();
  const std::int64_t slot_bytes = static_cast<std::int64_t>(s.cache_pitch()) * dl * element();
  const std::int64_t cache_bytes = slot_bytes * slots;
  const int score_row = s.cache_rows;
  const bool by_vector = s.weighs_by_vector;
  const int head_row = score_row * (by_vector ? dl + 1 : 1);  // scores of a head and their products
  const std::int64_t score_bytes = static_cast<std::int64_t>(s.chunk) * n * head_row * 4;
  const int row_max = s.chunk * n;  // maxima of one slot
  const bool merged = s.layouts.attention_merged;
  const int first_value = merged ? 2 : 0;  // maximum and sum before the values, or the sum behind
  const int sum_at = merged ? 1 : dl;
  const int out_row = dl + (merged ? 2 : 1);
  const int out_slot = s.chunk * n * out_row;

  const int qkv_buffer =
      role_.buffer("qkv", static_cast<std::int64_t>(s.chunk) * columns * element());
  const int keys = role_.buffer("cache.k", cache_bytes * layers);
  const int values = role_.buffer("cache.v", cache_bytes * layers);
  const int scores = role_.buffer("attention.scores", score_bytes * slots);
  const int maxima =
      merged ? -1
             : role_.buffer("attention.maxima", static_cast<std::int64_t>(row_max) * slots * 4);
  const int partial =
      role_.buffer("attention.partial", static_cast<std::int64_t>(out_slot) * slots * 4);
  const int out =
      role_.buffer("attention", static_cast<std::int64_t>(s.chunk) * s.q_columns() * element());
  const Value rows = Value::reg(reg::rows);
  const Value cached = Value::reg(reg::cached);
  const auto bytes = [](std::int64_t value) { return Value(static_cast<std::int32_t>(value)); };

  layer_offset(reg::c, cache_bytes);
  const auto score_view = [&](int t, int slot) {
    role_.td(t, scores, bytes(score_bytes * slot), DType::f32, {rows, n, cached},
             {n * head_row, head_row, 1});
  };
  // Descriptors of what comes after a reduction. Those after the merge are written while it runs;
  // columns of a head group wait too little for their scores and would come apart.
  const auto prepare_max = [&](int slot) {
    if (merged) {
      role_.td(3, partial, out_slot * slot * 4, DType::f32, {rows, n}, {n * out_row, out_row});
    } else {
      role_.td(3, maxima, row_max * slot * 4, DType::f32, {rows, n});
    }
  };
  const auto prepare_weights = [&](int slot) {
    if (merged) {
      role_.td(11, partial, out_slot * slot * 4, DType::f32, {rows, n, cached},
               {n * out_row, out_row, 0});
    } else {
      role_.td(11, maxima, row_max * slot * 4, DType::f32, {rows, n, cached}, {n, 1, 0});
    }
    role_.emit(Opcode::add, {reg::a, reg::c, bytes(slot_bytes * slot)});
    if (by_vector) {
      role_.td(5, scores, bytes(score_bytes * slot), DType::f32, {n, dl, cached}, {head_row, 0, 1});
      role_.td(6, scores, bytes(score_bytes * slot + score_row * 4), DType::f32, {n, dl, cached},
               {head_row, score_row, 1});
      role_.td(7, values, Value::reg(reg::a), dtype(), {n, dl, cached}, {0, 1, dl});
      role_.td(12, partial, (out_slot * slot + sum_at) * 4, DType::f32, {n, dl + 1}, {out_row, 1});
      role_.td(13, scores, bytes(score_bytes * slot), DType::f32, {n, dl + 1, cached},
               {head_row, score_row, 1});
      return;
    }
    role_.td(5, partial, (out_slot * slot + sum_at) * 4, DType::f32, {rows, n},
             {n * out_row, out_row});
    role_.td(6, partial, (out_slot * slot + first_value) * 4, DType::f32, {rows, n, dl},
             {n * out_row, out_row, 1});
    role_.td(7, values, Value::reg(reg::a), dtype(), {cached, dl});
  };
  const auto prepare_quotient = [&](int slot) {
    role_.td(14, partial, (out_slot * slot + first_value) * 4, DType::f32, {rows, n, dl},
             {n * out_row, out_row, 1});
    role_.td(15, partial, (out_slot * slot + sum_at) * 4, DType::f32, {rows, n, dl},
             {n * out_row, out_row, 0});
    role_.td(9, out, slot * n * dl * element(), dtype(), {rows, n, dl}, {s.q_columns(), dl, 1});
  };
  const bool one_slot = slots == 1;

  for (int slot = 0; slot < slots; ++slot) {
    score_view(0, slot);
    role_.td(1, qkv_buffer, slot * n * dl * element(), dtype(), {rows, n, dl}, {columns, dl, 1});
    role_.emit(Opcode::add, {reg::a, reg::c, bytes(slot_bytes * slot)});
    role_.td(2, keys, Value::reg(reg::a), dtype(), {dl, cached}, {1, dl});
    role_.emit_numbers(Opcode::mm, {0, 1, 2}, {static_cast<float>(decoder_.scale)});
    all_reduce_add(Reduction::scores, 0);
    prepare_max(slot);
    role_.emit(Opcode::mask, {0, Value::reg(reg::position), Value::reg(reg::ty), s.region.height});
    role_.emit(Opcode::vred_max, {3, 0});
  }
  if (!merged) {
    role_.td(4, maxima, 0, DType::f32, {slots, rows, n}, {row_max, n, 1});
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
    } else {
      role_.emit(Opcode::vred_sum, {5, 0});
      role_.emit_numbers(Opcode::mm, {6, 0, 7}, {1.0f});
    }
  }
  const auto prepare_out = [&] {
    if (one_slot) {
      prepare_quotient(0);
    }
    role_.td(10, out, 0, dtype(), {rows, s.q_columns()});
  };
  if (merged) {
    role_.emit(Opcode::mul, {reg::a, reg::rows, n});
    role_.td(8, partial, 0, DType::f32, {slots, Value::reg(reg::a), out_row},
             {out_slot, out_row, 1});
    all_reduce(Reduction::merge, Opcode::recv_osm, Opcode::fwd_osm, 8, prepare_out);
  } else {
    role_.td(8, partial, 0, DType::f32, {slots, rows, n * out_row}, {out_slot, n * out_row, 1});
    all_reduce_add(Reduction::merge, 8, prepare_out);
  }
  for (int slot = 0; slot < slots; ++slot) {
    if (!one_slot) {
      prepare_quotient(slot);
    }
    role_.emit(Opcode::v2_div, {9, 14, 15});
  }
  probe("attention", heads.axis(n), 10, Value::reg(reg::position), true);
}

}  // namespace weft::mapper
