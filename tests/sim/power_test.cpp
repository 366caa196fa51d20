// SPDX-License-Identifier: Apache-2.0
// Power over time: what is spent is what the account says, and it is spent where tiles work.
#include "sim/energy/power.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "arch/machine.h"
#include "contract_case.h"

namespace weft::sim {
namespace {

using testing::Each;
using testing::ElementsAre;

constexpr auto kCompute = static_cast<std::size_t>(Bin::compute);
constexpr auto kSetup = static_cast<std::size_t>(Bin::setup);

std::size_t index(EnergyKind kind) { return static_cast<std::size_t>(kind); }

/// Tiles in a row, slices of 100 cycles, nothing done in them.
RunTimeline quiet(int tiles, int slices, int scale = 1) {
  RunTimeline timeline;
  timeline.scale = scale;
  timeline.width = (tiles + scale - 1) / scale;
  timeline.height = 1;
  timeline.slice = 100;
  timeline.slices = slices;
  timeline.cycles = slices * timeline.slice;
  const auto size = static_cast<std::size_t>(timeline.width * slices);
  for (std::size_t series = 0; series < kSeries; ++series) {
    timeline.mean[series].resize(size);
    timeline.max[series].resize(scale > 1 || series == kLinkSeries ? size : 0);
  }
  return timeline;
}

/// Tiles that all run a script of this energy, and draw `idle` in all.
EnergyAccount account(std::size_t tiles, EnergyKind kind, double picojoules, double idle) {
  EnergyAccount account;
  account.scripts.emplace_back();
  account.scripts[0][index(kind)] = picojoules;
  account.script_of.assign(tiles, 0);
  account.tiles.assign(tiles, picojoules + idle);
  account.kinds[index(kind)] = static_cast<double>(tiles) * picojoules;
  account.kinds[index(EnergyKind::idle)] = static_cast<double>(tiles) * idle;
  return account;
}

/// A picojoule a cycle is a watt.
arch::Machine terahertz() {
  arch::Machine machine = contract_machine(4, 1);
  machine.set_frequency(1e12);
  return machine;
}

TEST(Power, IsThereWhereTilesComputeAndNoLessThanIdleDraw) {
  RunTimeline timeline = quiet(1, 4);
  timeline.mean[kCompute] = {0, 255, 0, 51};
  const auto power =
      power_over_time(account(1, EnergyKind::mac, 600, 800), terahertz(), timeline, 1);
  ASSERT_TRUE(power);
  EXPECT_DOUBLE_EQ(power->least, 2);     // 800 over 400 cycles
  EXPECT_DOUBLE_EQ(power->most, 2 + 5);  // 600 over 120 cycles of compute
  EXPECT_THAT(power->mean, ElementsAre(0, 255, 0, 51));
}

TEST(Power, OfAKindNobodyIsSeenAtFollowsWhateverATileDoes) {
  RunTimeline timeline = quiet(1, 2);
  timeline.mean[kSetup] = {0, 255};
  const auto busy = power_over_time(account(1, EnergyKind::mac, 300, 0), terahertz(), timeline, 1);
  EXPECT_THAT(busy->mean, ElementsAre(0, 255));
  const auto even =
      power_over_time(account(1, EnergyKind::mac, 300, 0), terahertz(), quiet(1, 2), 1);
  EXPECT_THAT(even->mean, Each(255));
  EXPECT_DOUBLE_EQ(even->most, 1.5);
}

TEST(Power, SlicesThatWereAddedCountAsOftenAsTheyPassed) {
  RunTimeline timeline = quiet(1, 2);
  timeline.added.push_back({150, 3, 100});  // cycles 50 to 150, three times more
  timeline.mean[kCompute] = {255, 0};
  EXPECT_THAT(timeline.cycles_of_slices(), ElementsAre(100 + 150, 100 + 150));
  const auto power = power_over_time(account(1, EnergyKind::mac, 500, 0), terahertz(), timeline, 1);
  EXPECT_DOUBLE_EQ(power->most, 2);  // over 250 cycles
}

TEST(Power, OfTheMostOfACellIsNoLessThanOfItsMean) {
  RunTimeline timeline = quiet(6, 2, 4);
  timeline.mean[kCompute] = {51, 0, 0, 255};
  timeline.max[kCompute] = {204, 0, 0, 255};
  const auto power = power_over_time(account(6, EnergyKind::mac, 100, 0), terahertz(), timeline, 6);
  // Each cell over its own cycles: 20 of 4 tiles, 100 of 2.
  EXPECT_DOUBLE_EQ(power->most, 4);  // 5 a cycle of compute, 0.8 of the time
  EXPECT_THAT(power->mean, ElementsAre(64, 0, 0, 64));
  EXPECT_THAT(power->max, ElementsAre(255, 0, 0, 64));
}

TEST(Power, OfWordsIsTakenByTheTileThatSentThem) {
  RunTimeline timeline = quiet(2, 2);
  timeline.mean[kLinkSeries] = {64, 64, 0, 64};
  timeline.max[kLinkSeries] = {255, 255, 0, 255};
  EnergyAccount sent = account(2, EnergyKind::ramp, 0, 0);
  sent.tiles[0] = 200;  // beyond what its script takes: hops
  sent.kinds[index(EnergyKind::hop)] = 200;
  const auto power = power_over_time(sent, terahertz(), timeline, 2);
  EXPECT_THAT(power->mean, ElementsAre(255, 0, 0, 0));
  EXPECT_DOUBLE_EQ(power->most, 2);
}

TEST(Power, IsNotGuessedWhereTheAccountIsUnknownOrAllIsFree) {
  EnergyAccount unknown = account(1, EnergyKind::mac, 1, 1);
  unknown.unknown_because = "no prices";
  EXPECT_FALSE(power_over_time(unknown, terahertz(), quiet(1, 2), 1));
  EXPECT_FALSE(power_over_time(account(1, EnergyKind::mac, 0, 0), terahertz(), quiet(1, 2), 1));
}

}  // namespace
}  // namespace weft::sim
