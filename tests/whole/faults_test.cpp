// SPDX-License-Identifier: Apache-2.0
// What must go wrong does: a wrong kernel is named, values move through trains only, a missing
// route is a named deadlock.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <set>

#include "isa/bundle.h"
#include "isa/opcode.h"
#include "tests/whole/fable.h"

namespace weft {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

// Scales one tile's product of one op by 1 + 1/16: a kernel that is nearly right.
void spoil_product(isa::Bundle& bundle, const std::string& op, int x, int y) {
  int spoiled = 0;
  for (isa::Role& role : *bundle.mutable_roles()) {
    bool here = false;
    for (const isa::TileSet& set : role.tiles()) {
      here = here || isa::tile_set_of(set).contains(x, y);
    }
    for (isa::Instruction& code : *role.mutable_code()) {
      if (here && code.opcode() == static_cast<int>(isa::Opcode::mm) && code.graph_op() > 0 &&
          bundle.graph_ops(code.graph_op() - 1) == op) {
        code.set_args(3, std::bit_cast<std::int32_t>(1.0625f));
        ++spoiled;
      }
    }
  }
  ASSERT_EQ(spoiled, 1);
}

TEST(Faults, AWrongKernelIsCaughtAndNamed) {
  for (const std::string op : {"qkv", "o", "gate_up", "down"}) {
    cli::RunHooks hooks;
    hooks.change_bundle = [&](isa::Bundle& bundle) {
      spoil_product(bundle, "layers.{}." + op, 3, 4);
    };
    const auto outcome = cli::run(fable_run("mesh8", "8x8"), hooks);
    ASSERT_TRUE(outcome.ok()) << outcome.error().message;
    EXPECT_EQ(outcome->exit_code(), 1);
    EXPECT_EQ(outcome->recording.check().verdict(), "fail");
    const std::string named = op == "qkv" ? "q" : op == "gate_up" ? "gate" : op;
    EXPECT_THAT(outcome->recording.check().first_bad(),
                MatchesRegex("layers\\.0\\." + named +
                             " row [0-9]+ column [0-9]+: .*, tile \\([0-9],[0-9]\\)"));
  }
}

TEST(Faults, AWrongAttentionScaleIsCaught) {
  cli::RunHooks hooks;
  hooks.change_bundle = [&](isa::Bundle& bundle) {
    for (isa::Role& role : *bundle.mutable_roles()) {
      for (isa::Instruction& code : *role.mutable_code()) {
        if (code.opcode() == static_cast<int>(isa::Opcode::mm) && code.graph_op() > 0 &&
            bundle.graph_ops(code.graph_op() - 1) == "layers.{}.attention" &&
            std::bit_cast<float>(code.args(3)) != 1.0f) {
          code.set_args(3, std::bit_cast<std::int32_t>(0.251f));
        }
      }
    }
  };
  const auto outcome = cli::run(fable_run("mesh8", "8x8"), hooks);
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_THAT(outcome->recording.check().first_bad(), HasSubstr("layers.0.attention row"));
}

bool same_tensors(const sim::RunResult& a, const sim::RunResult& b) {
  return std::all_of(a.tensors.begin(), a.tensors.end(), [&](const auto& entry) {
    const auto& other = b.tensors.at(entry.first).values;
    return std::memcmp(other.data(), entry.second.values.data(), other.size() * sizeof(float)) == 0;
  });
}

// On every color of the run, flipping bits of a word in flight changes what the run shows. A value
// that took another way than the train would come out unchanged. Single words may not matter (the
// score of the only visible key), so a few are tried.
TEST(Faults, FlippingAWordInFlightChangesTheOutput) {
  cli::RunArguments arguments = fable_run("mesh8", "8x8");
  arguments.check = "none";
  arguments.new_tokens = 1;
  isa::Bundle bundle;
  cli::RunHooks hooks;
  hooks.change_bundle = [&](isa::Bundle& mapped) { bundle = mapped; };
  const auto sound = cli::run(arguments, hooks);
  ASSERT_TRUE(sound.ok());
  std::set<int> flipped;
  std::set<int> colors;
  for (const isa::Route& route : bundle.routes()) {
    colors.insert(route.color());
    if (route.rx() != isa::RAMP) {
      continue;
    }
    hooks.fault.color = route.color();
    hooks.fault.tile = route.tiles().y().first() * 8 + route.tiles().x().first();
    hooks.fault.mask = 0x44004400;
    bool changed = false;
    for (const int word : {0, 3, 11, 20}) {
      hooks.fault.word = word;
      const auto run = cli::run(arguments, hooks);
      ASSERT_TRUE(run.ok());
      EXPECT_EQ(run->result.cycles, sound->result.cycles);
      changed = changed || !same_tensors(sound->result, run->result);
    }
    EXPECT_TRUE(changed) << "color c" << route.color() << " from tile " << hooks.fault.tile;
    flipped.insert(route.color());
  }
  EXPECT_EQ(flipped, colors);
  EXPECT_GE(colors.size(), 6u);
}

TEST(Faults, RemovingARouteIsANamedDeadlock) {
  isa::Bundle mapped;
  cli::RunHooks hooks;
  hooks.change_bundle = [&](isa::Bundle& bundle) { mapped = bundle; };
  cli::RunArguments arguments = fable_run("mesh8", "8x8");
  arguments.new_tokens = 1;
  ASSERT_TRUE(cli::run(arguments, hooks).ok());
  for (int removed = 0; removed < mapped.routes_size(); ++removed) {
    hooks.change_bundle = [&](isa::Bundle& bundle) {
      bundle.mutable_routes()->DeleteSubrange(removed, 1);
    };
    const auto outcome = cli::run(arguments, hooks);
    ASSERT_TRUE(outcome.ok()) << outcome.error().message;
    EXPECT_EQ(outcome->exit_code(), 1);
    ASSERT_FALSE(outcome->result.deadlock.empty()) << "route " << removed;
    const std::string all = ::testing::PrintToString(outcome->result.deadlock);
    EXPECT_THAT(all, HasSubstr("tile ("));
    EXPECT_THAT(all, HasSubstr("role "));
    EXPECT_THAT(all, HasSubstr("instruction "));
  }
}

}  // namespace
}  // namespace weft
