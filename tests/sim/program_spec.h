// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "arch/arch.pb.h"
#include "base/dtype.h"
#include "contract_case.h"
#include "isa/opcode.h"

namespace weft::sim {

/// One color from one source to its sinks, on tiles numbered row by row over the region.
struct TreeSpec {
  int color = 0;
  int source = 0;
  std::vector<int> sinks;
  std::vector<std::pair<int, int>> links;  ///< from tile to neighbor, nearer the source first
};

/// One instruction of a tile, by trees and plain numbers: easy to take away or make smaller.
struct StepSpec {
  isa::Opcode opcode = isa::Opcode::busy;
  int amount = 0;  ///< words, elements, cycles of busy, count of a loop
  int out = -1;    ///< index of a tree
  int in = -1;
  int engine = -1;  ///< -1: synchronous
  int event = 0;
  int inner = 0, columns = 0;  ///< mm: [amount, inner] times [inner, columns]
  int address = 0;             ///< edge.read and edge.write

  /// Where its operands lie in the one buffer of a tile whose values matter; -1: each size has its
  /// own elements and nobody looks at them.
  int at = -1;    ///< bytes to the first operand
  int from = -1;  ///< … to the second
  DType type = DType::f32;
  int stride = 1;  ///< of the first operand, in elements

  bool is_transfer() const { return out >= 0 || in >= 0; }
};

inline constexpr int kDataBytes = 192;  ///< of the buffer `StepSpec::at` counts in
inline constexpr int kShown = 96;       ///< elements a probe of it shows at most

/// A machine, exclusive routes and a program a tile: what the property tests draw, run and shrink.
struct ProgramSpec {
  arch::Machine machine;  ///< its grid is set by build()
  int width = 1, height = 1;
  int x = 0, y = 0;  ///< corner of the region on the machine
  std::vector<TreeSpec> trees;
  std::vector<std::vector<StepSpec>> programs;  ///< by tile

  ContractCase build() const;
  /// Parameters of the machine and the program as assembly text.
  std::string text() const;
};

/// Index of the `end` of the loop at `at`.
std::size_t end_of_loop(const std::vector<StepSpec>& program, std::size_t at);

}  // namespace weft::sim
