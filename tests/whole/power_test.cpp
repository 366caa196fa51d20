// SPDX-License-Identifier: Apache-2.0
// Power over time of a run against its energy, read back from the recording.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "cli/run.h"
#include "tests/whole/fable.h"
#include "traces/csv.h"
#include "traces/packed.h"
#include "traces/recording.h"

namespace weft {
namespace {

class Power : public ::testing::Test {
 protected:
  Power() {
    folder_ = std::filesystem::temp_directory_path() /
              ("weft-power." + std::to_string(::getpid()) + "." +
               testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
  }
  ~Power() override { std::filesystem::remove_all(folder_); }

  cli::RunOutcome run(const std::string& arch, int new_tokens) const {
    cli::RunArguments arguments = fable_run(arch, "8x8");
    arguments.new_tokens = new_tokens;
    arguments.data = "off";
    arguments.check = "none";
    arguments.out = folder_ / "run";
    auto run = cli::run(arguments);
    EXPECT_TRUE(run.ok()) << run.error().message;
    return std::move(run).value();
  }
  traces::Recording recording() const {
    return *traces::read_recording(folder_ / "run/recording.weft");
  }

  std::filesystem::path folder_;
};

const traces::Series* power_of(const traces::Recording& recording) {
  const auto& all = recording.timeline().series();
  const auto found =
      std::find_if(all.begin(), all.end(), [](const auto& row) { return row.name() == "power"; });
  return found == all.end() ? nullptr : &*found;
}

TEST_F(Power, OverTimeSumsToTheEnergyOfEachTileAndOfTheRun) {
  // Enough tokens that iterations recur and are added.
  const cli::RunOutcome outcome = run("mesh8", 24);
  const traces::Recording recording = this->recording();
  const traces::Series* power = power_of(recording);
  ASSERT_NE(power, nullptr);
  EXPECT_EQ(power->scale().unit(), "W");
  const std::vector<std::int64_t> cycles = outcome.result.timeline->cycles_of_slices();
  EXPECT_FALSE(outcome.result.timeline->added.empty());
  std::int64_t passed = 0;
  for (const std::int64_t slice : cycles) {
    passed += slice;
  }
  EXPECT_EQ(passed, recording.summary().cycles());
  const auto tiles = static_cast<std::size_t>(recording.tiles_size());
  const auto bytes = traces::inflated(power->mean(), tiles * cycles.size());
  ASSERT_TRUE(bytes.ok());
  // A byte is off by half a step at most, and so is its mean over any time.
  const double step = (power->scale().full() - power->scale().zero()) / 255;
  const double seconds =
      static_cast<double>(recording.summary().cycles()) / recording.summary().frequency();
  const double bound = step / 2 * seconds;
  double sum = 0;
  double recorded = 0;
  for (std::size_t tile = 0; tile < tiles; ++tile) {
    double joules = 0;
    for (std::size_t slice = 0; slice < cycles.size(); ++slice) {
      const auto byte = static_cast<unsigned char>((*bytes)[slice * tiles + tile]);
      joules += (power->scale().zero() + step * byte) * static_cast<double>(cycles[slice]) /
                recording.summary().frequency();
    }
    const double wanted = recording.tiles(static_cast<int>(tile)).energy() * 1e-9;
    EXPECT_NEAR(joules, wanted, bound * 1.0001) << "tile " << tile;
    sum += joules;
    recorded += wanted;
  }
  EXPECT_NEAR(sum, recorded, bound * static_cast<double>(tiles));
  EXPECT_NEAR(sum, recorded, 0.01 * recorded);
  // Idle draw is what is left when nobody works.
  EXPECT_NEAR(power->scale().zero() * seconds * static_cast<double>(tiles),
              recording.energy().idle() * 1e-12, 1e-9 * recording.energy().idle() * 1e-12);
}

TEST_F(Power, IsNotRecordedWhereTheMachineHasNoPrices) {
  const std::string yaml = *read_file(WEFT_SOURCE_DIR "/arch/presets/mesh8.yaml");
  const std::size_t energy = yaml.find("\nenergy:\n") + 1;
  std::string without = yaml.substr(0, energy);
  std::size_t at = yaml.find('\n', energy) + 1;
  while (yaml[at] == ' ') {
    at = yaml.find('\n', at) + 1;
  }
  for (std::size_t end = 0; at < yaml.size(); at = end) {
    end = std::min(yaml.size(), yaml.find('\n', at) + 1);
    const std::string line = yaml.substr(at, end - at);
    without += line.find("  energy.") == 0 ? "" : line;
  }
  const std::filesystem::path machine = folder_ / "free.yaml";
  ASSERT_TRUE(write_file(machine, without).ok());
  run(machine.string(), 2);
  const traces::Recording recording = this->recording();
  EXPECT_FALSE(recording.has_energy());
  EXPECT_GT(recording.timeline().series_size(), 0);
  EXPECT_EQ(power_of(recording), nullptr);
}

}  // namespace
}  // namespace weft
