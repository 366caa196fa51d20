// SPDX-License-Identifier: Apache-2.0
#include "random_program.h"

#include <set>

#include "random_machine.h"

namespace weft::sim {
namespace {

using isa::Opcode;

/// Writes the programs of all tiles, train by train in one global order.
class Writer {
 public:
  Writer(Dice& dice, ProgramSpec& spec)
      : dice_(dice),
        spec_(spec),
        asynchronous_(dice.roll(0, 90)),
        waiting_(dice.roll(10, 60)),
        working_(dice.roll(0, 50)),
        events_(dice.roll(1, 6)) {
    const auto tiles = static_cast<std::size_t>(spec.width * spec.height);
    spec.programs.resize(tiles);
    pending_.resize(tiles);
  }

  void write() {
    const int blocks = dice_.roll(1, 4);
    for (int tile = 0; tile < tiles(); ++tile) {
      if (dice_.chance(40)) {
        add(tile, {Opcode::busy, dice_.roll(0, 60)});
      }
    }
    for (int i = 0; i < blocks; ++i) {
      write_block(0);
    }
  }

 private:
  int tiles() const { return spec_.width * spec_.height; }
  std::vector<StepSpec>& program(int tile) {
    return spec_.programs[static_cast<std::size_t>(tile)];
  }
  void add(int tile, const StepSpec& step) { program(tile).push_back(step); }

  // A loop around some trains, on every tile that has a part in them.
  void write_block(int depth) {
    const int count = depth < 3 && dice_.chance(50) ? dice_.roll(1, 4) : 0;
    const int items = dice_.roll(1, 4 - depth);
    std::vector<std::size_t> starts;
    for (int tile = 0; tile < tiles(); ++tile) {
      if (count > 0) {
        add(tile, {Opcode::loop, count});
      }
      starts.push_back(program(tile).size());
    }
    for (int i = 0; i < items; ++i) {
      if (depth < 3 && dice_.chance(15)) {
        write_block(depth + 1);
      } else {
        write_train(draw_words() / (count > 0 ? 2 : 1) + 1);
      }
    }
    for (int tile = 0; tile < tiles(); ++tile) {
      if (dice_.chance(40)) {
        wait_all(tile);
      }
      if (count == 0) {
        continue;
      }
      if (program(tile).size() == starts[static_cast<std::size_t>(tile)] && dice_.chance(80)) {
        program(tile).pop_back();
      } else {
        add(tile, {Opcode::end});
      }
    }
  }

  int draw_words() {
    const int kind = dice_.roll(0, 9);
    return kind < 5 ? dice_.roll(0, 7) : kind < 9 ? dice_.roll(4, 40) : dice_.roll(20, 120);
  }

  // A train through a tree; a sink may forward it into another tree, and so on.
  void write_train(int words) {
    int tree = dice_.roll(0, static_cast<int>(spec_.trees.size()) - 1);
    std::set<int> taking_part{at(tree).source};
    transfer({Opcode::send, words, tree, -1}, at(tree).source);
    while (true) {
      for (const int sink : at(tree).sinks) {
        taking_part.insert(sink);
      }
      const int next = draw_continuation(tree, taking_part);
      for (const int sink : at(tree).sinks) {
        if (next >= 0 && sink == at(next).source) {
          transfer({draw_opcode(true), words, next, tree}, sink);
        } else {
          transfer({draw_opcode(false), words, -1, tree}, sink);
        }
      }
      if (next < 0) {
        return;
      }
      tree = next;
    }
  }

  const TreeSpec& at(int tree) const { return spec_.trees[static_cast<std::size_t>(tree)]; }

  // A tree that begins at a sink of this one; mostly one whose sinks have no part in the train yet.
  int draw_continuation(int tree, const std::set<int>& taking_part) {
    std::vector<int> candidates;
    for (int next = 0; next < static_cast<int>(spec_.trees.size()); ++next) {
      const auto& sinks = at(tree).sinks;
      const bool meets = std::find(sinks.begin(), sinks.end(), at(next).source) != sinks.end();
      const bool again = std::any_of(at(next).sinks.begin(), at(next).sinks.end(),
                                     [&](int sink) { return taking_part.contains(sink); });
      if (meets && (!again || dice_.chance(10))) {
        candidates.push_back(next);
      }
    }
    return candidates.empty() || dice_.chance(20) ? -1 : dice_.pick(candidates);
  }

