// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "tests/cli/refusal.h"

namespace weft::cli {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Words run_to(const std::string& folder) {
  return run_fable({"--prompt", "x", "--new-tokens", "1", "--out", folder});
}

TEST(OutputRefusals, FoldersThatCannotBe) {
  const Workplace place;
  place.write("file", "mine");
  for (const char* folder : {"/proc/weft", "/dev/full", "file", "file/sub"}) {
    expect_refused(place, run_to(folder), kIo, {"--out: cannot create folder", "; "});
  }
  EXPECT_EQ(place.read("file"), "mine");
}

TEST(OutputRefusals, FolderWithoutPermission) {
  if (::geteuid() == 0) {
    GTEST_SKIP() << "root may write anywhere";
  }
  const Workplace place;
  fs::create_directory(place / "closed");
  fs::permissions(place / "closed", fs::perms::owner_read | fs::perms::owner_exec);
  EXPECT_EQ(place.weft(run_to("closed")).exit_code, kIo);
  EXPECT_EQ(place.weft(run_to("closed/sub")).exit_code, kIo);
}

TEST(OutputRefusals, AFolderInPlaceOfAFile) {
  const Workplace place;
  fs::create_directories(place / "o/recording.weft");
  const Outcome outcome = place.weft(run_to("o"));
  EXPECT_EQ(outcome.exit_code, kIo);
  EXPECT_THAT(outcome.error_lines(), SizeIs(1)) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("cannot write 'o/recording.weft': a folder has that name"));
  EXPECT_THAT(place.left_behind(), testing::ElementsAre("o", "o/recording.weft"));
}

TEST(OutputRefusals, AFailedRunKeepsTheFolderAndFilesThereWere) {
  const Workplace place;
  place.write("old/report.json", "yesterday");
  const Words small{"--region", "2x2"};
  expect_refused(place, run_to("old") + small, kInput, {"does not fit"});
  expect_refused(place, run_to("old/a/b") + small, kInput, {"does not fit"});
  EXPECT_EQ(place.read("old/report.json"), "yesterday");
}

TEST(OutputRefusals, StandardOutputFull) {
  const Workplace place;
  for (const Words& words :
       {Words{"arch", "list"}, run_fable({"--prompt", "x", "--new-tokens", "1", "--json"})}) {
    const Outcome outcome = place.weft(words, "/dev/full");
    EXPECT_EQ(outcome.exit_code, kIo);
    EXPECT_THAT(outcome.error_lines(), SizeIs(1)) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("weft: standard output: cannot write: No space left"));
  }
}

TEST(OutputRefusals, DiskFull) {
  const Workplace place;
  const fs::path disk = place / "disk";
  fs::create_directory(disk);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=64k") != 0) {
    GTEST_SKIP() << "cannot mount a small disk: " << std::strerror(errno);
  }
  const Outcome outcome = place.weft(run_to("disk/o") + Words{"--tensors"});
  const auto left = place.left_behind();
  ::umount(disk.c_str());
  EXPECT_EQ(outcome.exit_code, kIo);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.error_lines(), SizeIs(1)) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("weft: --out: cannot write 'disk/o/"));
  EXPECT_THAT(outcome.err, HasSubstr("No space left on device; make room there or choose"));
  EXPECT_THAT(left, testing::ElementsAre("disk"));
}

// A second of verifying, minutes of simulating.
TEST(Interrupt, AVerificationStopsToo) {
  const Workplace place;
  place.write("long.weft",
              ".bundle 1\n.region 0 0 8 8\n.role all x=0:7 y=0:7\n  loop 16000000\n  busy 9\n"
              "  busy 9\n  end\n  halt\n");
  place.write("long.bundle", "");
  ASSERT_EQ(place.weft({"asm", "long.weft", "-o", "long.bundle"}).exit_code, 0);
  const Outcome outcome = place.weft_interrupted(
      {"run", "--arch", "mesh8", "--bundle", "long.bundle", "--out", "o/p"}, 1);
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_EQ(outcome.err, "weft: interrupted: the run stopped before its end and wrote nothing\n");
  EXPECT_THAT(place.left_behind(), IsEmpty());
}

// Three quarters of a million tiles.
TEST(Interrupt, AMappingStopsToo) {
  const Workplace place;
  const Outcome outcome =
      place.weft_interrupted({"run", "--arch", "wse2", "--model", "fable-1m", "--prompt", "x",
                              "--new-tokens", "200", "--data", "off", "--out", "o/p"},
                             0.3);
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_EQ(outcome.err, "weft: interrupted: the run stopped before its end and wrote nothing\n");
  EXPECT_THAT(place.left_behind(), IsEmpty());
}

// The run would end well, with exit code 0, long after the signal.
TEST(Interrupt, ARunStopsBeforeItsEndAndWritesNothing) {
  const Workplace place;
  const Words words{"run",
                    "--arch",
                    "mesh8",
                    "--model",
                    "fable-1m",
                    "--perplexity",
                    WEFT_SOURCE_DIR "/models/zoo/fable-1m/val_tokens.json",
                    "--out",
                    "o"};
  const Outcome outcome = place.weft_interrupted(words, 2);
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_EQ(outcome.err, "weft: interrupted: the run stopped before its end and wrote nothing\n");
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(place.left_behind(), IsEmpty());
}

}  // namespace
}  // namespace weft::cli
