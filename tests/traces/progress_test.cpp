// SPDX-License-Identifier: Apache-2.0
#include "traces/progress.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <string>

namespace weft::traces {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// What arrived at the reading end, without waiting for more.
std::string drained(int descriptor) {
  fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK);
  std::string text;
  char buffer[4096];
  for (ssize_t n = 0; (n = read(descriptor, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(n));
  }
  return text;
}

TEST(Progress, SilentInAPipe) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  std::FILE* stream = fdopen(ends[1], "w");
  {
    Progress progress("simulate", stream);
    progress.update(0.5, "half");
    progress.clear();
    progress.update(1.0, "whole");
  }
  std::fclose(stream);
  EXPECT_THAT(drained(ends[0]), IsEmpty());
  close(ends[0]);
}

TEST(Progress, SilentWithoutAStream) {
  Progress progress("simulate", nullptr);
  progress.update(0.5, "half");
}

class ProgressTerminal : public ::testing::Test {
 protected:
  void SetUp() override {
    controller_ = posix_openpt(O_RDWR | O_NOCTTY);
    if (controller_ < 0 || grantpt(controller_) != 0 || unlockpt(controller_) != 0) {
      GTEST_SKIP() << "no pseudo terminal here";
    }
    stream_ = std::fopen(ptsname(controller_), "w");
    ASSERT_NE(stream_, nullptr);
  }
  void TearDown() override {
    if (stream_ != nullptr) {
      std::fclose(stream_);
    }
    if (controller_ >= 0) {
      close(controller_);
    }
  }

  int controller_ = -1;
  std::FILE* stream_ = nullptr;
};

TEST_F(ProgressTerminal, DrawsOneLineWithoutColor) {
  Progress progress("simulate", stream_);
  progress.update(0.42, "cycle 123");
  const std::string text = drained(controller_);
  EXPECT_THAT(text, HasSubstr("simulate"));
  EXPECT_THAT(text, HasSubstr(" 42 %  cycle 123"));
  EXPECT_THAT(text, Not(HasSubstr("\n")));
  EXPECT_THAT(text, Not(::testing::ContainsRegex("\x1b\\[[0-9;]*m")));
}

TEST_F(ProgressTerminal, RedrawsAtMostTenTimesASecond) {
  Progress progress("simulate", stream_);
  const auto begin = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() - begin < std::chrono::milliseconds(150)) {
    progress.update(0.1, "n");
  }
  const auto elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin);
  const std::string text = drained(controller_);
  const auto drawn = std::count(text.begin(), text.end(), '\r');
  EXPECT_GE(drawn, 1);
  EXPECT_LE(static_cast<double>(drawn), 1 + 10 * elapsed.count());
}

TEST_F(ProgressTerminal, ClearsTheLineAtTheEnd) {
  {
    Progress progress("simulate", stream_);
    progress.update(1.5, "beyond");
  }
  const std::string text = drained(controller_);
  EXPECT_THAT(text, HasSubstr("100 %"));
  EXPECT_TRUE(text.ends_with("\r\x1b[2K"));
}

}  // namespace
}  // namespace weft::traces
