// SPDX-License-Identifier: Apache-2.0
#include "mapper/program.h"

#include <algorithm>

#include "mapper/loads.h"

namespace weft::mapper {

using isa::Opcode;
using isa::RoleBuilder;
using isa::Value;

namespace {

// to = at / height rounded up: how many of `at` positions, dealt over rows of tiles, one has at
// most.
void rows_of(Emitter& emitter, int to, int at) {
  const int height = emitter.shape().region.height;
  emitter.role().emit(Opcode::add, {to, at, height - 1});
  emitter.role().emit(Opcode::div, {to, to, height});
}

// A step of a batch: a token of each sequence, all at one position. Its keys and values are this
// tile's where position mod height == ty; elsewhere they are stored side by side behind the cache.
void begin_step_of_batch(Emitter& emitter) {
  RoleBuilder& role = emitter.role();
  const Shape& shape = emitter.shape();
  const int dl = shape.heads.local_head_dim();
  role.emit(Opcode::mul, {reg::shown, reg::position, shape.batch});
  role.emit(Opcode::add, {reg::cached, reg::position, 1});
  role.emit(Opcode::sub, {reg::a, reg::position, Value::reg(reg::ty)});
  role.emit(Opcode::add, {reg::b, reg::a, 1});
  rows_of(emitter, reg::new_at, reg::a);
  rows_of(emitter, reg::b, reg::b);
  rows_of(emitter, reg::cached, reg::cached);
  role.emit(Opcode::sub, {reg::cache_new, reg::b, Value::reg(reg::new_at)});
  if (!shape.one_new_row) {
    role.emit(Opcode::li, {reg::apart, shape.cache_rows * dl});
    return;
  }
  role.emit(Opcode::sub, {reg::new_at, reg::new_at, shape.cache_rows});
  role.emit(Opcode::mul, {reg::new_at, reg::new_at, Value::reg(reg::cache_new)});
  role.emit(Opcode::add, {reg::new_at, reg::new_at, shape.cache_rows});
  role.emit(Opcode::mul, {reg::apart, reg::cache_new, (shape.cache_rows - 1) * dl});
  role.emit(Opcode::add, {reg::apart, reg::apart, dl});
}

// rows = tokens of this step; KV rows of this tile among them: positions p with p mod height == ty.
void begin_step(Emitter& emitter) {
  if (emitter.shape().batched()) {
    begin_step_of_batch(emitter);
    return;
  }
  RoleBuilder& role = emitter.role();
  const Shape& shape = emitter.shape();
  const int height = shape.region.height;
  role.emit(Opcode::li, {reg::a, emitter.request().prompt_length()});
  role.emit(Opcode::sub, {reg::a, reg::a, Value::reg(reg::position)});
  role.emit(Opcode::min, {reg::a, reg::a, shape.chunk});
  role.emit(Opcode::max, {reg::rows, reg::a, 1});
  // What comes after the step is masked, so all tiles look at as many rows as the fullest has.
  role.emit(Opcode::add, {reg::cached, reg::position, Value::reg(reg::rows)});
  role.emit(Opcode::sub, {reg::a, reg::position, Value::reg(reg::ty)});
  role.emit(Opcode::sub, {reg::b, reg::cached, Value::reg(reg::ty)});
  rows_of(emitter, reg::new_at, reg::a);
  rows_of(emitter, reg::b, reg::b);
  rows_of(emitter, reg::cached, reg::cached);
  role.emit(Opcode::sub, {reg::cache_new, reg::b, Value::reg(reg::new_at)});
  role.emit(Opcode::mul, {reg::first_new, reg::new_at, height});
  role.emit(Opcode::add, {reg::first_new, reg::first_new, Value::reg(reg::ty)});
  role.emit(Opcode::sub, {reg::first_new, reg::first_new, Value::reg(reg::position)});
  if (shape.one_new_row) {
    // Without a row of its own: from the first of the step to the one behind the last.
    role.emit(Opcode::mul, {reg::first_new, reg::first_new, Value::reg(reg::cache_new)});
    role.emit(Opcode::sub, {reg::new_at, reg::new_at, shape.cache_rows});
    role.emit(Opcode::mul, {reg::new_at, reg::new_at, Value::reg(reg::cache_new)});
    role.emit(Opcode::add, {reg::new_at, reg::new_at, shape.cache_rows});
  }
}

void write_layers(Emitter& emitter) {
  RoleBuilder& role = emitter.role();
  role.emit(Opcode::li, {reg::layer, 0});
  role.loop(emitter.layers());
  emitter.norm(Reduction::input_norm, "input_norm", "x", "input.gain", true);
  emitter.qkv();
  emitter.attention();
  emitter.project_out(Reduction::o, "o", "attention_residual", "attention",
                      emitter.shape().q_columns(), "o.weight");
  emitter.norm(Reduction::post_norm, "post_norm", "x", "post.gain", true);
  emitter.gate_up();
  emitter.project_out(Reduction::down, "down", "mlp_residual", "silu_mul", emitter.shape().hidden_x,
                      "down.weight");
  role.graph_op(-1);
  role.emit(Opcode::add, {reg::layer, reg::layer, 1});
  role.end();
}

// The last `rows` - head_first tokens of this step get logits, and the last one's choice is kept;
// of a batch all do and all are, group by group.
void write_logits(Emitter& emitter) {
  const Shape& shape = emitter.shape();
  if (shape.batched()) {
    RoleBuilder& role = emitter.role();
    role.emit(Opcode::li, {reg::head_first, 0});
    role.emit(Opcode::li, {reg::head_rows, shape.logit_rows});
    const bool groups = shape.logit_groups() > 1;
    if (groups) {
      role.loop(shape.logit_groups());
    }
    emitter.norm(Reduction::norm, "norm", "x", "final.gain", false);
    emitter.head();
    role.graph_op(-1);
    if (groups) {
      role.emit(Opcode::add, {reg::head_first, reg::head_first, shape.logit_rows});
      role.end();
    }
    return;
  }
  emitter.norm(Reduction::norm, "norm", "x", "final.gain", false);
  emitter.head();
  emitter.role().graph_op(-1);
}

void choose_all(Emitter& emitter) {
  if (emitter.shape().batched()) {
    return;
  }
  emitter.role().emit(Opcode::li, {reg::head_first, 0});
  emitter.role().emit(Opcode::add, {reg::head_rows, reg::rows, 0});
}

void choose_last(Emitter& emitter) {
  if (emitter.shape().batched()) {
    return;
  }
  emitter.role().emit(Opcode::sub, {reg::head_first, reg::rows, 1});
  emitter.role().emit(Opcode::li, {reg::head_rows, 1});
}

int prompt_of(const Emitter& emitter) { return emitter.request().prompt_length(); }

// Positions this step covers.
Value covered(const Emitter& emitter) {
  return emitter.shape().batched() ? Value(1) : Value::reg(reg::rows);
}

// Where the last token of the prompt, or one after it, is in this step; ends at land().
std::size_t skip_before_last(Emitter& emitter) {
  RoleBuilder& role = emitter.role();
  role.emit(Opcode::add, {reg::a, reg::position, covered(emitter)});
  return role.branch(Opcode::br_lt, reg::a, prompt_of(emitter));
}

void write_head(Emitter& emitter) {
  if (emitter.request().all_logits) {
    choose_all(emitter);
    write_logits(emitter);
    return;
  }
  const auto skip = skip_before_last(emitter);
  choose_last(emitter);
  write_logits(emitter);
  emitter.role().land(skip);
}

void end_step(Emitter& emitter) {
  RoleBuilder& role = emitter.role();
  role.graph_op(-1);
  role.emit(Opcode::add, {reg::position, reg::position, covered(emitter)});
}

// One region that holds everything.
void write_alone(Emitter& emitter) {
  RoleBuilder& role = emitter.role();
  role.loop(step_count(emitter.request(), emitter.shape()));
  begin_step(emitter);
  emitter.embed();
  role.graph_op(-1);
  write_layers(emitter);
  write_head(emitter);
  end_step(emitter);
  role.end();
}

// One region of several, with layers: every step passes through; the last region before the head
// hands on only what gets logits.
void write_layer_region(Emitter& emitter) {
  RoleBuilder& role = emitter.role();
  role.loop(step_count(emitter.request(), emitter.shape()));
  begin_step(emitter);
  emitter.hand_in();
  role.graph_op(-1);
  write_layers(emitter);
  if (emitter.kind().before_head && !emitter.request().all_logits) {
    const auto skip = skip_before_last(emitter);
    emitter.hand_out();
    role.graph_op(-1);
    role.land(skip);
  } else {
    emitter.hand_out();
  }
  end_step(emitter);
  role.end();
}

void embed_and_choose(Emitter& emitter, int steps) {
  if (steps == 0) {
    return;
  }
  RoleBuilder& role = emitter.role();
  role.loop(steps);
  begin_step(emitter);
  emitter.embed();
  emitter.hand_out();
  emitter.hand_in();
  emitter.request().all_logits ? choose_all(emitter) : choose_last(emitter);
  write_logits(emitter);
  end_step(emitter);
  role.end();
}

// Embedding and head. Chunks of a prompt follow each other through the regions; only the last comes
// back. After that every token waits for the one before it.
void write_vocabulary_region(Emitter& emitter) {
  RoleBuilder& role = emitter.role();
  const int steps = step_count(emitter.request(), emitter.shape());
  if (emitter.request().all_logits || prompt_of(emitter) == 0) {
    embed_and_choose(emitter, steps);
    return;
  }
  const int chunks = prompt_steps(emitter.request(), emitter.shape());
  role.loop(chunks);
  begin_step(emitter);
  emitter.embed();
  emitter.hand_out();
  end_step(emitter);
  role.end();
  emitter.hand_in();
  role.emit(Opcode::sub, {reg::position, reg::position, covered(emitter)});
  choose_last(emitter);
  write_logits(emitter);
  end_step(emitter);
  embed_and_choose(emitter, steps - chunks);
}

}  // namespace

int prompt_steps(const Request& request, const Shape& shape) {
  return (static_cast<int>(request.prompt.size()) + shape.chunk - 1) / shape.chunk;
}

int step_count(const Request& request, const Shape& shape) {
  const int chunks = prompt_steps(request, shape);
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
  if (emitter.shape().batched()) {
    role.emit(Opcode::li, {reg::rows, emitter.shape().batch});
  }
  if (emitter.shape().norms_ride) {
    role.td(0, role.buffer("one", 4), 0, DType::f32, {1});
    role.emit_numbers(Opcode::vfill, {0}, {1.0f});
  }
  if (emitter.kind().vocabulary && emitter.shape().prompt_dealt) {
    emitter.fill_spare_prompt();
  }
  if (emitter.shape().one_new_row && emitter.layers() > 0) {
    emitter.fill_spare_angles();
  }
  if (emitter.kind().single) {
    write_alone(emitter);
    return;
  }
  role.emit(Opcode::csrr, {reg::source, isa::kFirstParameter});
  role.emit(Opcode::csrr, {reg::relay, isa::kFirstParameter + 1});
  emitter.kind().vocabulary ? write_vocabulary_region(emitter) : write_layer_region(emitter);
}

}  // namespace weft::mapper
