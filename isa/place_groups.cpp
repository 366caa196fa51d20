// SPDX-License-Identifier: Apache-2.0
#include "isa/place_groups.h"

#include <algorithm>
#include <bit>
#include <map>

#include "isa/place_lanes.h"
#include "isa/registers_that_matter.h"

namespace weft::isa {
namespace {

using places::index_of;
using places::LaneOperand;
using places::Lanes;
using places::Print;
using places::wrapped;

constexpr std::int64_t kMostInstructions = std::int64_t{1} << 26;

class Grouping {
 public:
  Grouping(const Program& program, std::span<const Coordinates> places, AlikeIn in,
           std::vector<Roaming>* roams)
      : program_(program),
        places_(places),
        checks_(in != AlikeIn::timing),
        roams_(in == AlikeIn::bounds ? roams : nullptr) {
    prints_.resize(places.size());
    matter_ = registers_that_matter(program, in);
  }

  std::optional<std::vector<std::int32_t>> run() {
    Lanes all;
    for (std::size_t i = 0; i < places_.size(); ++i) {
      all.place.push_back(static_cast<std::int32_t>(i));
    }
    all.print.resize(all.size());
    open_.push_back(std::move(all));
    while (!open_.empty()) {
      Lanes lanes = std::move(open_.back());
      open_.pop_back();
      if (!follow(lanes)) {
        return std::nullopt;
      }
    }
    std::map<Print, std::int32_t> numbers;
    std::vector<std::int32_t> groups;
    for (const Print& print : prints_) {
      groups.push_back(
          numbers.try_emplace(print, static_cast<std::int32_t>(numbers.size())).first->second);
    }
    return groups;
  }

 private:
  // To the end of the program, or until all lanes have parted.
  bool follow(Lanes& lanes) {
    while (lanes.size() > 0) {
      if (++executed_ > kMostInstructions) {
        return false;
      }
      const Instr& instr = program_.code[index_of(lanes.pc)];
      if (instr.opcode == Opcode::halt) {
        for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
          prints_[index_of(lanes.place[lane])] = lanes.print[lane];
        }
        return true;
      }
      take(lanes, instr);
    }
    return true;
  }

  void take(Lanes& lanes, const Instr& instr) {
    switch (info_of(instr.opcode).op_class) {
      case OpClass::scalar:
        scalar(lanes, instr);
        ++lanes.pc;
        return;
      case OpClass::branch:
        return branch(lanes, instr);
      case OpClass::descriptor:
        describe(lanes, instr);
        ++lanes.pc;
        return;
      case OpClass::control:
        return instr.opcode == Opcode::loop ? enter(lanes, instr) : leave(lanes);
      case OpClass::compute:
        if (instr.opcode == Opcode::busy) {
          note(lanes, LaneOperand(lanes, instr, 0));
        }  // where masks, gathers and argmax count from is no rule's concern
        ++lanes.pc;
        return;
      default:
        look_at(lanes, instr);
        ++lanes.pc;
    }
  }

  static void note(Lanes& lanes, const LaneOperand& operand) {
    if (operand.differs()) {
      for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
        lanes.print[lane].note(operand[lane]);
      }
    }
  }

  // Registers that a rule of the verifier looks at.
  void look_at(Lanes& lanes, const Instr& instr) const {
    for (int slot = 0; checks_ && slot < kMaxArgs; ++slot) {
      if (instr.is_register(slot)) {
        note(lanes, LaneOperand(lanes, instr, slot));
      }
    }
  }

