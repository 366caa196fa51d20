// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "isa/opcode.h"

namespace weft::isa {

/// The lines a verification has found so far: the first kMost of them, each a place, a cause and a
/// mend.
class Findings {
 public:
  static constexpr std::size_t kMost = 20;

  void add(std::string line) {
    if (!full()) {
      lines_.push_back(std::move(line));
    }
  }
  bool any() const { return !lines_.empty(); }
  bool full() const { return lines_.size() >= kMost; }
  std::vector<std::string> take() { return std::move(lines_); }

 private:
  std::vector<std::string> lines_;
};

/// "role left, instruction 3 (mm)"
std::string place_of(const std::string& role, std::size_t pc, Opcode opcode);
/// "tile (2,0)", in machine coordinates.
std::string tile_name(int x, int y);

}  // namespace weft::isa
