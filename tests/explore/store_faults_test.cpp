// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sched.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "explore/store.h"
#include "tests/explore/fake_space.h"

namespace weft::explore {
namespace {

namespace fs = std::filesystem;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

class StoreFaults : public testing::Test {
 protected:
  /// What opening it says.
  std::string refusal(bool existing = false, bool read_only = false) const {
    const auto store = existing ? Store::open_existing(file_, read_only) : Store::open(file_);
    EXPECT_FALSE(store.ok());
    return store.ok() ? "" : line_of(store.error());
  }

  static std::string line_of(const Error& error) {
    EXPECT_EQ(error.kind, ErrorKind::io);
    EXPECT_EQ(error.message.find('\n'), std::string::npos);
    return error.message;
  }

  /// A store with a study of `jobs` jobs and no results.
  void plan(int jobs) const {
    auto store = Store::open(file_);
    ASSERT_TRUE(store.ok());
    planned_study(*store, some_jobs(jobs));
  }

  TestFolder folder_;
  fs::path file_ = folder_ / "store.sqlite";
};

/// Adds jobs until that fails, then says how many are there.
Status fill(Store& store, int* added) {
  const std::vector<Job> jobs = some_jobs(100'000);
  for (std::size_t i = 0; i < jobs.size(); i += 10) {
    WEFT_TRY(store.add_jobs(std::span(jobs).subspan(i, 10)));
    *added += 10;
  }
  return {};
}

int jobs_in(const Store& store) {
  int found = 0;
  for (const Job& job : some_jobs(100'000)) {
    const auto there = store.job(job.key());
    if (!there || !there->has_value()) {
      break;
    }
    ++found;
  }
  return found;
}

TEST_F(StoreFaults, AStoreThatIsNotThereIsNotMadeByThoseWhoRead) {
  EXPECT_EQ(refusal(true),
            "cannot read '" + file_.string() + "': there is none; weft sweep plan makes it");
  EXPECT_FALSE(fs::exists(file_));
}

TEST_F(StoreFaults, AFileThatIsNoDatabaseAndADatabaseThatIsNoStoreStayAsTheyAre) {
  std::ofstream(file_) << std::string(5000, 'x');
  EXPECT_THAT(refusal(), HasSubstr("is no store of a study; give another file or folder"));
  EXPECT_EQ(fs::file_size(file_), 5000u);
  fs::remove(file_);
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(file_.c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "CREATE TABLE mine(x)", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(other);
  EXPECT_THAT(refusal(), HasSubstr("is no store of a study"));
  EXPECT_THAT(refusal(true), HasSubstr("is no store of a study"));
  fs::remove(file_);
  fs::create_directory(file_);
  EXPECT_THAT(refusal(), StartsWith("cannot open '"));
}

TEST_F(StoreFaults, AStoreOfANewerProgramIsRefused) {
  plan(1);
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open(file_.c_str(), &raw), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(raw, "PRAGMA user_version = 7", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(raw);
  EXPECT_THAT(refusal(), EndsWith("was written by a newer weft (store version 7, this one knows "
                                  "1); use that one"));
}

TEST_F(StoreFaults, ACorruptedStoreIsCalledThatAndNeverCrashes) {
  plan(200);
  const auto size = static_cast<std::int64_t>(fs::file_size(file_));
  const fs::path good = folder_ / "good";
  fs::copy_file(file_, good);
  int told = 0;
  for (std::int64_t at = 100; at < size; at += 1021) {
    fs::copy_file(good, file_, fs::copy_options::overwrite_existing);
    std::fstream file(file_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(at);
    file << std::string(64, '\xA5');
    file.close();
    auto store = Store::open(file_);
    const auto look = [&]() -> Status {
      WEFT_TRY(store);
      WEFT_TRY(store->counts("study"));
      WEFT_TRY(store->missing("study", 0));
      WEFT_TRY(store->each_row("study", [](const PlannedPoint&, const Outcome*) {}));
      return store->add_jobs(some_jobs(300));
    };
    if (const Status status = look(); !status) {
      told += line_of(status.error()).find("corrupted") != std::string::npos ? 1 : 0;
    }
    std::error_code ignored;
    fs::remove(file_.string() + "-wal", ignored);
    fs::remove(file_.string() + "-shm", ignored);
  }
  EXPECT_GT(told, 5);
  // Cut short.
  fs::copy_file(good, file_, fs::copy_options::overwrite_existing);
  fs::resize_file(file_, static_cast<std::uintmax_t>(size / 2));
  auto store = Store::open(file_);
  const Status status = store ? Status(store->add_jobs(some_jobs(300))) : Status(store.error());
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(line_of(status.error()),
              EndsWith("is corrupted; move it away and plan the study again: its jobs are then run "
                       "anew"));
}

TEST_F(StoreFaults, AReadOnlyFileOrFolderIsReadAndSaidWhereItIsWritten) {
  plan(2);
  for (const fs::path& place : {file_, folder_.path()}) {
    fs::permissions(folder_.path(), fs::perms(0777));
    fs::permissions(file_, fs::perms(0666));
    fs::permissions(place, place == file_ ? fs::perms(0444) : fs::perms(0555));
    const AsNobody nobody;
    const auto reader = Store::open_existing(file_, true);
    ASSERT_TRUE(reader.ok()) << reader.error().message;
    EXPECT_EQ(reader->missing("study", 0)->size(), 2u);
    auto writer = Store::open_existing(file_, false);
    const Status status = writer ? Status(writer->add_jobs(some_jobs(3))) : Status(writer.error());
    ASSERT_FALSE(status.ok()) << place;
    const bool opened = line_of(status.error()).starts_with("cannot open");
    EXPECT_THAT(status.error().message,
                opened ? EndsWith("check the path and its permissions")
                       : EndsWith("it or its folder is read-only; change permissions and resume"));
  }
  fs::permissions(folder_.path(), fs::perms(0777));
}

TEST_F(StoreFaults, AFullDiskLosesNothingAndIsGoneWhenThereIsRoom) {
  const fs::path disk = folder_ / "disk";
  fs::create_directory(disk);
  const int code = in_a_process([&] {
    if (::unshare(CLONE_NEWNS) != 0 ||
        ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("none", disk.c_str(), "tmpfs", 0, "size=300k") != 0) {
      return 77;
    }
    auto store = Store::open(disk / "store.sqlite");
    int added = 0;
    const Status status = store ? fill(*store, &added) : Status(store.error());
    if (status || status.error().message !=
                      "cannot write '" + (disk / "store.sqlite").string() +
                          "': No space left on device; make room there and resume: what is "
                          "recorded stays") {
      std::fprintf(stderr, "%s\n", status ? "no error" : status.error().message.c_str());
      return 1;
    }
    if (added == 0 || jobs_in(*store) != added) {
      return 2;
    }
    if (::mount("none", disk.c_str(), "tmpfs", MS_REMOUNT, "size=30m") != 0) {
      return 3;
    }
    return store->add_jobs(some_jobs(added + 50)).ok() && jobs_in(*store) == added + 50 ? 0 : 4;
  });
  if (code == 77) {
    GTEST_SKIP() << "mounting a small disk needs root";
  }
  EXPECT_EQ(code, 0);
}

TEST_F(StoreFaults, ALimitOnFileSizesIsAFullDiskToo) {
  const int code = in_a_process([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    auto store = Store::open(file_);
    const rlimit little{200'000, RLIM_INFINITY};
    const rlimit much{RLIM_INFINITY, RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &little);
    int added = 0;
    const Status status = store ? fill(*store, &added) : Status(store.error());
    if (status || status.error().message.find("(ulimit -f)") == std::string::npos) {
      std::fprintf(stderr, "%s\n", status ? "no error" : status.error().message.c_str());
      return 1;
    }
    ::setrlimit(RLIMIT_FSIZE, &much);
    if (jobs_in(*store) != added) {
      return 2;
    }
    return store->add_jobs(some_jobs(added + 50)).ok() && jobs_in(*store) == added + 50 ? 0 : 4;
  });
  EXPECT_EQ(code, 0);
}

TEST_F(StoreFaults, AnotherProgramsTransactionIsWaitedFor) {
  plan(1);
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t other = ::fork();
  if (other == 0) {
    sqlite3* raw = nullptr;
    sqlite3_open(file_.c_str(), &raw);
    sqlite3_exec(raw, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
    (void)!::write(ready[1], "x", 1);
    ::usleep(300'000);
    sqlite3_exec(raw, "COMMIT", nullptr, nullptr, nullptr);
    ::_exit(0);
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  auto store = Store::open(file_);
  ASSERT_TRUE(store.ok());
  EXPECT_TRUE(store->add_jobs(some_jobs(2)).ok());
  int status = 0;
  ::waitpid(other, &status, 0);
  ::close(ready[0]);
  ::close(ready[1]);
}

}  // namespace
}  // namespace weft::explore
