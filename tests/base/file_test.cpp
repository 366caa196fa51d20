// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <algorithm>
#include <string>

namespace weft {
namespace {

namespace fs = std::filesystem;

/// An empty folder of this test alone.
class Files : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    folder_ = fs::path(testing::TempDir()) / ("weft_files_" + name);
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::vector<std::string> names() const {
    std::vector<std::string> result;
    for (const auto& entry : fs::directory_iterator(folder_)) {
      result.push_back(entry.path().filename());
    }
    std::sort(result.begin(), result.end());
    return result;
  }

  fs::path folder_;
};

TEST_F(Files, reads_back_what_was_written) {
  const std::string content = std::string("a\0b\r\n", 5) + std::string(300'000, 'x');
  ASSERT_TRUE(write_file(folder_ / "f", content).ok());
  const Result<std::string> read = read_file(folder_ / "f");
  ASSERT_TRUE(read.ok());
  EXPECT_TRUE(*read == content);
  ASSERT_TRUE(write_file(folder_ / "f", "").ok());
  EXPECT_EQ(*read_file(folder_ / "f"), "");
  EXPECT_THAT(names(), testing::ElementsAre("f"));
}

TEST_F(Files, reading_tells_path_and_reason) {
  const Result<std::string> absent = read_file(folder_ / "absent");
  ASSERT_FALSE(absent.ok());
  EXPECT_EQ(absent.error().kind, ErrorKind::io);
  EXPECT_EQ(absent.error().message, "cannot read '" + (folder_ / "absent").string() +
                                        "': No such file or directory; check the path");
  EXPECT_EQ(
      read_file(folder_).error().message,
      "cannot read '" + folder_.string() + "': Is a directory; give a file, this is a folder");
}

TEST_F(Files, a_failed_write_leaves_nothing_behind) {
  fs::create_directory(folder_ / "taken");
  const Status onto_folder = write_file(folder_ / "taken", "x");
  ASSERT_FALSE(onto_folder.ok());
  EXPECT_EQ(onto_folder.error().kind, ErrorKind::io);
  EXPECT_EQ(onto_folder.error().message, "cannot write '" + (folder_ / "taken").string() +
                                             "': Is a directory; give a file, this is a folder");
  EXPECT_EQ(write_file(folder_ / "no" / "f", "x").error().message,
            "cannot write '" + (folder_ / "no" / "f").string() +
                "': No such file or directory; check the path");
  EXPECT_THAT(names(), testing::ElementsAre("taken"));
}

TEST_F(Files, a_full_device_is_an_error) {
  if (!fs::exists("/dev/full")) {
    GTEST_SKIP() << "no /dev/full here";
  }
  const Status status = write_file("/dev/full", "x");
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().message,
            "cannot write '/dev/full': No space left on device; make room there or choose another "
            "place");
  EXPECT_TRUE(fs::is_character_file("/dev/full")) << "a device is written to, not replaced";
}

TEST_F(Files, links_in_a_circle_are_an_error) {
  fs::create_symlink("second", folder_ / "first");
  fs::create_symlink("first", folder_ / "second");
  EXPECT_THAT(read_file(folder_ / "first").error().message,
              testing::EndsWith("; its symbolic links lead in a circle: give the file itself"));
  EXPECT_THAT(write_file(folder_ / std::string(300, 'x'), "").error().message,
              testing::EndsWith("; choose a shorter name"));
}

TEST_F(Files, a_link_stays_a_link) {
  ASSERT_TRUE(write_file(folder_ / "real", "old").ok());
  fs::create_symlink("real", folder_ / "link");
  ASSERT_TRUE(write_file(folder_ / "link", "new").ok());
  EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
  EXPECT_EQ(*read_file(folder_ / "real"), "new");
  EXPECT_THAT(names(), testing::ElementsAre("link", "real"));
}

TEST_F(Files, output_folders_are_made_with_parents_and_left_empty) {
  const fs::path deep = folder_ / "a" / "b" / "c";
  EXPECT_TRUE(make_output_folder(deep).ok());
  EXPECT_TRUE(make_output_folder(deep).ok()) << "a folder that is there is fine";
  EXPECT_TRUE(fs::is_empty(deep));
}

TEST_F(Files, an_output_folder_that_cannot_be_is_an_error) {
  ASSERT_TRUE(write_file(folder_ / "file", "x").ok());
  const Status onto_file = make_output_folder(folder_ / "file");
  ASSERT_FALSE(onto_file.ok());
  EXPECT_EQ(onto_file.error().kind, ErrorKind::io);
  EXPECT_EQ(onto_file.error().message,
            "cannot create folder '" + (folder_ / "file").string() +
                "': Not a directory; a file stands where a folder should be: choose another "
                "place");
  EXPECT_EQ(make_output_folder(folder_ / "file" / "sub").error().message,
            "cannot create folder '" + (folder_ / "file" / "sub").string() +
                "': Not a directory; a file stands where a folder should be: choose another "
                "place");
}

}  // namespace
}  // namespace weft
