// SPDX-License-Identifier: Apache-2.0
#include "arch/machine.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <set>

#include "base/file.h"
#include "base/yaml_reader.h"

namespace weft::arch {
namespace {

namespace fs = std::filesystem;

std::string fault(const std::string& name, const std::vector<std::string>& overrides = {}) {
  const Result<Machine> machine = load_machine(name, overrides);
  if (machine.ok()) {
    return "ok";
  }
  EXPECT_EQ(machine.error().kind, ErrorKind::input);
  return machine.error().message;
}

std::string hash_of(const std::vector<std::string>& overrides) {
  const Result<Machine> machine = load_machine("mesh8", overrides);
  EXPECT_TRUE(machine.ok()) << machine.error().message;
  return machine.ok() ? machine_hash(*machine) : "";
}

/// A machine file in a folder of its own.
class MachineFile : public testing::Test {
 protected:
  void SetUp() override {
    const std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    folder_ = fs::path(testing::TempDir()) / ("weft_arch_" + name);
    path_ = folder_ / "mine.yaml";
    ASSERT_TRUE(make_output_folder(folder_).ok());
    yaml_ = write_yaml(*load_machine("mesh8"));
  }
  void TearDown() override { fs::remove_all(folder_); }

  void replace(const std::string& from, const std::string& to) {
    const std::size_t at = yaml_.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    yaml_.replace(at, from.size(), to);
  }
  std::string fault_of_file() {
    EXPECT_TRUE(write_file(path_, yaml_).ok());
    std::string message = fault(path_);
    const std::string place = path_.string() + ":";
    for (std::size_t at; (at = message.find(place)) != std::string::npos;) {
      message.replace(at, place.size(), "f:");
    }
    return message;
  }

  fs::path folder_;
  fs::path path_;
  std::string yaml_;
};

TEST_F(MachineFile, loads_by_path) {
  EXPECT_EQ(fault_of_file(), "ok");
  EXPECT_EQ(machine_hash(*load_machine(path_)), machine_hash(*load_machine("mesh8")));
}

TEST_F(MachineFile, misspelt_keys_have_a_place) {
  replace("  sram: 128 KiB", "  sarm: 128 KiB");
  EXPECT_EQ(fault_of_file(), "f:8:3: unknown key 'sarm' in tile (did you mean 'sram'?)");
}

TEST_F(MachineFile, missing_unit_and_range) {
  replace("frequency: 850 MHz", "frequency: 850");
  replace("colors: 24", "colors: 240");
  EXPECT_THAT(
      fault_of_file(),
      testing::MatchesRegex("f:3:12: frequency: 850 has no unit, write one of Hz, kHz, MHz, "
                            "GHz\nf:[0-9]+:11: fabric.colors: 240 is out of range, 1 to 64"));
}

TEST_F(MachineFile, rules_of_the_whole_machine_apply) {
  replace("hop_latency: 1 cycle", "hop_latency: 2 cycles");
  EXPECT_EQ(fault_of_file(),
            "machine 'mesh8': fabric.places_per_hop is 1, must be at least fabric.hop_latency (2)");
}

TEST(LoadMachine, an_unknown_name_lists_the_presets) {
  EXPECT_EQ(fault("mesh9"),
            "no machine 'mesh9': neither a preset (mesh32, mesh8, wse2) nor a file (did you mean "
            "'mesh8'?); check the name");
  EXPECT_EQ(fault("no/such/file.yaml"),
            "no machine 'no/such/file.yaml': neither a preset (mesh32, mesh8, wse2) nor a file; "
            "check the name");
  EXPECT_EQ(fault(""),
            "no machine '': neither a preset (mesh32, mesh8, wse2) nor a file; check the name");
}

TEST(LoadMachine, a_folder_is_an_io_error) {
  const Result<Machine> machine = load_machine(testing::TempDir());
  ASSERT_FALSE(machine.ok());
  EXPECT_EQ(machine.error().kind, ErrorKind::io);
}

TEST(LoadMachine, overrides_apply_and_replace_the_source) {
  const Result<Machine> machine =
      load_machine("mesh8", {"tile.sram=64 KiB", "grid={width: 4, height: 2}", "name=mine"});
  ASSERT_TRUE(machine.ok()) << machine.error().message;
  EXPECT_EQ(machine->tile().sram(), 65536);
  EXPECT_EQ(machine->grid().width(), 4);
  EXPECT_EQ(machine->name(), "mine");
  EXPECT_EQ(machine->sources().at("tile.sram"), "--set tile.sram=64 KiB");
  EXPECT_EQ(machine->sources().at("grid.height"), "--set grid={width: 4, height: 2}");
  EXPECT_EQ(machine->sources().count("name"), 0u);
}

TEST(LoadMachine, all_bad_overrides_are_told) {
  EXPECT_EQ(fault("mesh8", {"tile.sarm=64 KiB", "fabric.ramp_latency=2", "tile.sram=64 KiB"}),
            "--set tile.sarm=64 KiB: unknown field 'sarm' in tile (did you mean 'sram'?)\n"
            "--set fabric.ramp_latency=2: fabric.ramp_latency: 2 has no unit, write one of cycles, "
            "cycle");
  EXPECT_EQ(fault("mesh8", {"fabric.words_per_cycle=9/8"}),
            "machine 'mesh8': fabric.words_per_cycle is 9/8, must be between 1/1024 and 1");
}

TEST(MachineHash, leaves_out_names_and_sources) {
  const std::string hash = hash_of({});
  EXPECT_EQ(hash.size(), 32u);
  EXPECT_EQ(hash_of({"name=other", "description=other", "sources.tile.sram=elsewhere"}), hash);
  EXPECT_EQ(hash_of({"tile.sram=128 KiB"}), hash) << "set to what it was";
}

TEST(MachineHash, changes_with_every_number) {
  std::vector<std::string> hashes = {hash_of({})};
  for (const char* change :
       {"frequency=875 MHz", "grid.width=9", "grid.height=9", "tile.sram=64 KiB",
        "tile.read_bandwidth=8 B/cycle", "tile.write_bandwidth=16 B/cycle",
        "tile.tensor_macs.f32=2", "tile.vector_lanes.bf16=2", "tile.special_rate=1/4",
        "tile.setup.compute=0 cycles", "tile.setup.loop_entry=1 cycle", "tile.queue_engines=4",
        "tile.input_queue_words=4", "tile.instruction_bytes=8 B", "fabric.colors=8",
        "fabric.words_per_cycle=8/9", "fabric.ramp_latency=3 cycles", "fabric.places_per_hop=2",
        "fabric.turn_latency=20 cycles"}) {
    hashes.push_back(hash_of({change}));
  }
  const std::set<std::string> distinct(hashes.begin(), hashes.end());
  EXPECT_EQ(distinct.size(), hashes.size());
}

}  // namespace
}  // namespace weft::arch
