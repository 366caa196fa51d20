// SPDX-License-Identifier: Apache-2.0
// A run and its trace: what the trace shows is what the recording says.
#include "cli/trace.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <map>
#include <set>

#include "base/file.h"
#include "tests/traces/chrome_slices.h"
#include "tests/traces/perfetto_slices.h"
#include "tests/whole/fable.h"
#include "traces/perfetto_check.h"
#include "traces/recording.h"

namespace weft {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using traces::PerfettoSlice;

class Trace : public ::testing::Test {
 protected:
  Trace() {
    folder_ = std::filesystem::temp_directory_path() /
              fmt::format("weft-trace.{}.{}", ::getpid(),
                          testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
  }
  ~Trace() override { std::filesystem::remove_all(folder_); }

  cli::RunArguments one_token() const {
    cli::RunArguments arguments = fable_run("mesh8", "8x8");
    arguments.prompt = "Once";
    arguments.new_tokens = 1;
    arguments.check = "none";
    arguments.out = folder_ / "run";
    return arguments;
  }
  cli::TraceArguments trace_of(const std::string& tiles, const std::string& cycles) const {
    return {folder_ / "run", folder_ / "trace", tiles, cycles, {}};
  }
  std::string written() const { return *read_file(folder_ / "trace"); }
  traces::Recording recording() const {
    return *traces::read_recording(folder_ / "run/recording.weft");
  }

  std::filesystem::path folder_;
};

TEST_F(Trace, OfAWholeRunAddsUpToItsBinsAndWords) {
  cli::RunArguments arguments = one_token();
  arguments.trace_tiles = "0:8,0:8";
  const auto run = cli::run(arguments);
  ASSERT_TRUE(run.ok()) << run.error().message;
  EXPECT_THAT(run->notes, IsEmpty());
  const auto outcome = cli::trace(trace_of("", ""));
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_FALSE(outcome->replayed);
  const std::string trace = written();
  const traces::PerfettoCheck check = traces::check_perfetto(trace);
  EXPECT_THAT(check.faults, IsEmpty());
  EXPECT_EQ(check.flows, outcome->trains);
  ASSERT_EQ(outcome->written.size(), 1U);
  EXPECT_EQ(outcome->written[0].second, static_cast<std::int64_t>(trace.size()));

  std::map<std::string, std::map<std::string, std::int64_t>> cycles;  // by tile, category
  std::map<std::string, std::int64_t> received, sent;                 // words, by tile
  std::map<std::uint64_t, std::int64_t> words_of;                     // by flow
  std::int64_t ends = 0;
  for (const PerfettoSlice& slice : traces::slices_of(trace)) {
    cycles[slice.track][slice.category] += slice.end - slice.begin;
    for (const std::uint64_t flow : slice.leaving) {
      words_of[flow] = std::stoll(slice.annotations.at("words"));
    }
    if (!slice.leaving.empty()) {
      sent[slice.track] += std::stoll(slice.annotations.at("words"));
    }
  }
  for (const PerfettoSlice& slice : traces::slices_of(trace)) {
    for (const std::uint64_t flow : slice.arriving) {
      received[slice.track] += words_of.at(flow);
      ++ends;
    }
  }
  EXPECT_EQ(ends, check.flows);
  const traces::Recording recorded = recording();
  ASSERT_EQ(recorded.tiles_size(), 64);
  for (int i = 0; i < recorded.tiles_size(); ++i) {
    const std::string tile = fmt::format("tile {},{}", i % 8, i / 8);
    const traces::Bins& bins = recorded.tiles(i).bins();
    EXPECT_EQ(cycles[tile]["compute"], bins.compute()) << tile;
    EXPECT_EQ(cycles[tile]["setup"], bins.setup()) << tile;
    EXPECT_EQ(cycles[tile]["moving"], bins.moving()) << tile;
    EXPECT_EQ(cycles[tile]["input"], bins.input()) << tile;
    EXPECT_EQ(cycles[tile]["output"], bins.output()) << tile;
    EXPECT_EQ(cycles[tile]["unit"], bins.unit()) << tile;
    EXPECT_EQ(cycles[tile]["idle"], bins.idle()) << tile;
    EXPECT_EQ(received[tile], recorded.tiles(i).words_received()) << tile;
    EXPECT_EQ(sent[tile], recorded.tiles(i).words_sent()) << tile;
  }
}

TEST_F(Trace, AsJsonShowsTheSameSlicesAndKeepsTheRulesOfItsFormat) {
  ASSERT_TRUE(cli::run(one_token()).ok());
  cli::TraceArguments arguments = trace_of("2:5,1:3", "3000:5000");
  arguments.chrome = folder_ / "trace.json";
  const auto outcome = cli::trace(arguments);
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  ASSERT_EQ(outcome->written.size(), 2U);
  const std::string json = *read_file(folder_ / "trace.json");
  EXPECT_THAT(traces::chrome_faults(json), IsEmpty());
  auto slices = traces::slices_of(written());
  std::size_t arrows = 0;
  for (PerfettoSlice& slice : slices) {
    arrows += slice.leaving.size();
    slice.leaving.clear();
    slice.arriving.clear();
  }
  EXPECT_EQ(arrows, static_cast<std::size_t>(outcome->trains));
  EXPECT_EQ(traces::chrome_slices(json), traces::sorted(slices));
}

TEST_F(Trace, OfARunThatRecordedNoWindowIsSimulatedAgain) {
  cli::RunArguments arguments = one_token();
  ASSERT_TRUE(cli::run(arguments).ok());
  const auto replayed = cli::trace(trace_of("2:5,1:3", "3000:5000"));
  ASSERT_TRUE(replayed.ok()) << replayed.error().message;
  EXPECT_TRUE(replayed->replayed);
  const auto again = traces::slices_of(written());

  // A part of a larger recorded window is the same window.
  arguments.trace_tiles = "0:8,0:4";
  arguments.trace_cycles = "2000:6000";
  ASSERT_TRUE(cli::run(arguments).ok());
  const auto cut = cli::trace(trace_of("2:5,1:3", "3000:5000"));
  ASSERT_TRUE(cut.ok()) << cut.error().message;
  EXPECT_FALSE(cut->replayed);
  EXPECT_EQ(traces::slices_of(written()), again);
  EXPECT_THAT(traces::check_perfetto(written()).faults, IsEmpty());

  // What the window does not cover is simulated again.
  const auto more = cli::trace(trace_of("2:5,1:5", "3000:5000"));
  ASSERT_TRUE(more.ok()) << more.error().message;
  EXPECT_TRUE(more->replayed);
}

TEST_F(Trace, OfAnotherBundleIsRefused) {
  cli::RunArguments arguments = one_token();
  ASSERT_TRUE(cli::run(arguments).ok());
  arguments.out = folder_ / "other";
  arguments.new_tokens = 2;
  ASSERT_TRUE(cli::run(arguments).ok());
  std::filesystem::copy_file(folder_ / "other/mapped.bundle", folder_ / "run/mapped.bundle",
                             std::filesystem::copy_options::overwrite_existing);
  const auto outcome = cli::trace(trace_of("0:1,0:1", "0:100"));
  ASSERT_FALSE(outcome.ok());
  EXPECT_THAT(outcome.error().message, HasSubstr("not the bundle this run was recorded from"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "trace"));
}

TEST_F(Trace, OfARunWithOtherCyclesIsRefused) {
  ASSERT_TRUE(cli::run(one_token()).ok());
  traces::Recording changed = recording();
  changed.mutable_summary()->set_cycles(changed.summary().cycles() + 1);
  ASSERT_TRUE(traces::write_recording(folder_ / "run/recording.weft", changed).ok());
  const auto outcome = cli::trace(trace_of("0:1,0:1", "0:100"));
  ASSERT_FALSE(outcome.ok());
  EXPECT_THAT(outcome.error().message, HasSubstr("this version times otherwise: run again"));
}

TEST_F(Trace, OfAMachineThatIsNotTheRecordedOneIsRefused) {
  ASSERT_TRUE(cli::run(one_token()).ok());
  traces::Recording changed = recording();
  changed.mutable_provenance()->set_machine_hash("0");
  ASSERT_TRUE(traces::write_recording(folder_ / "run/recording.weft", changed).ok());
  const auto outcome = cli::trace(trace_of("0:1,0:1", "0:100"));
  ASSERT_FALSE(outcome.ok());
  EXPECT_THAT(outcome.error().message, HasSubstr("its machine cannot be restored"));
}

TEST_F(Trace, ADamagedWindowIsRefused) {
  cli::RunArguments arguments = one_token();
  arguments.trace_cycles = "0:100";
  ASSERT_TRUE(cli::run(arguments).ok());
  traces::Recording changed = recording();
  changed.mutable_window()->mutable_rows(0)->set_activities(0, 1 << 20);
  ASSERT_TRUE(traces::write_recording(folder_ / "run/recording.weft", changed).ok());
  const auto outcome = cli::trace(trace_of("", ""));
  ASSERT_FALSE(outcome.ok());
  EXPECT_THAT(outcome.error().message, HasSubstr("the window of the recording is damaged"));
}

TEST_F(Trace, AWindowBehindTheRunIsNotedAndNotRecorded) {
  cli::RunArguments arguments = one_token();
  arguments.trace_cycles = "900000:900001";
  const auto run = cli::run(arguments);
  ASSERT_TRUE(run.ok()) << run.error().message;
  EXPECT_THAT(run->notes, testing::ElementsAre(HasSubstr("nothing was recorded")));
  EXPECT_FALSE(recording().has_window());
}

}  // namespace
}  // namespace weft
