// SPDX-License-Identifier: Apache-2.0
#include "sim/scalar/program.h"

#include <algorithm>
#include <array>
#include <optional>

namespace weft::sim::scalar {
namespace {

using Kind = Code::Kind;

class Compiler {
 public:
  Compiler(const Script& script, std::vector<Code>& codes) : steps_(script.steps), codes_(codes) {
    program_.begin = static_cast<std::int32_t>(codes.size());
  }

  std::optional<Program> compile() {
    events_.fill(-1);
    const bool has_ops = std::any_of(steps_.begin(), steps_.end(),
                                     [](const Step& step) { return step.graph_op >= 0; });
    for (std::size_t i = 0; i < steps_.size() && fits_; ++i) {
      if (has_ops) {
        enter_op(steps_[i]);
      }
      if (steps_[i].kind == Step::Kind::wait && of_transfer(i)) {
        if (sets_up(i + 1)) {
          setup_ = steps_[++i].cycles;
          enter_op(steps_[i]);
        }
        continue;
      }
      add(steps_[i]);
    }
    program_.size = static_cast<std::int32_t>(codes_.size()) - program_.begin;
    for (auto at = codes_.begin() + program_.begin; at != codes_.end(); ++at) {
      if (at->out_port >= 0) {
        at->out_port =
            static_cast<std::int16_t>(at->out_port + static_cast<int>(program_.in_colors.size()));
      }
    }
    if (!fits_) {
      return std::nullopt;
    }
    return std::move(program_);
  }

 private:
  // What op a loop's body begins in differs from its first iteration to the next.
  void enter_op(const Step& step) {
    constexpr std::int16_t kUnknown = -2;
    if (step.kind == Step::Kind::loop) {
      op_ = kUnknown;
      return;
    }
    if (step.kind == Step::Kind::end || step.kind == Step::Kind::op_end) {
      op_ = -1;
      return;
    }
    if (step.graph_op != op_) {
      op_ = step.graph_op;
      put(Kind::op).graph_op = op_;
    }
  }

  void add(const Step& step) {
    switch (step.kind) {
      case Step::Kind::spend:
        program_.totals.instructions += times_ * step.instructions;
        program_.totals.setup += times_ * step.cycles;
        program_.ops[step.graph_op].setup += times_ * step.cycles;
        spend(step.cycles);
        return;
      case Step::Kind::compute: {
        Code& code = put(Kind::compute);
        code.setup = step.setup;
        code.amount = checked(step.cycles);
        program_.totals.setup += times_ * step.setup;
        program_.totals.compute += times_ * step.cycles;
        program_.totals.macs += times_ * step.amount;
        program_.ops[step.graph_op].setup += times_ * step.setup;
        program_.ops[step.graph_op].compute += times_ * step.cycles;
        return;
      }
      case Step::Kind::wait:
        put(Kind::wait).slot = slot_of(step.event);
        return;
      case Step::Kind::transfer:
        return transfer(step);
      case Step::Kind::loop: {
        loops_.push_back({static_cast<std::int32_t>(codes_.size()), times_});
        Code& code = put(Kind::loop);
        code.level = static_cast<std::uint8_t>(step.level);
        code.index = step.first;
        times_ *= step.amount;
        return;
      }
      case Step::Kind::end:
        return end(step);
      case Step::Kind::op_end:
        put(Kind::op_end).graph_op = step.graph_op;
        return;
      case Step::Kind::halt:
        put(Kind::halt);
        return;
    }
  }

  // Is this the wait, not written in the program, for an earlier operation on the event of the
  // transfer that comes next? The set-up between them has no instruction of its own.
  bool of_transfer(std::size_t i) const {
    const std::size_t next = i + (sets_up(i + 1) ? 2 : 1);
    return next < steps_.size() && steps_[next].kind == Step::Kind::transfer &&
           steps_[next].engine >= 0 && steps_[next].event == steps_[i].event;
  }
  bool sets_up(std::size_t i) const {
    return i < steps_.size() && steps_[i].kind == Step::Kind::spend && steps_[i].instructions == 0;
  }

  void transfer(const Step& step) {
    const bool receives = isa::is_receive(step.opcode);
    const bool sends = isa::is_send(step.opcode);
    Code& code = put(receives && sends ? Kind::forward : receives ? Kind::receive : Kind::send);
    code.sync = step.engine < 0;
    code.amount = checked(step.amount);
    code.setup = checked(setup_);
    program_.totals.setup += times_ * setup_;
    program_.ops[step.graph_op].setup += times_ * setup_;
    setup_ = 0;
    code.slot = code.sync ? own_slot() : slot_of(step.event);
    code.engine = code.sync ? kCore : engine_of(step.engine);
    code.ramp = receives ? kRampIn : kRampOut;
    code.datapath = isa::uses_datapath(step.opcode);
    code.both_ramps = receives && sends;
    if (receives) {
      code.in_port = port_of(program_.in_colors, step.in_color);
      program_.totals.words_received += times_ * step.amount;
    }
    if (sends) {
      code.out_port = port_of(program_.out_colors, step.out_color);
      program_.totals.words_sent += times_ * step.amount;
    }
  }

