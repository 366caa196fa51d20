// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <fstream>
#include <set>

#include "explore/driver.h"
#include "explore/study_folder.h"
#include "tests/explore/fake_space.h"

namespace weft::explore {
namespace {

/// Where a driver is killed.
enum class At {
  before_fork,
  after_fork,
  during_a_job,
  received,      ///< a result has come, its transaction has not begun
  half_written,  ///< within the transaction
  before_commit,
  after_commit,
  promoting,  ///< within the transaction between two rungs
  worker,     ///< a job is killed, not the driver
};

constexpr At kAll[] = {At::before_fork,  At::after_fork,   At::during_a_job,
                       At::received,     At::half_written, At::before_commit,
                       At::after_commit, At::promoting,    At::worker};
constexpr const char* kNames[] = {"before a fork", "after a fork", "during a job",
                                  "received",      "half written", "before commit",
                                  "after commit",  "promoting",    "a worker"};
static_assert(std::size(kAll) == std::size(kNames));

// What the hooks of libraries see; set in the process that is to be killed.
struct Plan {
  At at = At::before_fork;
  int times = 0;  ///< the place is passed so often before
};
Plan plan;

void pass(At at) {
  if (plan.at == at && plan.times-- == 0) {
    ::kill(::getpid(), SIGKILL);
  }
}

int on_statement(unsigned event, void*, void* statement, void*) {
  const std::string_view text = sqlite3_sql(static_cast<sqlite3_stmt*>(statement));
  const bool begins = event == SQLITE_TRACE_STMT;
  if (begins && text == "BEGIN IMMEDIATE") {
    pass(At::received);
  } else if (begins && text.starts_with("UPDATE point")) {
    pass(At::promoting);
  } else if (!begins && text == "COMMIT") {
    pass(At::after_commit);
  }
  return 0;
}

/// Puts hooks into every connection that is opened.
int hook(sqlite3* database, char**, const sqlite3_api_routines*) {
  sqlite3_trace_v2(database, SQLITE_TRACE_STMT | SQLITE_TRACE_PROFILE, on_statement, nullptr);
  sqlite3_update_hook(
      database,
      [](void*, int, const char*, const char* table, sqlite3_int64) {
        if (std::string_view(table) == "result") {
          pass(At::half_written);
        }
      },
      nullptr);
  sqlite3_commit_hook(
      database,
      [](void*) {
        pass(At::before_commit);
        return 0;
      },
      nullptr);
  return SQLITE_OK;
}

constexpr int kJobs = 24, kRungs = 3;

Status run_driver(const StudyFolder& folder, FakeSpace& space) {
  WEFT_ASSIGN(const FolderLock lock, folder.lock());
  WEFT_ASSIGN(Store store, Store::open_existing(folder.store(), false));
  WEFT_TRY(drive(store, some_study(kRungs), space, {.workers = 3}));
  return {};
}

StudyFolder planned(const std::filesystem::path& path) {
  auto folder = StudyFolder::make(path);
  EXPECT_TRUE(folder.ok());
  auto store = Store::open(folder->store());
  planned_study(*store, some_jobs(kJobs), kRungs);
  return *folder;
}

TEST(KillTest, AStudyThatIsKilledTwentyTimesEndsLikeOneThatIsNot) {
  TestFolder place;
  FakeSpace calm;
  const StudyFolder undisturbed = planned(place / "undisturbed");
  ASSERT_TRUE(run_driver(undisturbed, calm).ok());
  const std::vector<std::string> expected =
      rows_of(*Store::open_existing(undisturbed.store(), true), "study");

  const StudyFolder folder = planned(place / "disturbed");
  const std::filesystem::path crashes = place / "crashes";
  int killed = 0;
  std::set<std::string> seen;
  for (int i = 0; i < 60 && killed < 27; ++i) {
    const At at = kAll[i % std::size(kAll)];
    FakeSpace space;
    const int code = in_a_process([&] {
      plan = {at, i / static_cast<int>(std::size(kAll)) % 3};
      sqlite3_auto_extension(reinterpret_cast<void (*)()>(hook));
      ::pthread_atfork([] { pass(At::before_fork); }, [] { pass(At::after_fork); }, nullptr);
      const pid_t driver = ::getpid();
      space.work = [&](const Task& task) -> Result<Figures> {
        if (at == At::during_a_job && task.sequence() % 3 == i % 3) {
          ::kill(driver, SIGKILL);
          ::pause();
        }
        if (at == At::worker && !std::filesystem::exists(crashes)) {
          std::ofstream(crashes) << "x";
          ::kill(::getpid(), SIGKILL);
        }
        return FakeSpace::figures_of(task);
      };
      return run_driver(folder, space).ok() ? 0 : 1;
    });
    if (code == 128 + SIGKILL || (at == At::worker && code == 0)) {
      ++killed;
      seen.insert(kNames[static_cast<int>(at)]);
    } else {
      EXPECT_EQ(code, 0) << kNames[static_cast<int>(at)];
    }
    std::filesystem::remove(crashes);
    const auto counts = Store::open_existing(folder.store(), true)->counts("study");
    ASSERT_TRUE(counts.ok());
    if (at == At::worker) {
      // This one came to the end: begin again.
      EXPECT_EQ(rows_of(*Store::open_existing(folder.store(), true), "study"), expected);
      std::filesystem::remove_all(folder.path());
      planned(place / "disturbed");
    }
  }
  EXPECT_GE(killed, 20);
  EXPECT_EQ(seen.size(), std::size(kAll));
  ASSERT_TRUE(run_driver(folder, calm).ok());
  EXPECT_EQ(rows_of(*Store::open_existing(folder.store(), true), "study"), expected);
}

}  // namespace
}  // namespace weft::explore
