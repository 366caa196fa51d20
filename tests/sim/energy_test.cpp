// SPDX-License-Identifier: Apache-2.0
// What a run takes in energy; each price alone is turned in knobs_test.
#include <gtest/gtest.h>

#include <numeric>

#include "arch/machine.h"
#include "contract_case.h"
#include "isa/bundle.h"
#include "isa/role_builder.h"
#include "sim/simulate.h"

namespace weft::sim {
namespace {

using isa::Opcode;
using isa::RoleBuilder;

double of(const EnergyAccount& energy, EnergyKind kind) {
  return energy.kinds[static_cast<std::size_t>(kind)];
}

/// Three tiles in a row; the first sends 10 words to both others, three times, as op "spread".
isa::Bundle spread() {
  isa::Bundle bundle;
  bundle.mutable_region()->set_width(3);
  bundle.mutable_region()->set_height(1);
  bundle.add_graph_ops("spread");
  for (int x = 0; x < 3; ++x) {
    RoleBuilder role("t" + std::to_string(x));
    role.td(0, role.buffer("x", 40), 0, DType::f32, {10});
    role.loop(3);
    role.graph_op(0);
    x == 0 ? role.send(0, 0) : role.receive(Opcode::recv_set, 0, 0);
    role.graph_op(-1);
    role.end();
    isa::Role built = role.finish(0);
    *built.add_tiles() = isa::to_proto({{x, 1, 1}, {0, 1, 1}});
    *bundle.add_roles() = std::move(built);
    isa::Route& route = *bundle.add_routes();
    *route.mutable_tiles() = isa::to_proto({{x, 1, 1}, {0, 1, 1}});
    route.set_rx(x == 0 ? isa::RAMP : isa::WEST);
    if (x < 2) {
      route.add_tx(isa::EAST);
    }
    if (x > 0) {
      route.add_tx(isa::RAMP);
    }
  }
  return bundle;
}

arch::Machine priced(double ramp, double hop, double idle) {
  arch::Machine machine = contract_machine(3, 1);
  machine.mutable_energy()->set_ramp(ramp);
  machine.mutable_energy()->set_hop(hop);
  machine.mutable_energy()->set_idle(idle);
  return machine;
}

RunResult run(const arch::Machine& machine, const Options& options = {}) {
  auto result = simulate(spread(), machine, {}, options);
  EXPECT_TRUE(result.ok() && result->deadlock.empty());
  return std::move(result).value();
}

TEST(Energy, WordsOnLinksCountForTheTileAndOpThatSentThem) {
  const RunResult result = run(priced(1, 100, 0));
  EXPECT_DOUBLE_EQ(of(result.energy, EnergyKind::ramp), 3 * 10 * 3);
  EXPECT_DOUBLE_EQ(of(result.energy, EnergyKind::hop), 100 * 3 * 10 * 2);
  EXPECT_DOUBLE_EQ(result.energy.tiles[0], 30 + 6000);
  EXPECT_DOUBLE_EQ(result.energy.tiles[2], 30);
  ASSERT_EQ(result.energy.ops.size(), 2u);
  EXPECT_DOUBLE_EQ(result.energy.ops[0], 90 + 6000);
  EXPECT_EQ(result.energy.work[0].words_sent, 3 * 10);
  EXPECT_EQ(result.energy.work[0].words_received, 3 * 10 * 2);
  EXPECT_EQ(result.energy.work[1].words_sent, 0);
  EXPECT_DOUBLE_EQ(result.energy.ops[1], 0);
}

TEST(Energy, IdleIsTheCyclesOfTheRunOnEveryTile) {
  const RunResult result = run(priced(0, 0, 2));
  const double expected = 2.0 * 3 * static_cast<double>(result.cycles.count());
  EXPECT_DOUBLE_EQ(result.energy.total(), expected);
}

TEST(Energy, IsTheSameByEveryEngineAndWithOrWithoutValues) {
  const arch::Machine machine = priced(1, 3, 2);
  const RunResult values = run(machine);
  Options options;
  options.data = false;
  EXPECT_EQ(run(machine, options).energy.tiles, values.energy.tiles);
  options.engine = EngineKind::word;
  EXPECT_EQ(run(machine, options).energy.tiles, values.energy.tiles);
}

TEST(Energy, IsNotGuessedWhereTheMachineHasNoPrices) {
  const RunResult result = run(contract_machine(3, 1));
  EXPECT_NE(result.energy.unknown_because, "");
  EXPECT_EQ(result.energy.total(), 0);
}

TEST(Energy, AWafersTilesAtRestDrawWhatAnIdleSystemDoes) {
  const auto machine = arch::load_machine("wse2");
  ASSERT_TRUE(machine.ok());
  const double watts = machine->energy().idle() * 1e-12 * machine->frequency() * 850000;
  EXPECT_NEAR(watts, 16.1e3, 100);
}

}  // namespace
}  // namespace weft::sim
