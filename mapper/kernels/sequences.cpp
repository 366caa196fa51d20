// SPDX-License-Identifier: Apache-2.0
#include "mapper/kernels/attention.h"
#include "mapper/kernels/emitter.h"

namespace weft::mapper {

using isa::Opcode;
using isa::Value;

namespace {

Value number(std::int64_t value) { return static_cast<std::int32_t>(value); }

}  // namespace

// Products with what only one sequence has, its cache, one sequence after the other in a loop: the
// text of the program does not grow with the batch. d, e and f step through the rows of queries or
// results, of scores, and of the cache; c is where the layer's part of the cache begins.
void Emitter::each_sequence(const AttentionLayout& at, int slot, Value first_d, int step_d,
                            const std::function<void()>& product) {
  role_.emit(Opcode::li, {reg::d, first_d});
  role_.emit(Opcode::li, {reg::e, number(at.scores_at + at.score_bytes * slot)});
  role_.emit(Opcode::add, {reg::f, reg::c, number(at.slot_bytes * slot)});
  role_.loop(shape_.batch);
  product();
  role_.emit(Opcode::add, {reg::d, reg::d, step_d});
  role_.emit(Opcode::add, {reg::e, reg::e, at.heads * at.head_row * 4});
  role_.emit(Opcode::add, {reg::f, reg::f, number(at.sequence_bytes)});
  role_.end();
}

// Takes t0 to t2.
void Emitter::score_sequences(const AttentionLayout& at, int slot) {
  const Value cached = Value::reg(reg::cached);
  each_sequence(at, slot, slot * at.heads * at.dl * element(), at.qkv_row * element(), [&] {
    role_.td(0, at.scores, Value::reg(reg::e), DType::f32, {at.heads, cached}, {at.head_row, 1});
    role_.td(1, at.qkv, Value::reg(reg::d), dtype(), {at.heads, at.dl});
    role_.td(2, at.keys, Value::reg(reg::f), dtype(), {at.dl, cached}, {1, at.dl});
    role_.emit_numbers(Opcode::mm, {0, 1, 2}, {static_cast<float>(decoder_.scale)});
  });
}

// Weighted values behind the weights of t0, by products or, where their rows are short, as vectors
// (Shape::weighs_by_vector). Takes t6, t7, t12 and t13.
void Emitter::weigh_sequences(const AttentionLayout& at, int slot) {
  const Value cached = Value::reg(reg::cached);
  const bool by_vector = shape_.weighs_by_vector;
  each_sequence(
      at, slot, number(at.partial_at + (at.out_slot * slot + at.first_value) * 4),
      at.heads * at.out_row * 4, [&] {
        role_.td(6, at.partial, Value::reg(reg::d), DType::f32, {at.heads, at.dl}, {at.out_row, 1});
        if (by_vector) {
          role_.td(7, at.values, Value::reg(reg::f), dtype(), {at.heads, at.dl, cached},
                   {0, 1, at.dl});
          role_.td(12, at.scores, Value::reg(reg::e), DType::f32, {at.heads, at.dl, cached},
                   {at.head_row, 0, 1});
          role_.td(13, at.terms, number(at.terms_at), DType::f32, {at.heads, at.dl, cached},
                   {at.dl * at.head_row, at.head_row, 1});
          role_.emit(Opcode::v2_mul, {13, 12, 7});
          role_.emit(Opcode::vred_sum, {6, 13});
        } else {
          role_.td(7, at.values, Value::reg(reg::f), dtype(), {cached, at.dl});
          role_.td(12, at.scores, Value::reg(reg::e), DType::f32, {at.heads, cached},
                   {at.head_row, 1});
          role_.emit_numbers(Opcode::mm, {6, 12, 7}, {1.0f});
        }
      });
}

}  // namespace weft::mapper
