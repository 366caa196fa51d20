// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

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
