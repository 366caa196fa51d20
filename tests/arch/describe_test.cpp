// SPDX-License-Identifier: Apache-2.0
#include "arch/describe.h"

#include <gmock/gmock.h>

#include "arch/machine.h"

namespace weft::arch {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

TEST(Describe, shows_values_with_units_and_sources) {
  const std::string text = describe(*load_machine("mesh32"));
  EXPECT_THAT(text, HasSubstr("mesh32: 32x32 tiles"));
  EXPECT_THAT(text, HasSubstr("1,024 tiles, 64.0 MiB SRAM, hash "));
  EXPECT_THAT(text, ContainsRegex("frequency +850 MHz  WSE-2: "));
  EXPECT_THAT(text, ContainsRegex("tile.sram +64 KiB  assumed: "));
  EXPECT_THAT(text, ContainsRegex("tile.special_rate +1/8  assumed: "));
  EXPECT_THAT(text, ContainsRegex("fabric.kind +static\n"));
}

TEST(Describe, lists_what_nobody_published_at_the_end) {
  Machine machine = *load_machine("mesh8");
  machine.mutable_sources()->erase("frequency");
  const std::string text = describe(machine);
  const std::string end = text.substr(text.find("\nassumed or without a source ("));
  EXPECT_THAT(end, HasSubstr(" of 48):\n  frequency\n  grid.width\n"));
  EXPECT_THAT(end, HasSubstr("\n  tile.setup.compute\n"));
  EXPECT_THAT(end, Not(HasSubstr("fabric.colors")));
  EXPECT_THAT(text, ContainsRegex("frequency +850 MHz  no source given"));
}

TEST(Describe, says_nothing_of_an_edge_a_machine_does_not_have) {
  Machine machine = *load_machine("mesh8");
  EXPECT_THAT(describe(machine), ContainsRegex("edge.bytes_per_cycle +250/17  WSE-2: "));
  EXPECT_THAT(describe(machine), Not(HasSubstr("shared_bytes_per_cycle")));
  machine.clear_edge();
  EXPECT_THAT(describe(machine), Not(HasSubstr("edge.channels  ")));
}

TEST(Describe, a_line_for_each_preset) {
  EXPECT_EQ(
      describe_presets(),
      "mesh32      32x32 tiles like those of a WSE-2, 64 KiB each (1,024 tiles, 64.0 MiB SRAM)\n"
      "mesh8       8x8 tiles like those of a WSE-2, 128 KiB each (64 tiles, 8.0 MiB SRAM)\n"
      "wse2        the 750x994 tiles of a WSE-2 that programs may use, 48 KiB each (745,500 tiles, "
      "34.1 GiB SRAM)\n");
}

}  // namespace
}  // namespace weft::arch
