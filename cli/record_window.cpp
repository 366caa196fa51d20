// SPDX-License-Identifier: Apache-2.0
#include "cli/record_window.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "isa/bundle.h"
#include "isa/text.h"

namespace weft::cli {
namespace {

/// Fills the tables of a window as they are first needed; indices count from 1, 0: none.
class WindowBuilder {
 public:
  WindowBuilder(const isa::Bundle& bundle, traces::Window& window)
      : bundle_(bundle), window_(window), texts_(static_cast<std::size_t>(bundle.roles_size())) {}

  void add_tile(int x, int y, const std::vector<sim::Stretch>& stretches) {
    const int role = isa::role_at(bundle_, x, y);
    roles_.push_back(role);
    traces::TileWindow& row = *window_.add_rows();
    row.set_role(role + 1);
    for (const sim::Stretch& stretch : stretches) {
      row.add_cycles(stretch.end - stretch.begin);
      row.add_activities(activity(role, stretch));
    }
  }

  void add_train(const sim::Train& from) {
    traces::Train& train = *window_.add_trains();
    train.set_source(from.source);
    train.set_destination(from.destination);
    train.set_color(from.color);
    train.set_words(from.words);
    train.set_issued(from.issued);
    train.set_consumed(from.consumed);
    train.set_end(from.end);
    const auto role = [&](std::int32_t tile) { return roles_[static_cast<std::size_t>(tile)]; };
    train.set_send_instruction(instruction(role(from.source), from.send_pc));
    train.set_receive_instruction(instruction(role(from.destination), from.receive_pc));
  }

 private:
  int instruction(int role, int pc) {
    if (role < 0 || pc < 0) {
      return 0;
    }
    const auto [at, fresh] = instructions_.try_emplace({role, pc}, window_.instructions_size() + 1);
    if (fresh) {
      const isa::Role& program = bundle_.roles(role);
      auto& texts = texts_[static_cast<std::size_t>(role)];
      if (texts.empty()) {
        texts = isa::print_instructions(bundle_, program);
      }
      traces::Instruction& entry = *window_.add_instructions();
      entry.set_text(texts[static_cast<std::size_t>(pc)]);
      entry.set_pc(pc);
      const auto instr = isa::decode(program.code(pc));
      if (instr && isa::info_of(instr->opcode).op_class == isa::OpClass::transfer) {
        const isa::TransferOperands operands = isa::transfer_operands(*instr);
        for (const int color : {operands.in_color, operands.out_color}) {
          if (color >= 0) {
            entry.add_colors(color);
          }
        }
      }
    }
    return at->second;
  }

  int op_run(const sim::Stretch& stretch) {
    if (stretch.graph_op < 0 || stretch.graph_op >= bundle_.graph_ops_size()) {
      return 0;
    }
    const auto [at, fresh] = op_runs_.try_emplace({stretch.graph_op, stretch.outer, stretch.inner},
                                                  window_.op_runs_size() + 1);
    if (fresh) {
      const std::string& pattern = bundle_.graph_ops(stretch.graph_op);
      const bool layered = pattern.find("{}") != std::string::npos;
      traces::OpRun& run = *window_.add_op_runs();
      run.set_name(layered ? isa::indexed_name(pattern, stretch.inner) : pattern);
      run.set_step(stretch.outer);
      run.set_layer(layered ? stretch.inner : -1);
    }
    return at->second;
  }

  int activity(int role, const sim::Stretch& stretch) {
    const auto key = std::tuple(static_cast<int>(stretch.bin), instruction(role, stretch.pc),
                                instruction(role, stretch.waits_for), op_run(stretch));
    const auto [at, fresh] = activities_.try_emplace(key, window_.activities_size());
    if (fresh) {
      traces::Activity& entry = *window_.add_activities();
      entry.set_bin(std::get<0>(key));
      entry.set_instruction(std::get<1>(key));
      entry.set_waits_for(std::get<2>(key));
      entry.set_op_run(std::get<3>(key));
    }
    return at->second;
  }

  const isa::Bundle& bundle_;
  traces::Window& window_;
  std::vector<int> roles_;                       ///< by tile of the window
  std::vector<std::vector<std::string>> texts_;  ///< by role, when needed
  std::map<std::tuple<int, int>, int> instructions_;
  std::map<std::tuple<int, int, int>, int> op_runs_;
  std::map<std::tuple<int, int, int, int>, int> activities_;
};

}  // namespace

void record_window(const sim::WindowEvents& events, const isa::Bundle& bundle,
                   std::int64_t asked_end, traces::Window& window) {
  const Rect& tiles = events.tiles;
  window.mutable_tiles()->set_x(tiles.x);
  window.mutable_tiles()->set_y(tiles.y);
  window.mutable_tiles()->set_width(tiles.width);
  window.mutable_tiles()->set_height(tiles.height);
  window.set_begin(events.begin);
  window.set_end(events.end);
  window.set_asked_end(events.cut ? asked_end : events.end);
  WindowBuilder builder(bundle, window);
  for (const isa::Role& role : bundle.roles()) {
    window.add_roles(role.name());
  }
  for (std::size_t i = 0; i < events.stretches.size(); ++i) {
    const int place = static_cast<int>(i);
    builder.add_tile(tiles.x + place % tiles.width, tiles.y + place / tiles.width,
                     events.stretches[i]);
  }
  for (const sim::Train& train : events.trains) {
    builder.add_train(train);
  }
}

}  // namespace weft::cli
