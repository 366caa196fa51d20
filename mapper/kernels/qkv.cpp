// SPDX-License-Identifier: Apache-2.0
#include "mapper/kernels/emitter.h"

namespace weft::mapper {

using isa::Opcode;
using isa::Value;

// One product for q, k and v, reduced along y so that heads lie over columns. The angle table is
// dealt over rows of tiles by position; the owner of a position adds its cosines and sines to the
// same train, everybody else zeros. Then q and k are rotated in place (pairs never leave a tile)
// and the rows whose position is this tile's go to its cache; a tile without any does the same with
// a row nobody reads (Shape::one_new_row). All rows of a batch are of one position: one tile of a
// column owns it, gives its angles once, and stores a row in the cache of every sequence.
void Emitter::qkv() {
  begin_op("qkv", true);
  const Shape& s = shape_;
  const isa::HeadSplit& heads = s.heads;
  const int pairs = heads.pairs_per_column;
  const bool batched = s.batched();
  const int dl = heads.local_head_dim();
  const int columns = s.qkv_columns();
  const int row = s.qkv_row() + (s.norms_ride ? 1 : 0);
  const int layers = this->layers();
  const std::int64_t weight_bytes = static_cast<std::int64_t>(s.width_y) * columns * element();
  const int h = role_.buffer("h", static_cast<std::int64_t>(s.chunk) * s.width_y * element());
  const int w = role_.buffer("qkv.weight", weight_bytes * layers);
  const int acc =
      role_.buffer("acc", (static_cast<std::int64_t>(s.chunk) * row + s.shared_angles()) * 4);
  const int angles = batched ? s.chunk * row : columns;  // of the accumulator
  const int table =
      role_.buffer("rope.table", static_cast<std::int64_t>(s.cache_pitch()) * 2 * pairs * 4);
  const int out = role_.buffer("qkv", static_cast<std::int64_t>(s.chunk) * columns * element());
  const Value rows = Value::reg(reg::rows);
  const Value news = s.one_new_row ? Value(1) : Value::reg(reg::cache_new);

  ride_in(acc, row, rows);
  layer_offset(reg::a, weight_bytes);
  role_.td(0, acc, 0, DType::f32, {rows, columns}, {row, 1});
  role_.td(1, h, 0, dtype(), {rows, s.width_y});
  role_.td(2, w, Value::reg(reg::a), dtype(), {s.width_y, columns});
  role_.emit_numbers(Opcode::mm, {0, 1, 2}, {1.0f});

  if (batched) {
    if (!s.one_new_row) {
      role_.td(3, acc, angles * 4, DType::f32, {2 * pairs});
      role_.emit_numbers(Opcode::vfill, {3}, {0.0f});
    }
    role_.td(4, acc, angles * 4, DType::f32, {news, 2 * pairs});
  } else {
    role_.td(3, acc, angles * 4, DType::f32, {rows, 2 * pairs}, {row, 1});
    role_.emit_numbers(Opcode::vfill, {3}, {0.0f});
    role_.emit(Opcode::mul, {reg::a, reg::first_new, row * 4});
    role_.emit(Opcode::add, {reg::a, reg::a, angles * 4});
    role_.td(4, acc, Value::reg(reg::a), DType::f32, {news, 2 * pairs}, {row * s.region.height, 1});
  }
  role_.emit(Opcode::mul, {reg::a, reg::new_at, 2 * pairs * 4});
  role_.td(5, table, Value::reg(reg::a), DType::f32, {news, 2 * pairs});
  role_.emit(Opcode::v1_cpy, {4, 5});

  const Value position = first_row();
  const int q_columns = s.q_columns();
  const int kv_columns = s.kv_columns();
  const auto view = [&](int t, int first, int width) {
    role_.td(t, out, first * element(), dtype(), {rows, width}, {columns, 1});
  };
  // Cache: [layer][slot][sequence][row][dl], one buffer each for keys and values.
  const std::int64_t cache_bytes = s.cache_layer() * element();
  const std::int64_t all_bytes = s.cache_elements(layers) * element();
  const char* const names[] = {"cache.k", "cache.v"};
  // Where this step's rows go, in c: to the owner's place for the position, or behind all layers.
  const auto prepare_batch = [&] {
    layer_offset(reg::c, cache_bytes);
    role_.emit(Opcode::mul, {reg::a, reg::new_at, dl * element()});
    role_.emit(Opcode::add, {reg::c, reg::c, Value::reg(reg::a)});
    Value stored = s.batch;
    if (s.one_new_row) {
      const auto spare = static_cast<std::int32_t>(cache_bytes * layers);
      role_.emit(Opcode::sub, {reg::c, reg::c, spare});
      role_.emit(Opcode::mul, {reg::c, reg::c, Value::reg(reg::cache_new)});
      role_.emit(Opcode::add, {reg::c, reg::c, spare});
    } else {
      role_.emit(Opcode::mul, {reg::b, reg::cache_new, s.batch});
      stored = Value::reg(reg::b);
    }
    role_.emit(Opcode::mul, {reg::a, reg::apart, s.batch});
    for (int i = 0; i < 2; ++i) {
      const int cache = role_.buffer(names[i], all_bytes);
      role_.td(15 + 2 * i, out, (q_columns + i * kv_columns) * element(), dtype(),
               {stored, heads.groups_per_column, dl}, {columns, dl, 1});
      role_.td(16 + 2 * i, cache, Value::reg(reg::c), dtype(),
               {stored, heads.groups_per_column, dl},
               {Value::reg(reg::apart), Value::reg(reg::a), 1});
    }
  };
  const auto prepare_cache = [&] {
    role_.emit(Opcode::mul, {reg::b, reg::first_new, columns * element()});
    layer_offset(reg::c, cache_bytes);
    role_.emit(Opcode::mul, {reg::a, reg::new_at, dl * element()});
    role_.emit(Opcode::add, {reg::c, reg::c, Value::reg(reg::a)});
    for (int i = 0; i < 2; ++i) {
      const int cache = role_.buffer(names[i], all_bytes);
      role_.emit(Opcode::add, {reg::a, reg::b, (q_columns + i * kv_columns) * element()});
      role_.td(15 + 2 * i, out, Value::reg(reg::a), dtype(), {news, heads.groups_per_column, dl},
               {columns * s.region.height, dl, 1});
      role_.td(16 + 2 * i, cache, Value::reg(reg::c), dtype(), {news, heads.groups_per_column, dl},
               {dl, s.cache_pitch() * dl, 1});
    }
  };
  if (batched) {
    role_.td(6, acc, 0, DType::f32, {angles + s.angles()});
  } else {
    role_.td(6, acc, 0, DType::f32, {rows, row});
  }
  all_reduce_add(Reduction::qkv, 6, [&] {
    role_.td(7, out, 0, dtype(), {rows, columns});
    prepare_ride_out(acc, row, columns, rows);
    view(8, 0, q_columns);
    view(9, q_columns, kv_columns);
    view(10, q_columns + kv_columns, kv_columns);
    const int next_angles = batched ? 0 : row;
    role_.td(11, acc, angles * 4, DType::f32, {rows, pairs}, {next_angles, 1});
    role_.td(12, acc, (angles + pairs) * 4, DType::f32, {rows, pairs}, {next_angles, 1});
    role_.td(13, out, 0, dtype(), {rows, q_columns / dl, dl}, {columns, dl, 1});
    role_.td(14, out, q_columns * element(), dtype(), {rows, kv_columns / dl, dl},
             {columns, dl, 1});
    batched ? prepare_batch() : prepare_cache();
  });
  ride_out(7, 0, columns);
  probe("q", heads.axis(heads.heads_per_group), 8, position, true);
  probe("k", heads.axis(1), 9, position, true);
  probe("v", heads.axis(1), 10, position, true);

  begin_op("rope", true);
  role_.emit(Opcode::rope, {13, 13, 11, 12});
  role_.emit(Opcode::rope, {14, 14, 11, 12});
  probe("q_rope", heads.axis(heads.heads_per_group), 8, position, true);
  probe("k_rope", heads.axis(1), 9, position, true);
  role_.emit(Opcode::v1_cpy, {16, 15});
  role_.emit(Opcode::v1_cpy, {18, 17});
}

void Emitter::fill_spare_angles() {
  const int row = 2 * shape_.heads.pairs_per_column * 4;
  const int table =
      role_.buffer("rope.table", static_cast<std::int64_t>(shape_.cache_pitch()) * row);
  role_.td(0, table, shape_.cache_rows * row, DType::f32, {2 * shape_.heads.pairs_per_column});
  role_.emit_numbers(Opcode::vfill, {0}, {0.0f});
}

}  // namespace weft::mapper
