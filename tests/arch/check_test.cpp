// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <set>

#include "arch/edge.h"
#include "arch/machine.h"

namespace weft::arch {
namespace {

Machine good() { return *load_machine("mesh8"); }

std::string fault(const Machine& machine) {
  const Status status = check_machine(machine);
  if (status.ok()) {
    return "ok";
  }
  EXPECT_EQ(status.error().kind, ErrorKind::input);
  return status.error().message;
}

TEST(CheckMachine, accepts_the_presets) { EXPECT_EQ(fault(good()), "ok"); }

TEST(CheckMachine, places_hold_the_words_of_a_hop) {
  Machine machine = good();
  machine.mutable_fabric()->set_hop_latency(3);
  EXPECT_EQ(fault(machine),
            "machine 'mesh8': fabric.places_per_hop is 1, must be at least fabric.hop_latency (3)");
  machine.mutable_fabric()->set_places_per_hop(3);
  EXPECT_EQ(fault(machine), "ok");
}

TEST(CheckMachine, ratios) {
  Machine machine = good();
  Ratio& pace = *machine.mutable_fabric()->mutable_words_per_cycle();
  for (const auto& [num, den, holds] :
       {std::tuple(8, 9, true), std::tuple(1, 1024, true), std::tuple(1, 1, true),
        std::tuple(2, 1, false), std::tuple(9, 8, false), std::tuple(1, 1025, false),
        std::tuple(0, 1, false), std::tuple(1, 0, false), std::tuple(-1, -1, false)}) {
    pace.set_num(num);
    pace.set_den(den);
    EXPECT_EQ(check_machine(machine).ok(), holds) << num << "/" << den;
  }
  pace.set_num(1);
  pace.set_den(1);
  machine.mutable_tile()->mutable_special_rate()->set_num(32);
  machine.mutable_tile()->mutable_special_rate()->set_den(1);
  EXPECT_EQ(fault(machine), "ok") << "many special functions a cycle are possible";
  machine.mutable_tile()->clear_special_rate();
  EXPECT_EQ(fault(machine),
            "machine 'mesh8': tile.special_rate is 0/0, must be between 1/1024 and 1024");
}

TEST(CheckMachine, every_broken_rule_is_told) {
  Machine machine = good();
  machine.mutable_grid()->set_width(0);
  machine.set_frequency(0);
  machine.mutable_tile()->set_instruction_bytes(1 << 20);
  EXPECT_EQ(fault(machine),
            "machine 'mesh8': frequency must be above 0 Hz\n"
            "machine 'mesh8': grid must have at least one tile\n"
            "machine 'mesh8': tile.instruction_bytes leaves no room in tile.sram");
}

TEST(CheckMachine, an_edge_has_channels_memory_and_rates) {
  Machine machine = good();
  machine.mutable_edge()->mutable_shared_bytes_per_cycle()->set_num(1);
  machine.mutable_edge()->set_channels(0);
  machine.mutable_edge()->set_memory(0);
  machine.mutable_edge()->set_latency(-1);
  machine.mutable_edge()->clear_bytes_per_cycle();
  EXPECT_EQ(fault(machine),
            "machine 'mesh8': edge.channels must be at least 1; without channels, no edge\n"
            "machine 'mesh8': edge.memory must be at least 1 byte\n"
            "machine 'mesh8': edge.bytes_per_cycle is 0/0, must be between 1/1024 and 1048576\n"
            "machine 'mesh8': edge.shared_bytes_per_cycle is 1/0, must be between 1/1024 and "
            "1048576\n"
            "machine 'mesh8': edge.latency must not be negative");
  machine.clear_edge();
  EXPECT_EQ(fault(machine), "ok");
}

TEST(EdgeTiles, lie_evenly_along_their_columns_and_never_twice) {
  Machine machine = good();
  EXPECT_THAT(edge_tiles(machine),
              testing::ElementsAre(EdgeTile{0, 2}, EdgeTile{7, 2}, EdgeTile{0, 6}, EdgeTile{7, 6}));
  for (const auto side : {Edge::BOTH, Edge::WEST, Edge::EAST}) {
    machine.mutable_edge()->set_side(side);
    for (int height = 1; height <= 32; ++height) {
      machine.mutable_grid()->set_height(height);
      for (int channels = 1; channels <= (side == Edge::BOTH ? 2 : 1) * height; ++channels) {
        machine.mutable_edge()->set_channels(channels);
        std::set<std::pair<int, int>> tiles;
        for (const EdgeTile& at : edge_tiles(machine)) {
          EXPECT_TRUE(at.x == 0 || at.x == 7);
          EXPECT_TRUE(at.y >= 0 && at.y < height);
          tiles.emplace(at.x, at.y);
        }
        EXPECT_EQ(tiles.size(), static_cast<std::size_t>(channels));
      }
    }
  }
}

TEST(EdgeTiles, share_a_tile_where_a_grid_is_too_low_for_them) {
  Machine machine = good();
  machine.mutable_grid()->set_width(1);
  machine.mutable_grid()->set_height(1);
  EXPECT_EQ(edge_tiles(machine), std::vector<EdgeTile>(4, EdgeTile{0, 0}));
  EXPECT_EQ(edge_channel(edge_tiles(machine), {0, 0}), 0);
  EXPECT_EQ(edge_channel(edge_tiles(machine), {0, 1}), -1);
}

TEST(CheckMachine, sources_name_fields) {
  Machine machine = good();
  (*machine.mutable_sources())["tile.sarm"] = "x";
  (*machine.mutable_sources())["fabric.kind"] = "fields that are no numbers may have one too";
  EXPECT_EQ(fault(machine),
            "machine 'mesh8': sources names no field 'tile.sarm' (did you mean 'tile.sram'?)");
}

TEST(CheckMachine, an_empty_machine_is_refused) { EXPECT_FALSE(check_machine(Machine()).ok()); }

}  // namespace
}  // namespace weft::arch
