// SPDX-License-Identifier: Apache-2.0
// Two trains that want one ramp: it is held from first to last word, in the order of issue.
#include <gtest/gtest.h>

#include "program_spec.h"
#include "word/same_run.h"

namespace weft::sim {
namespace {

using isa::Opcode;

ProgramSpec line(int tiles) {
  ProgramSpec spec;
  spec.machine = contract_machine(1, 1);
  spec.machine.mutable_tile()->set_queue_engines(4);
  spec.width = tiles;
  spec.programs.resize(static_cast<std::size_t>(tiles));
  return spec;
}

RunResult run(const ProgramSpec& spec, EngineKind engine) {
  const ContractCase built = spec.build();
  Options options;
  options.engine = engine;
  auto result = simulate(built.bundle, built.machine, {}, options);
  EXPECT_TRUE(result.ok() && result->deadlock.empty());
  return std::move(result).value();
}

// Chains from both ends meet in the middle, which adds the left one, then the right one: that one
// waits in its places meanwhile and costs a word a cycle only.
TEST(RampSharing, BothHalvesOfACenterRootedReduce) {
  for (const int half : {1, 2, 5, 20}) {
    for (const int words : {1, 7, 64}) {
      ProgramSpec spec = line(2 * half + 1);
      const auto tree = [&](int color, int from, int to) {
        spec.trees.push_back({color, from, {to}, {{from, to}}});
        return static_cast<int>(spec.trees.size()) - 1;
      };
      int left = -1, right = -1;
      for (int i = 0; i < half; ++i) {
        const int mirrored = 2 * half - i;
        const int next_left = tree(i % 2, i, i + 1);
        const int next_right = tree(2 + i % 2, mirrored, mirrored - 1);
        const Opcode opcode = i == 0 ? Opcode::send : Opcode::fwd_add;
        spec.programs[static_cast<std::size_t>(i)] = {{opcode, words, next_left, left}};
        spec.programs[static_cast<std::size_t>(mirrored)] = {{opcode, words, next_right, right}};
        left = next_left;
        right = next_right;
      }
      spec.programs[static_cast<std::size_t>(half)] = {{Opcode::recv_add, words, -1, left},
                                                       {Opcode::recv_add, words, -1, right}};
      const RunResult word = run(spec, EngineKind::word);
      EXPECT_EQ(difference(word, run(spec, EngineKind::dataflow)), "");
      EXPECT_EQ(word.cycles.count(), 2 * words + 6 * half) << half << " " << words;
    }
  }
}

// Every tile of a line shifts two buffers to its right neighbor at once, on two colors and engines.
TEST(RampSharing, TwoShiftsInFlight) {
  for (const int tiles : {2, 5, 12}) {
    for (const auto& [first, second] : {std::pair(30, 30), std::pair(4, 50), std::pair(50, 3)}) {
      ProgramSpec spec = line(tiles);
      for (int i = 0; i + 1 < tiles; ++i) {
        // Colors repeat after three tiles, where they do not meet.
        spec.trees.push_back({i % 2, i, {i + 1}, {{i, i + 1}}});
        spec.trees.push_back({2 + i % 2, i, {i + 1}, {{i, i + 1}}});
      }
      for (int i = 0; i < tiles; ++i) {
        auto& program = spec.programs[static_cast<std::size_t>(i)];
        program.push_back({Opcode::busy, 1 + i * 7 % 23});
        for (int k = 0; k < 2; ++k) {
          const int words = k == 0 ? first : second;
          if (i + 1 < tiles) {
            program.push_back({Opcode::send, words, 2 * i + k, -1, k, k});
          }
          if (i > 0) {
            program.push_back({Opcode::recv_set, words, -1, 2 * i - 2 + k, 2 + k, 2 + k});
          }
        }
        program.push_back({Opcode::busy, 11});
        for (int event = 0; event < 4; ++event) {
          program.push_back({Opcode::wait, 0, -1, -1, -1, event});
        }
      }
      const RunResult word = run(spec, EngineKind::word);
      const RunResult dataflow = run(spec, EngineKind::dataflow);
      EXPECT_EQ(difference(word, dataflow), "") << tiles << ": " << first << ", " << second;
    }
  }
}

}  // namespace
}  // namespace weft::sim
