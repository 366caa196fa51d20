// SPDX-License-Identifier: Apache-2.0
#include "traces/recording.h"

#include <gmock/gmock.h>

#include <fstream>
#include <random>

#include "base/file.h"
#include "tests/traces/sample.h"

namespace weft::traces {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class RecordingFile : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(write_recording(path_, sample_recording()).ok()); }

  std::string content() const { return read_file(path_).value(); }
  void rewrite(const std::string& bytes) { ASSERT_TRUE(write_file(path_, bytes).ok()); }

  void expect_refused(const std::string& why) const {
    const auto result = read_recording(path_);
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().kind, ErrorKind::input);
    EXPECT_THAT(result.error().message,
                AllOf(HasSubstr(path_.string()), HasSubstr(why), Not(HasSubstr("\n"))));
  }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "recording.weft";
};

TEST_F(RecordingFile, RoundTrips) {
  const auto result = read_recording(path_);
  ASSERT_TRUE(result.ok()) << result.error().message;
  Recording expected = sample_recording();
  expected.set_version(kRecordingVersion);
  EXPECT_EQ(result->SerializeAsString(), expected.SerializeAsString());
}

TEST_F(RecordingFile, LeavesNothingElseBehind) {
  const auto entries = std::filesystem::directory_iterator(folder_.path());
  EXPECT_EQ(std::distance(begin(entries), end(entries)), 1);
}

TEST_F(RecordingFile, TextThatEndsInsideACharacterStillRoundTrips) {
  Recording recording = sample_recording();
  recording.mutable_generated()->set_text("a fox \xF0\x9F");
  recording.mutable_provenance()->add_command("\xFF.yaml");
  ASSERT_TRUE(write_recording(path_, recording).ok());
  const auto result = read_recording(path_);
  ASSERT_TRUE(result.ok()) << result.error().message;
  EXPECT_EQ(result->generated().text(), "a fox \uFFFD\uFFFD");
  EXPECT_EQ(result->provenance().command(1), "\uFFFD.yaml");
}

TEST_F(RecordingFile, RefusesForeignFiles) {
  rewrite("{\"version\": 1}\n");
  expect_refused("not a Weft recording");
  rewrite("");
  expect_refused("not a Weft recording");
}

TEST_F(RecordingFile, RefusesEveryTruncation) {
  const std::string whole = content();
  for (std::size_t size = 8; size < whole.size(); size += 7) {
    rewrite(whole.substr(0, size));
    expect_refused("truncated");
  }
  rewrite(whole + "x");
  expect_refused("truncated or damaged");
}

TEST_F(RecordingFile, RefusesNewerAndUnknownVersions) {
  std::string bytes = content();
  bytes[8] = kRecordingVersion + 1;
  rewrite(bytes);
  expect_refused("use a newer Weft");
  bytes[8] = 0;
  rewrite(bytes);
  expect_refused("has version 0");
}

TEST_F(RecordingFile, DamagedBytesNeverCrash) {
  const std::string whole = content();
  std::mt19937 random(11);
  for (int round = 0; round < 200; ++round) {
    std::string bytes = whole;
    bytes[random() % bytes.size()] ^= static_cast<char>(1 + random() % 255);
    rewrite(bytes);
    (void)read_recording(path_).ok();
  }
}

TEST_F(RecordingFile, MissingAndUnwritablePathsAreIoErrors) {
  EXPECT_EQ(read_recording(folder_ / "absent.weft").error().kind, ErrorKind::io);
  EXPECT_EQ(write_recording(folder_ / "no/such/folder/recording.weft", Recording{}).error().kind,
            ErrorKind::io);
}

}  // namespace
}  // namespace weft::traces