  void end(const Step& step) {
    const auto [begin, times] = loops_.back();
    loops_.pop_back();
    times_ = times;
    const Step& loop = steps_[static_cast<std::size_t>(step.match)];
    Code& code = put(Kind::end);
    code.level = static_cast<std::uint8_t>(step.level);
    code.back = static_cast<std::int32_t>(codes_.size()) - 2 - begin;
    code.index = static_cast<std::int32_t>(loop.first + loop.amount);
    code.amount = codes_[static_cast<std::size_t>(begin)].after;
  }

  Code& put(Kind kind) {
    Code& code = codes_.emplace_back();
    code.kind = kind;
    return code;
  }

  void spend(std::int64_t cycles) {
    const bool first = codes_.size() == static_cast<std::size_t>(program_.begin);
    Time& to = first ? program_.lead : codes_.back().after;
    to = checked(to + cycles);
  }

  std::int32_t checked(std::int64_t amount) {
    fits_ = fits_ && amount < kMostCycles;
    return fits_ ? static_cast<std::int32_t>(amount) : 0;
  }

  std::uint8_t slot_of(std::int16_t event) {
    auto& slot = events_[static_cast<std::size_t>(event)];
    if (slot < 0) {
      slot = static_cast<std::int16_t>(program_.slots++);
    }
    return static_cast<std::uint8_t>(slot);
  }
  std::uint8_t own_slot() {
    if (own_slot_ < 0) {
      own_slot_ = static_cast<std::int16_t>(program_.slots++);
    }
    return static_cast<std::uint8_t>(own_slot_);
  }
  std::uint8_t engine_of(std::int16_t engine) {
    fits_ = fits_ && program_.engines.size() < 200;
    return static_cast<std::uint8_t>(kFirstEngine + port_of(program_.engines, engine));
  }
  static std::int16_t port_of(std::vector<std::int16_t>& known, std::int16_t number) {
    const auto at = std::find(known.begin(), known.end(), number);
    const auto port = static_cast<std::int16_t>(at - known.begin());
    if (at == known.end()) {
      known.push_back(number);
    }
    return port;
  }

  const std::vector<Step>& steps_;
  std::vector<Code>& codes_;
  Program program_;
  std::vector<std::pair<std::int32_t, std::int64_t>> loops_;  // begin; runs of what is around it
  std::int64_t times_ = 1;
  std::int64_t setup_ = 0;  // of the transfer that comes next, after the wait for its event
  std::array<std::int16_t, isa::kEvents> events_{};
  std::int16_t own_slot_ = -1;
  std::int16_t op_ = -1;
  bool fits_ = true;
};

std::size_t hash_of(const Code* begin, const Code* end) {
  std::size_t hash = static_cast<std::size_t>(end - begin);
  const auto mix = [&](std::uint64_t value) {
    hash = (hash ^ value) * 0x9E3779B97F4A7C15ULL;
    hash ^= hash >> 29;
  };
  for (const Code* code = begin; code != end; ++code) {
    mix(static_cast<std::uint64_t>(code->kind) << 32 | static_cast<std::uint32_t>(code->amount));
    mix(static_cast<std::uint64_t>(code->setup) << 32 | static_cast<std::uint32_t>(code->after));
  }
  return hash;
}

}  // namespace

std::int32_t Programs::add(const Script& script) {
  constexpr std::size_t kMostCodes = std::size_t{1} << 23;
  auto program = Compiler(script, codes_).compile();
  if (!program || (!share_codes(*program) && codes_.size() > kMostCodes)) {
    return -1;
  }
  programs_.push_back(std::move(*program));
  return static_cast<std::int32_t>(programs_.size() - 1);
}

// Drops the codes of the program, which are the last, where an earlier one has the same.
bool Programs::share_codes(Program& program) {
  const Code* const own = codes_.data() + program.begin;
  auto& known = by_hash_[hash_of(own, own + program.size)];
  for (const auto& [begin, size] : known) {
    if (size == program.size && std::equal(own, own + size, codes_.data() + begin)) {
      codes_.resize(static_cast<std::size_t>(program.begin));
      program.begin = begin;
      return true;
    }
  }
  known.emplace_back(program.begin, program.size);
  return false;
}

double Programs::fraction(const Program& program, std::int32_t at, std::int32_t index) const {
  const Code* const codes = codes_.data() + program.begin;
  at -= program.begin;
  for (std::int32_t end = at; end < program.size; ++end) {
    const Code& code = codes[end];
    if (code.kind == Kind::end && code.level == 0 && end - code.back <= at) {
      const std::int32_t first = codes[end - code.back - 1].index;
      const double done = double(index - first) / (code.index - first);
      return (end - code.back + done * code.back) / program.size;
    }
    if (code.kind == Kind::loop && code.level == 0) {
      break;
    }
  }
  return double(at) / program.size;
}

}  // namespace weft::sim::scalar
