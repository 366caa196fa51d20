// SPDX-License-Identifier: Apache-2.0
#include "data_program.h"

#include <array>
#include <bitset>

#include "random_machine.h"

namespace weft::sim {
namespace {

using isa::Opcode;
using Bytes = std::bitset<kDataBytes>;

/// What the writer knows of a tile: bytes with a value, and transfers not waited for.
struct Known {
  struct Pending {
    int event = 0;
    Bytes bytes;
    bool writes = false;
  };
  Bytes written;
  std::vector<Pending> pending;
};

class Writer {
 public:
  Writer(Dice& dice, ProgramSpec& spec)
      : dice_(dice),
        spec_(spec),
        slip_(static_cast<Slip>(dice.roll(0, 9))),
        careless_(dice.roll(2, 12)) {
    spec.programs.resize(static_cast<std::size_t>(spec.width));
    known_.resize(spec.programs.size());
  }

  void write() {
    for (int block = dice_.roll(1, 3); block > 0; --block) {
      const int count = dice_.chance(40) ? dice_.roll(2, 3) : 0;
      for (int tile = 0; count > 0 && tile < spec_.width; ++tile) {
        settle(tile);
        program(tile).push_back({Opcode::loop, count});
      }
      for (int train = dice_.roll(1, 4); train > 0; --train) {
        write_train();
        work(dice_.roll(0, spec_.width - 1));
      }
      for (int tile = 0; count > 0 && tile < spec_.width; ++tile) {
        settle(tile);
        program(tile).push_back({Opcode::end});
      }
    }
    for (int tile = 0; tile < spec_.width; ++tile) {
      if (dice_.chance(80)) {
        settle(tile);
      }
      show(tile);
    }
  }

 private:
  /// What a program gets wrong now and then; half of them nothing.
  enum class Slip { place, wait, event, type, probe };

  bool slips(Slip how) { return how == slip_ && dice_.chance(careless_); }
  std::vector<StepSpec>& program(int tile) {
    return spec_.programs[static_cast<std::size_t>(tile)];
  }
  Known& known(int tile) { return known_[static_cast<std::size_t>(tile)]; }
  DType draw_type() {
    return std::array{DType::f32, DType::f16,
                      DType::bf16}[static_cast<std::size_t>(dice_.roll(0, 2))];
  }

  static Bytes bytes_at(int at, int amount, int stride, DType type) {
    Bytes bytes;
    for (int i = 0; i < amount; ++i) {
      for (int b = 0; b < bytes_of(type); ++b) {
        bytes.set(static_cast<std::size_t>(at + i * stride * bytes_of(type) + b));
      }
    }
    return bytes;
  }

  bool fits(int tile, const Bytes& bytes, bool reads, bool writes) {
    const Known& k = known(tile);
    if (reads && (bytes & ~k.written).any()) {
      return false;
    }
    return std::none_of(k.pending.begin(), k.pending.end(), [&](const Known::Pending& p) {
      return (p.writes || writes) && (p.bytes & bytes).any();
    });
  }

  // An offset that suits the step, mostly; when none is found, everything is settled and filled.
  int place(int tile, int amount, int stride, DType type, bool reads, bool writes) {
    const int size = bytes_of(type);
    const int last = kDataBytes / size - 1 - (amount - 1) * stride;
    int at = 0;
    for (int attempt = 0; attempt < 12; ++attempt) {
      at = size * dice_.roll(0, last);
      if (slips(Slip::place) || fits(tile, bytes_at(at, amount, stride, type), reads, writes)) {
        return at;
      }
    }
    settle(tile, true);
    if (reads) {
      const StepSpec fill{.opcode = Opcode::vfill,
                          .amount = amount,
                          .inner = ++values_ % 50,
                          .at = at,
                          .type = type,
                          .stride = stride};
      program(tile).push_back(fill);
      known(tile).written |= bytes_at(at, amount, stride, type);
    }
    return at;
  }

  void settle(int tile, bool surely = false) {
    for (const Known::Pending& p : known(tile).pending) {
      if (surely || !slips(Slip::wait)) {
        program(tile).push_back({.opcode = Opcode::wait, .event = p.event});
      }
      known(tile).written |= p.writes ? p.bytes : Bytes();
    }
    known(tile).pending.clear();
  }

  void transfer(int tile, StepSpec step) {
    const bool receives = step.in >= 0 && step.out < 0;
    const bool reads = step.opcode != Opcode::recv_set;
    step.stride = dice_.chance(25) ? 2 : 1;
    step.at = place(tile, step.amount, step.stride, step.type, reads, receives);
    const Bytes bytes = bytes_at(step.at, step.amount, step.stride, step.type);
    if (dice_.chance(40) && known(tile).pending.size() < 6) {
      step.engine = dice_.roll(0, spec_.machine.tile().queue_engines() - 1);
      step.event = free_event(tile);
      known(tile).pending.push_back({step.event, bytes, receives});
    } else if (receives) {
      known(tile).written |= bytes;
    }
    program(tile).push_back(step);
    if (dice_.chance(30)) {
      settle(tile);
    }
  }

