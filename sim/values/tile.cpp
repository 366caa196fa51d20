// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "sim/core/datapath.h"
#include "sim/values/executor.h"

namespace weft::sim::values {

// As far as the tile goes: until its core waits or has ended, and no pending transfer can move.
void Executor::run(std::int32_t index, Woken& woken) {
  Tile& tile = tiles_[static_cast<std::size_t>(index)];
  carry_out_pending(index, woken);
  if (tile.halted || (tile.busy & tile.waits) != 0) {
    return;
  }
  tile.waits = 0;
  constexpr int kStepsBetweenLooks = 1024;
  int steps = 0;
  while (step(index, woken)) {
    if (++steps % kStepsBetweenLooks == 0 && strips_->stopped()) {
      return;
    }
  }
  tell_progress(tile, index);
}

// What the engines would say better: words that do not fit, colors that are not routed.
void Executor::decline() {
  declined_ = true;
  strips_->stop();
}

// Executes the instruction at pc; false when the core must wait or has ended.
bool Executor::step(std::int32_t index, Woken& woken) {
  Tile& tile = tiles_[static_cast<std::size_t>(index)];
  const isa::Program& program = programs_[static_cast<std::size_t>(tile.role)];
  const isa::Instr& instr = program.code[static_cast<std::size_t>(tile.program.pc)];
  const isa::OpClass op_class = isa::info_of(instr.opcode).op_class;
  switch (op_class) {
    case isa::OpClass::wait:
      tile.waits = tile.busy & 1u << instr.arg[0];
      tile.program.pc += tile.waits == 0 ? 1 : 0;
      return tile.waits == 0;
    case isa::OpClass::compute:
    case isa::OpClass::transfer:
    case isa::OpClass::probe:
      break;
    default:
      tile.halted = isa::step_core(program, tile.at, tile.program) == isa::CoreStep::halt;
      return !tile.halted;
  }
  if (!operands_fit(instr, tile.program, std::ssize(memory(index)))) {
    decline();
    return false;
  }
  if (op_class == isa::OpClass::transfer) {
    return issue(index, instr, woken);
  }
  if (op_class == isa::OpClass::compute) {
    run_compute(instr, tile.program, memory(index), sums_);
  } else {
    show(index, instr);
  }
  ++tile.program.pc;
  return true;
}

void Executor::show(std::int32_t index, const isa::Instr& instr) {
  const Tile& tile = tiles_[static_cast<std::size_t>(index)];
  const std::lock_guard lock(probing_);
  probes_.show(instr.arg[0],
               tile.program.value(instr, 3) + first_index_.of(static_cast<std::size_t>(index)),
               tile.program.value(instr, 2), tile.at, tile.program.tensor(instr, 1), memory(index));
}

bool Executor::issue(std::int32_t index, const isa::Instr& instr, Woken& woken) {
  Tile& tile = tiles_[static_cast<std::size_t>(index)];
  const isa::TransferOperands operands = isa::transfer_operands(instr);
  const bool synchronous = operands.engine < 0;
  Transfer transfer;
  transfer.event = synchronous ? kSynchronous : static_cast<std::uint8_t>(operands.event);
  if (const std::uint32_t event = 1u << transfer.event; (tile.busy & event) != 0) {
    tile.waits = event;  // one outstanding transfer an event
    return false;
  }
  transfer.opcode = instr.opcode;
  transfer.tensor = tile.program.t[static_cast<std::size_t>(operands.tensor)];
  transfer.words = transfer.tensor.wire_words();
  if (transfer.words == 0) {
    ++tile.program.pc;
    return true;
  }
  const auto of_color = [](const std::vector<std::int32_t>& channels, int color) {
    return color < std::ssize(channels) ? channels[static_cast<std::size_t>(color)] : kNone;
  };
  bool routed = true;
  if (isa::is_send(instr.opcode)) {
    transfer.out = of_color(tile.outs, operands.out_color);
    routed = transfer.out != kNone;
  }
  if (isa::is_receive(instr.opcode)) {
    transfer.in = of_color(tile.ins, operands.in_color);
    transfer.sink = of_color(tile.sinks, operands.in_color);
    routed = routed && transfer.in != kNone;
  }
  if (!routed) {
    decline();
    return false;
  }
  ++tile.program.pc;
  const bool first =
      std::none_of(tile.pending.begin(), tile.pending.end(),
                   [&](const Transfer& earlier) { return earlier.holds_up(transfer); });
  if (first && carry_out(index, transfer, woken)) {
    return true;
  }
  tile.busy |= 1u << transfer.event;
  tile.waits = synchronous ? 1u << transfer.event : 0;
  tile.pending.push_back(transfer);
  return !synchronous;
}

// In the order they were issued; those of other colors pass one that has to wait.
void Executor::carry_out_pending(std::int32_t index, Woken& woken) {
  Tile& tile = tiles_[static_cast<std::size_t>(index)];
  std::size_t kept = 0;
  for (std::size_t i = 0; i < tile.pending.size(); ++i) {
    const auto before = tile.pending.begin() + static_cast<std::ptrdiff_t>(kept);
    const bool first = std::none_of(tile.pending.begin(), before, [&](const Transfer& earlier) {
      return earlier.holds_up(tile.pending[i]);
    });
    if (first && carry_out(index, tile.pending[i], woken)) {
      tile.busy &= ~(1u << tile.pending[i].event);
    } else if (kept++ != i) {
      tile.pending[kept - 1] = tile.pending[i];
    }
  }
  tile.pending.resize(kept);
}

// False when it has to wait for words or for room.
bool Executor::carry_out(std::int32_t index, const Transfer& transfer, Woken& woken) {
  thread_local Channel::Words words;
  if (transfer.out != kNone && !channel(transfer.out).has_room()) {
    return false;
  }
  if (transfer.in == kNone) {
    words.resize(static_cast<std::size_t>(transfer.words));
    pack_words(transfer.tensor, memory(index), words);
    put(index, transfer, words, woken);
    return true;
  }
  Channel& in = channel(transfer.in);
  const auto train = in.front(transfer.sink);
  if (train.empty()) {
    return false;
  }
  if (std::ssize(train) != transfer.words) {
    decline();
    return false;
  }
  if (transfer.out == kNone) {
    unpack_words(transfer.opcode, train, transfer.tensor, memory(index));
  } else {
    words.assign(train.begin(), train.end());
    combine_words(transfer.opcode, transfer.tensor, memory(index), words);
    put(index, transfer, words, woken);
  }
  in.drop(transfer.sink, woken);
  return true;
}

// A fault flips bits of a word here, where it leaves its core.
void Executor::put(std::int32_t index, const Transfer& transfer, Channel::Words& words,
                   Woken& woken) {
  Channel& out = channel(transfer.out);
  const WordFault& flip = options_.fault;
  if (flip.color == out.color() && flip.tile == index) {
    const std::int64_t at = flip.word - out.sent();
    if (at >= 0 && at < std::ssize(words)) {
      words[static_cast<std::size_t>(at)] ^= flip.mask;
    }
  }
  out.put(words, woken);
}

void Executor::tell_progress(const Tile& tile, std::int32_t index) {
  const auto& outermost = tile.program.loops[0];
  const bool looping = tile.program.depth > 0 && outermost.count > 0;
  const float done = tile.halted ? 1.0f
                     : looping
                         ? static_cast<float>(outermost.index) / static_cast<float>(outermost.count)
                         : 0.0f;
  fractions_[static_cast<std::size_t>(strips_->strip_of(index))].store(done,
                                                                       std::memory_order_relaxed);
}

}  // namespace weft::sim::values
