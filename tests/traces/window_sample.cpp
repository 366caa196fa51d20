// SPDX-License-Identifier: Apache-2.0
#include "tests/traces/window_sample.h"

#include "tests/traces/sample.h"

namespace weft::traces {

Recording window_sample() {
  Recording recording = sample_recording();
  Window& window = *recording.mutable_window();
  window.mutable_tiles()->set_x(2);
  window.mutable_tiles()->set_y(1);
  window.mutable_tiles()->set_width(2);
  window.mutable_tiles()->set_height(1);
  window.set_begin(100);
  window.set_end(200);
  window.set_asked_end(200);
  window.add_roles("left");
  window.add_roles("right");
  const auto instruction = [&](const char* text, int pc, int color) {
    Instruction& entry = *window.add_instructions();
    entry.set_text(text);
    entry.set_pc(pc);
    if (color >= 0) {
      entry.add_colors(color);
    }
  };
  instruction("busy 40", 0, -1);
  instruction("send c5, t0", 1, 5);
  instruction("recv.set t0, c5", 4, 5);
  OpRun& run = *window.add_op_runs();
  run.set_name("layers.1.mix");
  run.set_step(3);
  run.set_layer(1);
  const auto activity = [&](int bin, int of, int op_run) {
    Activity& entry = *window.add_activities();
    entry.set_bin(bin);
    entry.set_instruction(of);
    entry.set_op_run(op_run);
  };
  activity(0, 1, 1);  // compute, busy
  activity(2, 2, 1);  // moving, send
  activity(3, 3, 0);  // wait input, recv.set
  activity(2, 3, 0);  // moving, recv.set
  activity(7, 0, 0);  // idle
  const auto row = [&](int role, std::initializer_list<std::pair<int, int>> stretches) {
    TileWindow& entry = *window.add_rows();
    entry.set_role(role);
    for (const auto& [cycles, what] : stretches) {
      entry.add_cycles(cycles);
      entry.add_activities(what);
    }
  };
  row(1, {{40, 0}, {20, 1}, {40, 4}});
  row(2, {{50, 2}, {20, 3}, {30, 4}});
  Train& train = *window.add_trains();
  train.set_source(0);
  train.set_destination(1);
  train.set_color(5);
  train.set_words(20);
  train.set_issued(140);
  train.set_consumed(150);
  train.set_end(170);
  train.set_send_instruction(2);
  train.set_receive_instruction(3);
  return recording;
}

}  // namespace weft::traces