  int free_event(int tile) {
    int event = 0;
    const auto taken = [&](int e) {
      return std::any_of(known(tile).pending.begin(), known(tile).pending.end(),
                         [&](const Known::Pending& p) { return p.event == e; });
    };
    while (taken(event) && !slips(Slip::event)) {
      ++event;
    }
    return event;
  }

  void write_train() {
    const auto& tree = spec_.trees[static_cast<std::size_t>(
        dice_.roll(0, static_cast<int>(spec_.trees.size()) - 1))];
    const int index = static_cast<int>(&tree - spec_.trees.data());
    const DType type = draw_type();
    const int amount = dice_.roll(1, type == DType::f32 ? 12 : 20);
    transfer(tree.source, {.opcode = Opcode::send, .amount = amount, .out = index, .type = type});
    for (const int sink : tree.sinks) {
      StepSpec step{.opcode = draw_receive(), .amount = amount, .in = index, .type = type};
      if (slips(Slip::type)) {
        step.type = draw_type();
        step.amount = (amount * bytes_of(type) + 3) / 4 * 4 / bytes_of(step.type);
      }
      const int next = dice_.chance(25) ? tree_from(sink, index) : -1;
      if (next >= 0) {
        step.opcode = dice_.chance(50) ? Opcode::fwd_add : Opcode::fwd_max;
        step.out = next;
      }
      transfer(sink, step);
      if (next >= 0) {
        for (const int far : spec_.trees[static_cast<std::size_t>(next)].sinks) {
          transfer(
              far,
              {.opcode = draw_receive(), .amount = step.amount, .in = next, .type = step.type});
        }
      }
    }
  }

  Opcode draw_receive() {
    return dice_.chance(60)   ? Opcode::recv_set
           : dice_.chance(50) ? Opcode::recv_add
                              : Opcode::recv_max;
  }

  int tree_from(int tile, int other_than) {
    for (std::size_t i = 0; i < spec_.trees.size(); ++i) {
      if (spec_.trees[i].source == tile && static_cast<int>(i) != other_than) {
        return static_cast<int>(i);
      }
    }
    return -1;
  }

  void work(int tile) {
    StepSpec step{.amount = dice_.roll(1, 8), .type = draw_type()};
    step.stride = dice_.chance(30) ? 2 : 1;
    const int kind = dice_.roll(0, 3);
    if (kind == 3) {
      program(tile).push_back({Opcode::busy, dice_.roll(0, 40)});
      return;
    }
    step.opcode = kind == 0 ? Opcode::vfill : kind == 1 ? Opcode::v1_cpy : Opcode::v2_add;
    step.inner = ++values_ % 50;
    step.from = kind == 0 ? -1 : place(tile, step.amount, 1, step.type, true, false);
    step.at = place(tile, step.amount, step.stride, step.type, kind == 2, true);
    known(tile).written |= bytes_at(step.at, step.amount, step.stride, step.type);
    program(tile).push_back(step);
    if (dice_.chance(40)) {
      show(tile);
    }
  }

  // Every stretch that has a value and that nothing is writing, as halves.
  void show(int tile) {
    Bytes good = known(tile).written;
    for (const Known::Pending& p : known(tile).pending) {
      good &= p.writes ? ~p.bytes : good;
    }
    for (std::size_t from = 0; from < good.size();) {
      std::size_t to = from;
      while (to + 1 < good.size() && good[to] && good[to + 1]) {
        to += 2;
      }
      if (to > from) {
        program(tile).push_back({.opcode = Opcode::probe,
                                 .amount = static_cast<int>(to - from) / 2,
                                 .at = static_cast<int>(from),
                                 .type = DType::bf16});
      }
      from = to + 2;
    }
    if (slips(Slip::probe)) {
      program(tile).push_back(
          {.opcode = Opcode::probe, .amount = 8, .at = 4 * dice_.roll(0, 30), .type = DType::f32});
    }
  }

  Dice& dice_;
  ProgramSpec& spec_;
  Slip slip_;
  int careless_;
  int values_ = 0;
  std::vector<Known> known_;
};

// Swaps two neighbors somewhere, or leaves an instruction out.
void disturb(Dice& dice, ProgramSpec& spec) {
  auto& program = spec.programs[static_cast<std::size_t>(
      dice.roll(0, static_cast<int>(spec.programs.size()) - 1))];
  const auto plain = [](const StepSpec& step) {
    return step.opcode != Opcode::loop && step.opcode != Opcode::end;
  };
  if (program.size() < 2) {
    return;
  }
  const auto i = static_cast<std::size_t>(dice.roll(0, static_cast<int>(program.size()) - 2));
  if (!plain(program[i]) || !plain(program[i + 1])) {
    return;
  }
  if (dice.chance(70)) {
    std::swap(program[i], program[i + 1]);
  } else {
    program.erase(program.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

}  // namespace

ProgramSpec draw_data_program(std::uint64_t seed) {
  Dice dice(seed);
  ProgramSpec spec;
  do {
    spec = ProgramSpec();
    draw_machine(dice, spec);
  } while (spec.height > 1);
  while (spec.trees.empty()) {
    draw_trees(dice, spec);
  }
  Writer(dice, spec).write();
  for (int count = dice.chance(30) ? dice.roll(1, 2) : 0; count > 0; --count) {
    disturb(dice, spec);
  }
  return spec;
}

}  // namespace weft::sim
