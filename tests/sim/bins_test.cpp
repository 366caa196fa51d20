// SPDX-License-Identifier: Apache-2.0
// Which bin each core-cycle falls into (docs/timing_model.md, "Bins").
#include <gtest/gtest.h>

#include "contract_case.h"
#include "isa/bundle.h"
#include "isa/role_builder.h"
#include "sim/simulate.h"

namespace weft::sim {
namespace {

using isa::Opcode;
using isa::RoleBuilder;

/// Two tiles, color 0 from the left one to the right one; ramp 2, one place a hop, queue 1: 6
/// places, latency 6.
class Bins : public ::testing::Test {
 protected:
  Bins() : machine_(contract_machine(2, 1)) {
    left_.td(0, left_.buffer("x", 256), 0, DType::f32, {64});
    right_.td(0, right_.buffer("x", 256), 0, DType::f32, {64});
  }

  RunResult run() {
    isa::Bundle bundle;
    bundle.mutable_region()->set_width(2);
    bundle.mutable_region()->set_height(1);
    int x = 0;
    for (RoleBuilder* builder : {&left_, &right_}) {
      isa::Role role = builder->finish(0);
      *role.add_tiles() = isa::to_proto({{x, 1, 1}, {0, 1, 1}});
      *bundle.add_roles() = std::move(role);
      isa::Route& route = *bundle.add_routes();
      *route.mutable_tiles() = isa::to_proto({{x, 1, 1}, {0, 1, 1}});
      route.set_rx(x == 0 ? isa::RAMP : isa::WEST);
      route.add_tx(x == 0 ? isa::EAST : isa::RAMP);
      ++x;
    }
    auto result = simulate(bundle, machine_, {});
    EXPECT_TRUE(result.ok());
    EXPECT_TRUE(result->deadlock.empty());
    return std::move(result).value();
  }

  static BinCycles bins(std::initializer_list<std::pair<Bin, std::int64_t>> cycles) {
    BinCycles result{};
    for (const auto& [bin, count] : cycles) {
      result[static_cast<std::size_t>(bin)] = count;
    }
    return result;
  }

  arch::Machine machine_;
  RoleBuilder left_{"left"}, right_{"right"};
};

TEST_F(Bins, AReceiverWaitsForInputThenMoves) {
  left_.emit(Opcode::busy, {10});
  left_.send(0, 0);
  right_.receive(Opcode::recv_set, 0, 0);
  const RunResult result = run();
  EXPECT_EQ(result.tiles[0].bins, bins({{Bin::compute, 10}, {Bin::moving, 64}, {Bin::idle, 6}}));
  EXPECT_EQ(result.tiles[1].bins, bins({{Bin::input, 16}, {Bin::moving, 64}}));
}

TEST_F(Bins, ASenderIsBlockedByOutputWhenItsPlacesAreFull) {
  left_.send(0, 0);
  right_.emit(Opcode::busy, {100});
  right_.receive(Opcode::recv_set, 0, 0);
  const RunResult result = run();
  EXPECT_EQ(result.tiles[0].bins, bins({{Bin::moving, 64}, {Bin::output, 94}, {Bin::idle, 6}}));
  EXPECT_EQ(result.tiles[1].bins, bins({{Bin::compute, 100}, {Bin::moving, 64}}));
}

TEST_F(Bins, AComputeWaitsForTheDatapathOfAnEarlierReceive) {
  left_.emit(Opcode::busy, {40});
  left_.send(0, 0);
  right_.receive(Opcode::recv_add, 0, 0, 0, 0);
  right_.emit(Opcode::busy, {30});
  right_.wait(0);
  const RunResult result = run();
  // Issue 1 cycle; the receive is done at 40 + 6 + 64 = 110; then 30 cycles of work.
  EXPECT_EQ(result.tiles[1].bins, bins({{Bin::setup, 1}, {Bin::unit, 109}, {Bin::compute, 30}}));
}

TEST_F(Bins, AWaitTakesTheStateOfWhatItWaitsFor) {
  left_.emit(Opcode::busy, {40});
  left_.send(0, 0);
  right_.receive(Opcode::recv_set, 0, 0, 0, 0);
  right_.emit(Opcode::busy, {60});
  right_.wait(0);
  const RunResult result = run();
  // The receive moves words in [46, 110); the core is at 61 when it waits.
  EXPECT_EQ(result.tiles[1].bins, bins({{Bin::setup, 1}, {Bin::compute, 60}, {Bin::moving, 49}}));
}

TEST_F(Bins, SetupScalarLoopAndDescriptorCostsAreSetup) {
  auto& setup = *machine_.mutable_tile()->mutable_setup();
  setup.set_scalar(2);
  setup.set_tensor_descriptor(3);
  setup.set_loop_entry(5);
  setup.set_loop_iteration(7);
  setup.set_branch(11);
  setup.set_transfer(13);
  setup.set_compute(17);
  left_.emit(Opcode::li, {0, 1});
  left_.loop(2);
  left_.emit(Opcode::add, {0, 0, 1});
  left_.end();
  left_.land(left_.branch(Opcode::br_lt, 0, 9));
  left_.emit_numbers(Opcode::vfill, {0}, {1.0f});
  left_.send(0, 0);
  right_.receive(Opcode::recv_set, 0, 0);
  const RunResult result = run();
  const std::int64_t setup_cycles = 3 + 2 + 5 + 2 * (2 + 7) + 11 + 17 + 13;
  EXPECT_EQ(result.tiles[0].bins[static_cast<std::size_t>(Bin::setup)], setup_cycles);
  EXPECT_EQ(result.tiles[0].bins[static_cast<std::size_t>(Bin::compute)], 64);
}

TEST_F(Bins, APacedLinkMovesThroughItsGaps) {
  machine_.mutable_fabric()->mutable_words_per_cycle()->set_num(1);
  machine_.mutable_fabric()->mutable_words_per_cycle()->set_den(2);
  left_.send(0, 0);
  right_.receive(Opcode::recv_set, 0, 0);
  const RunResult result = run();
  EXPECT_EQ(result.tiles[0].bins[static_cast<std::size_t>(Bin::moving)], 127);
}

}  // namespace
}  // namespace weft::sim
