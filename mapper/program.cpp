// SPDX-License-Identifier: Apache-2.0
#include "mapper/program.h"

#include <algorithm>

namespace weft::mapper {

using isa::Opcode;
using isa::RoleBuilder;
using isa::Value;

namespace {

// rows = tokens of this step; KV rows of this tile among them: positions p with p mod height == ty.
void begin_step(Emitter& emitter) {
  RoleBuilder& role = emitter.role();
  const int height = emitter.shape().region.height;
  const int prompt = static_cast<int>(emitter.request().prompt.size());
  role.emit(Opcode::li, {reg::a, prompt});
  role.emit(Opcode::sub, {reg::a, reg::a, Value::reg(reg::position)});
  role.emit(Opcode::min, {reg::a, reg::a, emitter.shape().chunk});
  role.emit(Opcode::max, {reg::rows, reg::a, 1});
  const auto rows_below = [&](int to, Value limit) {
    // Positions below `limit` that are this tile's: floor((limit - 1 - ty) / height) + 1.
    role.emit(Opcode::add, {to, reg::position, limit});
    role.emit(Opcode::sub, {to, to, Value::reg(reg::ty)});
    role.emit(Opcode::add, {to, to, height - 1});
    role.emit(Opcode::div, {to, to, height});
  };
  rows_below(reg::cache_before, 0);
  rows_below(reg::cache_after, Value::reg(reg::rows));
  role.emit(Opcode::sub, {reg::cache_new, reg::cache_after, Value::reg(reg::cache_before)});
  role.emit(Opcode::mul, {reg::first_new, reg::cache_before, height});
  role.emit(Opcode::add, {reg::first_new, reg::first_new, Value::reg(reg::ty)});
  role.emit(Opcode::sub, {reg::first_new, reg::first_new, Value::reg(reg::position)});
}

void write_layers(Emitter& emitter) {
  RoleBuilder& role = emitter.role();
  role.emit(Opcode::li, {reg::layer, 0});
  role.loop(static_cast<int>(emitter.decoder().layers.size()));
  emitter.norm("input_norm", "x", "input.gain", true);
  emitter.qkv();
  emitter.attention();
  emitter.project_out("o", "attention_residual", "attention", emitter.shape().q_columns(),
                      "o.weight");
  emitter.norm("post_norm", "x", "post.gain", true);
  emitter.gate_up();
  emitter.project_out("down", "mlp_residual", "silu_mul", emitter.shape().hidden_x, "down.weight");
  role.graph_op(-1);
  role.emit(Opcode::add, {reg::layer, reg::layer, 1});
  role.end();
}

void write_head(Emitter& emitter) {
  RoleBuilder& role = emitter.role();
  const int prompt = static_cast<int>(emitter.request().prompt.size());
  if (emitter.request().all_logits) {
    role.emit(Opcode::li, {reg::head_first, 0});
    role.emit(Opcode::add, {reg::head_rows, reg::rows, 0});
    emitter.norm("norm", "x", "final.gain", false);
    emitter.head();
    return;
  }
  // Only the last token of the prompt, and every token after it, is followed by a choice.
  role.emit(Opcode::add, {reg::a, reg::position, Value::reg(reg::rows)});
  const auto skip = role.branch(Opcode::br_lt, reg::a, prompt);
  role.emit(Opcode::sub, {reg::head_first, reg::rows, 1});
  role.emit(Opcode::li, {reg::head_rows, 1});
  emitter.norm("norm", "x", "final.gain", false);
  emitter.head();
  role.land(skip);
}

}  // namespace

int step_count(const Request& request, const Shape& shape) {
  const int prompt = static_cast<int>(request.prompt.size());
  const int chunks = (prompt + shape.chunk - 1) / shape.chunk;
  switch (request.phase) {
    case Phase::prefill:
      return chunks;
    case Phase::decode:
      return request.new_tokens;
    default:
      return chunks + request.new_tokens - 1;
  }
}

void write_program(Emitter& emitter) {
  RoleBuilder& role = emitter.role();
  role.emit(Opcode::csrr, {reg::tx, 0});
  role.emit(Opcode::csrr, {reg::ty, 1});
  role.emit(Opcode::li, {reg::position, emitter.request().first_position});
  role.loop(step_count(emitter.request(), emitter.shape()));
  begin_step(emitter);
  emitter.embed();
  role.graph_op(-1);
  write_layers(emitter);
  write_head(emitter);
  role.graph_op(-1);
  role.emit(Opcode::add, {reg::position, reg::position, Value::reg(reg::rows)});
  role.end();
}

}  // namespace weft::mapper
