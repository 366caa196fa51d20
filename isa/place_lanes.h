// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "isa/program_state.h"

/// What isa/place_groups.cpp knows of many places that run a program together.
namespace weft::isa::places {

inline std::size_t index_of(std::int32_t number) { return static_cast<std::size_t>(number); }

/// What a place did that others may not have done.
struct Print {
  std::uint64_t a = 0;
  std::uint64_t b = 0;

  void note(std::int32_t number) {
    const auto bits = static_cast<std::uint32_t>(number);
    a = (a ^ bits) * 0x9E3779B97F4A7C15ULL;
    a ^= a >> 32;
    b = (b + bits + 1) * 0xD6E8FEB86659FD93ULL;
    b ^= b >> 29;
  }
  auto operator<=>(const Print&) const = default;
};

inline std::int32_t wrapped(std::uint32_t bits) { return static_cast<std::int32_t>(bits); }

/// Values that differ from lane to lane, and between what they lie. Never changed once made.
struct Differing {
  std::vector<std::int32_t> values;
  std::int32_t least = 0, most = 0;
  int twos = 0;  ///< how often all differences can be halved

  explicit Differing(std::vector<std::int32_t> all) : values(std::move(all)) {
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    least = *low;
    most = *high;
    std::uint32_t any = 0;
    for (const std::int32_t value : values) {
      any |= static_cast<std::uint32_t>(value) - static_cast<std::uint32_t>(values.front());
    }
    twos = std::countr_zero(any);
  }
  bool differ() const { return least != most; }
};

/// Places that have gone the same way so far, and their registers.
struct Lanes {
  /// plus + times * values, modulo 2^32: what is added and multiplied alike at all lanes costs
  /// nothing per lane.
  struct Scalar {
    std::uint32_t plus = 0;
    std::uint32_t times = 0;
    std::shared_ptr<const Differing> values;  ///< null: the lanes do not differ
  };
  std::int32_t pc = 0;
  std::int32_t depth = 0;
  std::array<ProgramState::LoopFrame, kLoopDepth> loops{};
  std::array<Scalar, kScalarRegisters> s;
  std::vector<std::int32_t> place;
  std::vector<Print> print;

  std::size_t size() const { return place.size(); }
  void set(std::int32_t to, std::vector<std::int32_t> values) {
    auto made = std::make_shared<const Differing>(std::move(values));
    made->differ() ? set(to, {0, 1, made}) : set_all(to, made->least);
  }
  void set(std::int32_t to, Scalar value) { s[index_of(to)] = std::move(value); }
  void set_all(std::int32_t to, std::int32_t value) {
    set(to, {static_cast<std::uint32_t>(value), 0, nullptr});
  }
};

/// An operand of an instruction at every lane.
class LaneOperand {
 public:
  LaneOperand(const Lanes& lanes, const Instr& instr, int slot)
      : LaneOperand(lanes, instr.arg[index_of(slot)], instr.is_register(slot)) {}
  LaneOperand(const Lanes& lanes, std::int32_t raw, bool is_register)
      : raw_{static_cast<std::uint32_t>(raw), 0, nullptr},
        value_(is_register ? lanes.s[index_of(raw)] : raw_) {}

  LaneOperand(const LaneOperand&) = delete;
  LaneOperand& operator=(const LaneOperand&) = delete;

  bool differs() const { return value_.values != nullptr; }
  std::int32_t operator[](std::size_t lane) const {
    if (value_.values == nullptr) {
      return wrapped(value_.plus);
    }
    const auto bits = static_cast<std::uint32_t>(value_.values->values[lane]);
    return wrapped(value_.plus + value_.times * bits);
  }
  const Lanes::Scalar& value() const { return value_; }

 private:
  const Lanes::Scalar raw_;
  const Lanes::Scalar& value_;
};

/// a op b without a look at the lanes, where that can be said.
inline std::optional<Lanes::Scalar> at_once(Opcode opcode, const Lanes::Scalar& a,
                                            const Lanes::Scalar& b) {
  const bool alike = a.values == nullptr || b.values == nullptr || a.values == b.values;
  const auto& values = a.values != nullptr ? a.values : b.values;
  Lanes::Scalar made;
  if (alike && (opcode == Opcode::add || opcode == Opcode::sub)) {
    const bool adds = opcode == Opcode::add;
    made.plus = adds ? a.plus + b.plus : a.plus - b.plus;
    made.times = adds ? a.times + b.times : a.times - b.times;
  } else if (opcode == Opcode::mul && (a.values == nullptr || b.values == nullptr)) {
    made.plus = a.plus * b.plus;
    made.times = a.values != nullptr ? a.times * b.plus : a.plus * b.times;
  } else {
    return std::nullopt;
  }
  made.values = made.times == 0 ? nullptr : values;
  return made;
}

}  // namespace weft::isa::places