  Opcode draw_opcode(bool forward) {
    if (forward) {
      return dice_.chance(80) ? Opcode::fwd_add : Opcode::fwd_max;
    }
    const int kind = dice_.roll(0, 9);
    return kind < 5 ? Opcode::recv_set : kind < 8 ? Opcode::recv_add : Opcode::recv_max;
  }

  void transfer(StepSpec step, int tile) {
    if (dice_.chance(working_)) {
      work(tile);
    }
    auto& pending = pending_[static_cast<std::size_t>(tile)];
    if (dice_.chance(asynchronous_)) {
      step.engine = dice_.roll(0, spec_.machine.tile().queue_engines() - 1);
      step.event = dice_.roll(0, events_ - 1);
      pending.insert(step.event);
    }
    add(tile, step);
    if (!pending.empty() && dice_.chance(waiting_)) {
      const int event = dice_.pick(std::vector<int>(pending.begin(), pending.end()));
      add(tile, {Opcode::wait, 0, -1, -1, -1, event});
      pending.erase(event);
    }
  }

  void work(int tile) {
    const int kind = dice_.roll(0, 9);
    if (kind < 5) {
      add(tile, {Opcode::busy, dice_.roll(0, 40)});
    } else if (kind < 7) {
      add(tile, {Opcode::vfill, dice_.roll(1, 24)});
    } else if (kind < 8) {
      add(tile, {Opcode::v2_add, dice_.roll(1, 24)});
    } else if (kind < 9) {
      add(tile, {Opcode::li, dice_.roll(0, 9)});
    } else {
      add(tile, {Opcode::br_lt, dice_.roll(0, 9)});
    }
  }

  void wait_all(int tile) {
    auto& pending = pending_[static_cast<std::size_t>(tile)];
    for (const int event : pending) {
      add(tile, {Opcode::wait, 0, -1, -1, -1, event});
    }
    pending.clear();
  }

  Dice& dice_;
  ProgramSpec& spec_;
  int asynchronous_, waiting_, working_, events_;
  std::vector<std::set<int>> pending_;  // events by tile
};

bool is_plain(const StepSpec& step) {
  return step.opcode != Opcode::loop && step.opcode != Opcode::end;
}

// Swaps, drops or resizes an instruction somewhere: what a mapper with a bug would write.
void disturb(Dice& dice, ProgramSpec& spec) {
  for (int attempt = 0; attempt < 10; ++attempt) {
    auto& program = spec.programs[static_cast<std::size_t>(
        dice.roll(0, static_cast<int>(spec.programs.size()) - 1))];
    if (program.size() < 2) {
      continue;
    }
    const auto i = static_cast<std::size_t>(dice.roll(0, static_cast<int>(program.size()) - 2));
    const int kind = dice.roll(0, 9);
    if (kind < 7 && is_plain(program[i]) && is_plain(program[i + 1])) {
      std::swap(program[i], program[i + 1]);
      return;
    }
    if (kind == 7 && is_plain(program[i])) {
      program.erase(program.begin() + static_cast<std::ptrdiff_t>(i));
      return;
    }
    if (kind > 7 && program[i].is_transfer()) {
      program[i].amount = std::max(1, program[i].amount + dice.roll(-3, 3));
      return;
    }
  }
}

}  // namespace

ProgramSpec draw_program(std::uint64_t seed, bool shared_links) {
  Dice dice(seed);
  ProgramSpec spec;
  draw_machine(dice, spec);
  while (spec.trees.empty()) {
    draw_trees(dice, spec, shared_links);
  }
  Writer(dice, spec).write();
  if (dice.chance(50)) {
    for (int count = dice.roll(1, 4); count > 0; --count) {
      disturb(dice, spec);
    }
  }
  return spec;
}

}  // namespace weft::sim
