// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "isa/program_state.h"

namespace weft::isa {

/// What places of a group have in common beside how their branches went and how often their loops
/// ran.
enum class AlikeIn : std::uint8_t {
  timing,  ///< dimensions and strides of descriptors: they have one script (sim/core/script.h)
  checks,  ///< every number that a rule of the verifier looks at
  bounds,  ///< … but for where in its buffer a descriptor lies, as long as it lies inside
};

/// Where in its buffer a descriptor may lie, over all places and each time its instruction is met:
/// bytes [first, last). Empty: at every place where it lies at any other.
struct Roaming {
  std::int64_t first = 0;
  std::int64_t last = 0;

  bool anywhere() const { return first < last; }
  void take(std::int64_t from, std::int64_t to) {
    first = anywhere() ? std::min(first, from) : from;
    last = last > first ? std::max(last, to) : to;
  }
};

/// CSRs whose values matter; places that differ in others only are alike.
CsrSet used_csrs(const Program& program, AlikeIn in);

/// Groups places by what a program does there: the number of each one's group, counted from 0 in
/// order of the places. The program is followed once, for all places at once, apart only where
/// branches and loops part them; numbers that are the same at all places are worked out once.
/// Places are compared by hashes of 128 bits. Nothing: it runs longer than a script may be.
/// `roams`: by instruction, with `bounds`: where descriptors that lie elsewhere at other places
/// lie.
std::optional<std::vector<std::int32_t>> group_places(const Program& program,
                                                      std::span<const Coordinates> places,
                                                      AlikeIn in,
                                                      std::vector<Roaming>* roams = nullptr);

}  // namespace weft::isa