  void scalar(Lanes& lanes, const Instr& instr) {
    const std::int32_t to = instr.arg[0];
    const bool divides = instr.opcode == Opcode::div || instr.opcode == Opcode::mod;
    if ((matter_[index_of(lanes.pc)] >> to & 1) == 0) {
      if (checks_ && divides) {
        note(lanes, LaneOperand(lanes, instr, 2));
      }
      return lanes.set_all(to, 0);
    }
    if (instr.opcode == Opcode::csrr) {
      std::vector<std::int32_t> values;
      for (const std::int32_t place : lanes.place) {
        values.push_back(csr_value(places_[index_of(place)], instr.arg[1]));
      }
      return lanes.set(to, std::move(values));
    }
    const bool copies = instr.opcode == Opcode::li;
    const LaneOperand a =
        copies ? LaneOperand(lanes, 0, false) : LaneOperand(lanes, instr.arg[1], true);
    const LaneOperand b(lanes, instr, copies ? 1 : 2);
    if (checks_ && divides) {
      note(lanes, b);
    }
    if (!a.differs() && !b.differs()) {
      return lanes.set_all(to, copies ? b[0] : scalar_value(instr.opcode, a[0], b[0]));
    }
    if (auto made =
            copies ? std::optional(b.value()) : at_once(instr.opcode, a.value(), b.value())) {
      return lanes.set(to, std::move(*made));
    }
    std::vector<std::int32_t> values(lanes.size());
    for (std::size_t lane = 0; lane < values.size(); ++lane) {
      values[lane] = copies ? b[lane] : scalar_value(instr.opcode, a[lane], b[lane]);
    }
    lanes.set(to, std::move(values));
  }

  void branch(Lanes& lanes, const Instr& instr) {
    const LaneOperand a(lanes, instr.arg[0], true);
    const LaneOperand b(lanes, instr, 1);
    const auto next = [&](std::size_t lane) {
      const bool taken = branch_taken(instr.opcode, a[lane], b[lane]);
      return lanes.pc + 1 + (taken ? instr.arg[2] : 0);
    };
    if (!a.differs() && !b.differs()) {
      lanes.pc = next(0);
      return;
    }
    part(lanes, next, [](Lanes& part, std::int32_t pc) { part.pc = pc; });
  }

  void enter(Lanes& lanes, const Instr& instr) {
    const LaneOperand count(lanes, instr, 0);
    const std::int32_t past = program_.match[index_of(lanes.pc)] + 1;
    const auto begin = [past](Lanes& part, std::int32_t times) {
      if (times <= 0) {
        part.pc = past;
      } else {
        ++part.pc;
        part.loops[index_of(part.depth++)] = {part.pc, times, 0};
      }
    };
    if (!count.differs()) {
      return begin(lanes, count[0]);
    }
    part(
        lanes, [&](std::size_t lane) { return count[lane]; }, begin);
  }

  static void leave(Lanes& lanes) {
    ProgramState::LoopFrame& frame = lanes.loops[index_of(lanes.depth - 1)];
    if (++frame.index < frame.count) {
      lanes.pc = frame.start;
    } else {
      --lanes.depth;
      ++lanes.pc;
    }
  }

