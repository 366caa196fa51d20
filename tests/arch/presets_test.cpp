// SPDX-License-Identifier: Apache-2.0
#include "arch/presets.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>

#include <set>

#include "arch/machine.h"
#include "base/schema.h"
#include "base/yaml_reader.h"

namespace weft::arch {
namespace {

Machine load(const std::string& name) {
  const Result<Machine> machine = load_machine(name);
  EXPECT_TRUE(machine.ok()) << machine.error().message;
  return machine.ok() ? *machine : Machine();
}

TEST(Presets, are_sorted_and_named_as_their_files) {
  EXPECT_THAT(preset_names(), testing::ElementsAre("mesh32", "mesh8", "wse2"));
  for (const std::string& name : preset_names()) {
    EXPECT_EQ(load(name).name(), name);
  }
}

TEST(Presets, every_number_has_a_source_and_every_source_a_number) {
  for (const std::string& name : preset_names()) {
    const Machine machine = load(name);
    std::set<std::string> numbers;
    for (const FieldSource& field : field_sources(machine)) {
      EXPECT_FALSE(field.source.empty()) << name << ": " << field.path;
      numbers.insert(field.path);
    }
    EXPECT_EQ(numbers.size(), 48u) << "a new field needs a source in every preset";
    for (const auto& [path, source] : machine.sources()) {
      EXPECT_TRUE(numbers.contains(path)) << name << ": " << path;
    }
  }
}

TEST(Presets, say_assumed_with_a_reason_or_name_the_machine_they_quote) {
  for (const std::string& name : preset_names()) {
    for (const FieldSource& field : field_sources(load(name))) {
      EXPECT_THAT(field.source, testing::MatchesRegex("(assumed: |WSE-2: ).{10,}"))
          << name << ": " << field.path;
    }
  }
}

/// Design §3: the small presets, WSE-2-like, and a WSE-2.
TEST(Presets, are_what_the_design_says) {
  for (const auto& [name, width, height, sram] :
       {std::tuple("mesh8", 8, 8, 128 * 1024), std::tuple("mesh32", 32, 32, 64 * 1024),
        std::tuple("wse2", 750, 994, 48 * 1024)}) {
    const Machine machine = load(name);
    EXPECT_EQ(machine.grid().width(), width);
    EXPECT_EQ(machine.grid().height(), height);
    EXPECT_EQ(machine.tile().sram(), sram);
    EXPECT_EQ(machine.frequency(), 850e6);
    EXPECT_EQ(machine.tile().read_bandwidth(), 16);
    EXPECT_EQ(machine.tile().write_bandwidth(), 8);
    EXPECT_EQ(machine.tile().tensor_macs().f16(), 4);
    EXPECT_EQ(machine.tile().tensor_macs().f32(), 1);
    EXPECT_EQ(machine.tile().queue_engines(), 8);
    EXPECT_EQ(machine.tile().input_queue_words(), 2);
    EXPECT_EQ(machine.tile().setup().loop_entry(), 0);
    EXPECT_EQ(machine.tile().setup().loop_iteration(), 1);
    EXPECT_EQ(machine.tile().instruction_bytes(), 16);
    EXPECT_EQ(machine.fabric().kind(), Fabric::STATIC);
    EXPECT_EQ(machine.fabric().word(), 32);
    EXPECT_EQ(machine.fabric().colors(), 24);
    EXPECT_EQ(machine.fabric().words_per_cycle().num(), 1);
    EXPECT_EQ(machine.fabric().words_per_cycle().den(), 1);
    EXPECT_EQ(machine.fabric().ramp_latency(), 2);
    EXPECT_EQ(machine.fabric().hop_latency(), 1);
    EXPECT_EQ(machine.fabric().turn_latency(), 0);
    EXPECT_EQ(machine.fabric().places_per_hop(), 1);
    EXPECT_EQ(machine.edge().bytes_per_cycle().num() * 17,
              machine.edge().bytes_per_cycle().den() * 250);
  }
}

TEST(Presets, differ_only_where_they_say) {
  for (const char* name : {"mesh32", "wse2"}) {
    Machine small = load("mesh8");
    const Machine large = load(name);
    small.set_name(large.name());
    small.set_description(large.description());
    *small.mutable_grid() = large.grid();
    small.mutable_tile()->set_sram(large.tile().sram());
    if (large.name() == "wse2") {  // calibrated
      *small.mutable_tile()->mutable_setup() = large.tile().setup();
      *small.mutable_tile()->mutable_special_rate() = large.tile().special_rate();
    }
    small.mutable_edge()->set_channels(large.edge().channels());
    small.mutable_edge()->set_memory(large.edge().memory());
    small.mutable_edge()->set_latency(large.edge().latency());
    for (const char* path :
         {"grid.width", "grid.height", "tile.sram", "tile.special_rate", "tile.setup.compute",
          "tile.setup.transfer", "tile.setup.scalar", "tile.setup.tensor_descriptor",
          "tile.setup.branch", "tile.setup.product_row", "edge.channels", "edge.memory",
          "edge.latency"}) {
      (*small.mutable_sources())[path] = large.sources().at(path);
    }
    EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(small, large)) << name;
  }
}

/// Grid and SRAM of the small presets are ours; those of a WSE-2 are published.
TEST(Presets, wse2_assumes_no_size) {
  for (const FieldSource& field : field_sources(load("wse2"))) {
    if (field.path.starts_with("grid.") || field.path == "tile.sram") {
      EXPECT_TRUE(field.source.starts_with("WSE-2: ")) << field.path;
    }
  }
}

TEST(Presets, read_back_from_what_is_written) {
  for (const std::string& name : preset_names()) {
    const Machine machine = load(name);
    Machine again;
    const Status status = read_yaml(write_yaml(machine), "written", again);
    ASSERT_TRUE(status.ok()) << status.error().message;
    EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(machine, again));
  }
}

}  // namespace
}  // namespace weft::arch
