// SPDX-License-Identifier: Apache-2.0
#include "explore/study_folder.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "explore/store.h"
#include "tests/explore/fake_space.h"

namespace weft::explore {
namespace {

/// A process that holds the lock until this object ends.
class Holder {
 public:
  explicit Holder(const StudyFolder& folder) {
    int ready[2];
    EXPECT_EQ(::pipe(ready), 0);
    process_ = ::fork();
    if (process_ == 0) {
      const auto lock = folder.lock();
      (void)!::write(ready[1], lock ? "y" : "n", 1);
      ::pause();
      ::_exit(0);
    }
    char answer = 0;
    EXPECT_EQ(::read(ready[0], &answer, 1), 1);
    EXPECT_EQ(answer, 'y');
    ::close(ready[0]);
    ::close(ready[1]);
  }
  ~Holder() {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
  pid_t process() const { return process_; }

 private:
  pid_t process_ = -1;
};

TEST(StudyFolder, IsMadeWholeAndAFolderWithoutAStudyIsToldApart) {
  TestFolder folder;
  const auto none = StudyFolder::open(folder / "study");
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().kind, ErrorKind::input);
  EXPECT_THAT(none.error().message, testing::HasSubstr("holds no study"));
  const auto made = StudyFolder::make(folder / "study");
  ASSERT_TRUE(made.ok());
  EXPECT_TRUE(std::filesystem::is_directory(made->shards()));
  ASSERT_TRUE(Store::open(made->store()).ok());
  EXPECT_TRUE(StudyFolder::open(folder / "study").ok());
}

TEST(StudyFolder, ASecondDriverIsToldWhoHoldsItAndAKilledOneHoldsNothing) {
  TestFolder place;
  const auto folder = StudyFolder::make(place / "study");
  ASSERT_TRUE(folder.ok());
  EXPECT_EQ(folder->holder(), "");
  EXPECT_FALSE(*folder->cancel());
  {
    const Holder other(*folder);
    EXPECT_EQ(folder->holder(), "process " + std::to_string(other.process()));
    const auto lock = folder->lock();
    ASSERT_FALSE(lock.ok());
    EXPECT_EQ(lock.error().message,
              "the study in '" + folder->path().string() + "' is being changed by process " +
                  std::to_string(other.process()) +
                  "; wait for it, or end it with weft sweep cancel " + folder->path().string());
    EXPECT_FALSE(folder->cancelled());
    EXPECT_TRUE(*folder->cancel());
    EXPECT_TRUE(folder->cancelled());
    EXPECT_FALSE(folder->lock().ok());
    EXPECT_TRUE(folder->cancelled()) << "who is refused takes no wish away";
  }
  const auto lock = folder->lock();
  ASSERT_TRUE(lock.ok());
  EXPECT_FALSE(folder->cancelled()) << "an old wish is for nobody";
}

TEST(StudyFolder, TheJobsOfADriverDoNotHoldItsLock) {
  TestFolder place;
  const auto folder = StudyFolder::make(place / "study");
  ASSERT_TRUE(folder.ok());
  pid_t child = -1;
  {
    const auto lock = folder->lock();
    ASSERT_TRUE(lock.ok());
    child = ::fork();
    if (child == 0) {
      ::pause();
      ::_exit(0);
    }
  }
  EXPECT_EQ(folder->holder(), "");
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
}

}  // namespace
}  // namespace weft::explore
