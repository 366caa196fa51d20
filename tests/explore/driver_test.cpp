// SPDX-License-Identifier: Apache-2.0
#include "explore/driver.h"

#include <gmock/gmock.h>
#include <sqlite3.h>
#include <unistd.h>

#include <fstream>

#include "explore/study_folder.h"
#include "tests/explore/fake_space.h"

namespace weft::explore {
namespace {

using testing::HasSubstr;

Driven driven(Store& store, const Study& study, FakeSpace& space, LocalOptions options = {}) {
  options.workers = 2;
  auto result = drive(store, study, space, options);
  EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().message);
  return result.ok() ? *result : Driven();
}

TEST(Driver, RunsWhatIsMissingOnceAndNothingOfAFinishedStudy) {
  TestFolder folder;
  auto store = Store::open(folder / "store.sqlite");
  const Study study = planned_study(*store, some_jobs(20));
  FakeSpace space;
  EXPECT_EQ(driven(*store, study, space).ended, 20);
  space.work = [](const Task&) -> Result<Figures> { return failed_error("run twice"); };
  const Driven again = driven(*store, study, space);
  EXPECT_EQ(again.ended, 0);
  EXPECT_EQ(again.counts.done, 20);
  EXPECT_FALSE(again.stopped);
}

TEST(Driver, LooksCloserAtTheBestOfEachRung) {
  TestFolder folder;
  auto store = Store::open(folder / "store.sqlite");
  const Study study = planned_study(*store, some_jobs(21), 3);
  FakeSpace space;
  space.work = [](const Task& task) -> Result<Figures> {
    // Twice as good at each step, and one that fails where nobody expects it.
    if (task.sequence() == 20 && task.fidelity() == FIDELITY_ESTIMATE) {
      return failed_error("no");
    }
    const double x = task.sequence();
    return Figures{{"tokens_per_second", x}, {"energy_per_token", 100 - x}};
  };
  const Driven end = driven(*store, study, space);
  EXPECT_EQ(end.counts.rung, 2);
  EXPECT_EQ(end.counts.jobs, 21 + 11 + 6);
  std::vector<int> rungs;
  const auto add = [&](const PlannedPoint& point, const Outcome* outcome) {
    rungs.push_back(point.rung);
    EXPECT_NE(outcome, nullptr);
  };
  ASSERT_TRUE(store->each_row("study", add).ok());
  std::vector<int> expected(9, 0);
  expected.insert(expected.end(), 5, 1);
  expected.insert(expected.end(), 6, 2);
  expected.push_back(0);
  EXPECT_EQ(rungs, expected);
  // Planned again, it comes to the same without a job.
  const std::vector<std::string> rows = rows_of(*store, "study");
  planned_study(*store, some_jobs(21), 3);
  EXPECT_EQ(driven(*store, study, space).ended, 0);
  EXPECT_EQ(rows_of(*store, "study"), rows);
}

TEST(Driver, StopsWhenAskedAndGoesOnFromThere) {
  TestFolder folder;
  auto store = Store::open(folder / "store.sqlite");
  const Study study = planned_study(*store, some_jobs(30), 2);
  FakeSpace space;
  LocalOptions options;
  std::int64_t ended = 0;
  options.progress = [&](const ExecutorProgress& progress) { ended = progress.ended; };
  options.stop = [&] { return ended >= 7; };
  const Driven first = driven(*store, study, space, options);
  EXPECT_TRUE(first.stopped);
  EXPECT_LT(first.counts.ended, 30);
  EXPECT_EQ(first.counts.ended, first.ended);
  const Driven second = driven(*store, study, space);
  EXPECT_EQ(first.ended + second.ended, 30 + 15);
}

TEST(Driver, RefusesJobsOfAnotherProgram) {
  TestFolder folder;
  auto store = Store::open(folder / "store.sqlite");
  const Study study = planned_study(*store, some_jobs(2));
  FakeSpace space;
  space.version = "2";
  const auto result = drive(*store, study, space, {});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().kind, ErrorKind::input);
  EXPECT_THAT(result.error().message, HasSubstr("another version of this program"));
}

/// For every connection of this process from now on the disk has room for a few pages more.
int few_pages(sqlite3* database, char**, const sqlite3_api_routines*) {
  const auto limit = [](void* of, int, char** values, char**) {
    const std::string most = std::to_string(std::atoi(values[0]) + 8);
    return sqlite3_exec(static_cast<sqlite3*>(of), ("PRAGMA max_page_count = " + most).c_str(),
                        nullptr, nullptr, nullptr);
  };
  return sqlite3_exec(database, "PRAGMA page_count", limit, database, nullptr);
}

TEST(Driver, ADiskThatIsFullMidwayLosesNothing) {
  TestFolder folder;
  FakeSpace space;
  const auto file = folder / "store.sqlite";
  const Study study = some_study();
  {
    auto planned = Store::open(file);
    planned_study(*planned, some_jobs(300));
  }
  const int code = in_a_process([&] {
    sqlite3_auto_extension(reinterpret_cast<void (*)()>(few_pages));
    auto store = Store::open_existing(file, false);
    const auto result = drive(*store, study, space, {.workers = 2});
    if (result.ok() || store->counts("study")->ended == 0) {
      std::fprintf(stderr, "%s\n", result.ok() ? "no error" : result.error().message.c_str());
    }
    return !result.ok() && result.error().kind == ErrorKind::io &&
                   result.error().message.find("No space left on device") != std::string::npos &&
                   store->counts("study")->ended > 0
               ? 0
               : 1;
  });
  ASSERT_EQ(code, 0);
  auto store = Store::open(file);
  ASSERT_TRUE(store.ok());
  const auto before = store->counts("study")->ended;
  const Driven end = driven(*store, study, space);
  EXPECT_EQ(before + end.ended, 300);
  EXPECT_EQ(end.counts.done, 300);
  auto undisturbed = Store::open(folder / "other.sqlite");
  driven(*undisturbed, planned_study(*undisturbed, some_jobs(300)), space);
  EXPECT_EQ(rows_of(*store, "study"), rows_of(*undisturbed, "study"));
}

TEST(Driver, AStoreMadeReadOnlyMidwayLosesNothing) {
  TestFolder folder;
  const auto file = folder / "store.sqlite";
  FakeSpace space;
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0777));
  {
    auto planned = Store::open(file);
    planned_study(*planned, some_jobs(40));
  }
  const Study study = some_study();
  auto writer = Store::open_existing(file, false);
  std::int64_t ended = 0;
  LocalOptions options;
  options.progress = [&](const ExecutorProgress& progress) { ended = progress.ended; };
  options.stop = [&] { return ended >= 10; };
  ASSERT_TRUE(driven(*writer, study, space, options).stopped);
  writer = io_error("closed");
  std::filesystem::permissions(file, std::filesystem::perms(0444));
  {
    const AsNobody nobody;
    auto refused = Store::open_existing(file, false);
    const Status status = refused ? Status(drive(*refused, study, space, {.workers = 1}).error())
                                  : Status(refused.error());
    EXPECT_EQ(status.error().kind, ErrorKind::io);
    EXPECT_THAT(status.error().message, HasSubstr("permissions"));
  }
  std::filesystem::permissions(file, std::filesystem::perms(0644));
  auto store = Store::open_existing(file, false);
  EXPECT_EQ(driven(*store, study, space).counts.done, 40);
}

}  // namespace
}  // namespace weft::explore
