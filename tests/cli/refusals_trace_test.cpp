// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>

#include "tests/cli/refusal.h"

namespace weft::cli {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::SizeIs;

/// A run in "r", of 3 tiles for 100 cycles.
class TraceRefusals : public ::testing::Test {
 protected:
  void SetUp() override {
    place_.write("t.weft", ".bundle 1\n.region 2 1 3 1\n.role one x=2:3 y=1\n  busy 100\n  halt\n");
    ASSERT_EQ(place_.weft({"asm", "t.weft", "--out", "t.bundle"}).exit_code, 0);
    const Outcome run =
        place_.weft({"run", "--arch", "mesh8", "--bundle", "t.bundle", "--out", "r"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    before_ = place_.left_behind();
  }

  void expect(const Words& words, int exit_code, const std::string& line) const {
    SCOPED_TRACE(fmt::format("weft {}", fmt::join(words, " ")));
    const Outcome outcome = place_.weft(words);
    EXPECT_EQ(outcome.exit_code, exit_code);
    EXPECT_EQ(outcome.out, "");
    EXPECT_THAT(outcome.error_lines(), SizeIs(1)) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(line));
    EXPECT_EQ(place_.left_behind(), before_);
  }
  Words to_file(const Words& more) const { return Words{"trace", "r", "--perfetto", "f"} + more; }

  Workplace place_;
  std::vector<std::string> before_;
};

TEST_F(TraceRefusals, ARunThatIsThereIsTraced) {
  const Outcome outcome = place_.weft(to_file({}));
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("3x1 tiles, cycles 0:100 (simulated again): 3 stretches"));
  EXPECT_THAT(place_.weft({"trace", "--check", "f"}).out,
              HasSubstr("f: sound (12 tracks, 3 slices"));
}

TEST_F(TraceRefusals, MissingWords) {
  expect({"trace"}, kInput, "trace: the folder of a run is missing; give weft trace RUN");
  expect({"trace", "r"}, kInput, "trace: --perfetto is missing; give weft trace RUN");
  expect({"trace", "r", "--check", "f"}, kInput, "run does not go with --check: drop one");
}

TEST_F(TraceRefusals, RangesThatAreNone) {
  for (const char* tiles : {"2", "2:3", "2:3,1", "3:2,1:2", "2:2,1:2", "-1:3,1:2", "2:3,1:2 ",
                            "a:b,c:d", "2:99999999999,1:2"}) {
    expect(to_file({fmt::format("--tiles={}", tiles)}), kInput,
           fmt::format("--tiles '{}': write X0:X1,Y0:Y1", tiles));
  }
  for (const char* cycles : {"5", "5:", ":5", "5:5", "6:5", "-1:5", "1:2:3", "1:1e9"}) {
    expect(to_file({fmt::format("--cycles={}", cycles)}), kInput,
           fmt::format("--cycles '{}': write A:B", cycles));
  }
  expect(to_file({"--tiles", ""}), kInput, "--tiles: is empty");
}

TEST_F(TraceRefusals, WindowsOutsideTheRun) {
  expect(to_file({"--tiles", "1:3,1:2"}), kInput,
         "--tiles 1:3,1:2: outside the region of the run; give tiles inside 2:5,1:2");
  expect(to_file({"--cycles", "50:101"}), kInput,
         "--cycles 50:101: the run has 100 cycles; give a range inside 0:100");
}

TEST_F(TraceRefusals, FoldersThatHoldNoRun) {
  expect({"trace", "nowhere", "--perfetto", "f"}, kIo,
         "trace: no folder 'nowhere'; give the folder that weft run --out wrote");
  fs::create_directory(place_ / "empty");
  before_ = place_.left_behind();
  expect({"trace", "empty", "--perfetto", "f"}, kIo, "empty/recording.weft': No such file");
}

TEST_F(TraceRefusals, RecordingsThatCannotBeRead) {
  const std::string recording = place_.read("r/recording.weft");
  std::string newer = recording;
  newer[8] = 99;
  place_.write("r/recording.weft", newer);
  before_ = place_.left_behind();
  expect(to_file({}), kInput, "recording has version 99, this program reads version 1");
  place_.write("r/recording.weft", recording.substr(0, recording.size() / 2));
  expect(to_file({}), kInput, "recording is truncated or damaged; run again");
  place_.write("r/recording.weft", recording);
  fs::remove(place_ / "r/mapped.bundle");
  before_ = place_.left_behind();
  expect(to_file({}), kIo, "r/mapped.bundle': No such file");
}

TEST_F(TraceRefusals, OutputsThatCannotBeWritten) {
  expect({"trace", "r", "--perfetto", "r"}, kIo,
         "--perfetto: cannot write 'r': it is a folder; give --perfetto a file");
  expect({"trace", "r", "--perfetto", "f", "--chrome", "r"}, kIo,
         "--chrome: cannot write 'r': it is a folder; give --chrome a file");
  expect({"trace", "r", "--perfetto", "no/f"}, kIo,
         "--perfetto: cannot write 'no/f': there is no such folder");
  expect({"trace", "r", "--perfetto", "/dev/full"}, kIo,
         "--perfetto: cannot write '/dev/full': No space left on device");
}

TEST_F(TraceRefusals, TracesThatAreNotSound) {
  place_.write("bad", "no trace");
  before_ = place_.left_behind();
  expect({"trace", "--check", "bad"}, 1, "bad: not a Perfetto trace, or cut short");
  expect({"trace", "--check", "none"}, kIo, "--check: cannot read 'none'");
}

TEST_F(TraceRefusals, WindowsOfARunToBe) {
  const Words run{"run", "--arch", "mesh8", "--bundle", "t.bundle", "--out", "r2"};
  expect(run + Words{"--trace-tiles", "2"}, kInput, "--trace-tiles '2': write X0:X1,Y0:Y1");
  expect(run + Words{"--trace-cycles", "9:1"}, kInput, "--trace-cycles '9:1': write A:B");
  expect(run + Words{"--trace-tiles", "0:1,0:1"}, kInput,
         "--trace-tiles 0:1,0:1: outside the region of the run; give tiles inside 2:5,1:2");
  expect({"run", "--arch", "mesh8", "--bundle", "t.bundle", "--trace-cycles", "0:9"}, kInput,
         "--trace-cycles means nothing without --out");
}

}  // namespace
}  // namespace weft::cli