  // Dimensions and strides; where it lies matters to rules, and where it has elements.
  void describe(Lanes& lanes, const Instr& instr) {
    const int rank = instr.arg[4];
    for (int i = 0; i < rank; ++i) {
      note(lanes, LaneOperand(lanes, instr, 5 + i));
      note(lanes, LaneOperand(lanes, instr, 8 + i));
    }
    const LaneOperand offset(lanes, instr, 2);
    if (!checks_ || !offset.differs() || (roams_ != nullptr && all_inside(lanes, instr))) {
      return;
    }
    for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
      bool empty = false;
      for (int i = 0; i < rank; ++i) {
        empty = empty || LaneOperand(lanes, instr, 5 + i)[lane] <= 0;
      }
      lanes.print[lane].note(empty               ? 0
                             : roams_ != nullptr ? inside(lanes, instr, lane)
                                                 : offset[lane]);
    }
  }

  // As inside() says of each lane, without a look at them.
  bool all_inside(const Lanes& lanes, const Instr& instr) const {
    const std::int64_t element = bytes_of(static_cast<DType>(instr.arg[3]));
    std::int64_t before = 0;
    std::int64_t behind = element;
    for (int i = 0; i < instr.arg[4]; ++i) {
      const LaneOperand size(lanes, instr, 5 + i);
      const LaneOperand step(lanes, instr, 8 + i);
      if (size.differs() || step.differs() || size[0] <= 0) {
        return false;
      }
      const std::int64_t way = (std::int64_t{size[0]} - 1) * step[0] * element;
      (way < 0 ? before : behind) += way;
    }
    const LaneOperand offset(lanes, instr, 2);
    const Lanes::Scalar& value = offset.value();
    const auto times = std::int64_t{wrapped(value.times)};
    const auto at = [&](std::int64_t base) { return wrapped(value.plus) + times * base; };
    const auto [low, high] = std::minmax({at(value.values->least), at(value.values->most)});
    const auto& buffer = program_.buffers[index_of(instr.arg[1])];
    const int halvings = value.values->twos + std::countr_zero(value.times);
    const bool aligned =
        (buffer.offset + offset[0]) % element == 0 && (element >> std::min(halvings, 30)) <= 1;
    if (!aligned || low + before < 0 || high + behind > buffer.bytes) {
      return false;
    }
    (*roams_)[index_of(lanes.pc)].take(low + before, high + behind);
    return true;
  }

  // Aligned and wholly in its buffer is all that rules ask; else where it lies.
  std::int32_t inside(const Lanes& lanes, const Instr& instr, std::size_t lane) const {
    const std::int32_t offset = LaneOperand(lanes, instr, 2)[lane];
    const std::int64_t element = bytes_of(static_cast<DType>(instr.arg[3]));
    std::int64_t first = offset;
    std::int64_t last = offset + element;
    for (int i = 0; i < instr.arg[4]; ++i) {
      const std::int64_t way = (std::int64_t{LaneOperand(lanes, instr, 5 + i)[lane]} - 1) *
                               LaneOperand(lanes, instr, 8 + i)[lane] * element;
      (way < 0 ? first : last) += way;
    }
    const auto& buffer = program_.buffers[index_of(instr.arg[1])];
    const bool aligned = (buffer.offset + offset) % element == 0;
    if (!aligned || first < 0 || last > buffer.bytes) {
      return offset;
    }
    (*roams_)[index_of(lanes.pc)].take(first, last);
    return INT32_MIN;
  }

  // Lanes go on in parts of one value; `lanes` is left empty.
  template <class ValueOf, class GoOn>
  void part(Lanes& lanes, ValueOf&& value_of, GoOn&& go_on) {
    std::map<std::int32_t, std::vector<std::size_t>> parts;
    for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
      parts[value_of(lane)].push_back(lane);
    }
    for (const auto& [value, members] : parts) {
      Lanes& mine = open_.emplace_back();
      mine.pc = lanes.pc;
      mine.depth = lanes.depth;
      mine.loops = lanes.loops;
      for (const std::size_t lane : members) {
        mine.place.push_back(lanes.place[lane]);
        mine.print.push_back(lanes.print[lane]);
        mine.print.back().note(value);
      }
      for (std::int32_t r = 0; r < kScalarRegisters; ++r) {
        const LaneOperand was(lanes, r, true);
        std::vector<std::int32_t> values;
        for (std::size_t i = 0; i < (was.differs() ? members.size() : 1); ++i) {
          values.push_back(was[members[i]]);
        }
        mine.set(r, std::move(values));
      }
      go_on(mine, value);
    }
    lanes.place.clear();
  }

  const Program& program_;
  const std::span<const Coordinates> places_;
  const bool checks_;
  std::vector<Roaming>* const roams_;  ///< null: offsets count
  std::vector<std::uint32_t> matter_;  ///< registers_that_matter
  std::vector<Lanes> open_;
  std::vector<Print> prints_;
  std::int64_t executed_ = 0;
};

}  // namespace

CsrSet used_csrs(const Program& program, AlikeIn in) {
  const std::vector<std::uint32_t> matter = registers_that_matter(program, in);
  CsrSet used = 0;
  for (std::size_t pc = 0; pc < program.code.size(); ++pc) {
    const Instr& instr = program.code[pc];
    if (instr.opcode == Opcode::csrr && (matter[pc] >> instr.arg[0] & 1) != 0) {
      used |= csr_set(instr.arg[1]);
    }
  }
  return used;
}

std::optional<std::vector<std::int32_t>> group_places(const Program& program,
                                                      std::span<const Coordinates> places,
                                                      AlikeIn in, std::vector<Roaming>* roams) {
  if (roams != nullptr) {
    roams->assign(program.code.size(), {});
  }
  if (places.size() < 2) {
    return std::vector<std::int32_t>(places.size(), 0);
  }
  return Grouping(program, places, in, roams).run();
}

}  // namespace weft::isa
