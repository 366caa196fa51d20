// SPDX-License-Identifier: Apache-2.0
#include "explore/batch.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <unistd.h>

#include <fstream>

#include "base/file.h"
#include "explore/shard.h"
#include "explore/study_folder.h"
#include "tests/explore/fake_space.h"

namespace weft::explore {
namespace {

using testing::HasSubstr;

class Batches : public testing::Test {
 protected:
  Batches() {
    EXPECT_TRUE(folder_.ok());
    store_ = std::make_unique<Store>(Store::open(folder_->store()).value());
    study_ = planned_study(*store_, some_jobs(10));
    EXPECT_TRUE(write_batch(batch_, *store_->missing("study", 0), 3).ok());
  }

  TaskReport task(int number) {
    auto report = run_task(batch_, number, space_, {});
    EXPECT_TRUE(report.ok()) << (report.ok() ? "" : report.error().message);
    return report.ok() ? *report : TaskReport();
  }
  Merged merge() {
    auto merged = merge_shards(folder_->shards(), "study", *store_);
    EXPECT_TRUE(merged.ok()) << (merged.ok() ? "" : merged.error().message);
    return merged.ok() ? *merged : Merged();
  }

  TestFolder place_;
  Result<StudyFolder> folder_ = StudyFolder::make(place_ / "study");
  std::filesystem::path batch_ = folder_->slurm() / "batch-0001.jobs";
  std::unique_ptr<Store> store_;
  Study study_;
  FakeSpace space_;
};

TEST_F(Batches, ItsTasksTogetherRunEveryJobOnceAndMergingTwiceChangesNothing) {
  EXPECT_EQ(task(0).jobs, 4);
  EXPECT_EQ(task(1).jobs, 3);
  EXPECT_EQ(merge().outcomes, 7);
  EXPECT_EQ(task(2).ended, 3);
  EXPECT_EQ(merge().outcomes, 3);
  EXPECT_EQ(merge().outcomes, 0);
  EXPECT_EQ(store_->counts("study")->done, 10);
}

TEST_F(Batches, ATaskThatWasKilledGoesOnAndACutRecordIsNone) {
  const int code = in_a_process([&] {
    FakeSpace deadly;
    const pid_t driver = ::getpid();
    deadly.work = [&](const Task& task) -> Result<Figures> {
      if (task.sequence() == 6) {
        ::kill(driver, SIGKILL);
        ::pause();
      }
      return FakeSpace::figures_of(task);
    };
    (void)run_task(batch_, 0, deadly, {});
    return 0;
  });
  EXPECT_EQ(code, 128 + SIGKILL);
  const auto shard = shard_of(batch_, 0);
  std::ofstream(shard, std::ios::app | std::ios::binary) << "000000ff0123";
  const Merged first = merge();
  EXPECT_EQ(first.outcomes, 2);
  EXPECT_EQ(first.cut, 1);
  int run = 0;
  LocalOptions options;
  options.progress = [&](const ExecutorProgress& progress) {
    run = static_cast<int>(progress.ended);
  };
  const auto report = run_task(batch_, 0, space_, options);
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->ended, 4);
  EXPECT_EQ(run, 2) << "only what was missing";
  const Merged second = merge();
  EXPECT_EQ(second.outcomes, 2);
  EXPECT_EQ(second.cut, 0);
}

TEST_F(Batches, AShardThatIsDamagedLosesNoOtherAndTheRestIsRunAgain) {
  for (int i = 0; i < 3; ++i) {
    task(i);
  }
  const auto shard = shard_of(batch_, 1);
  const std::string good = *read_file(shard);
  for (std::size_t at = 0; at < good.size(); at += 7) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x20);
    ASSERT_TRUE(write_file(shard, bad).ok());
    const auto content = read_shard(shard, 0);
    ASSERT_TRUE(content.ok());
    EXPECT_LT(content->outcomes.size(), 3u);
    EXPECT_TRUE(content->cut);
  }
  EXPECT_LT(merge().outcomes, 10);
  task(1);
  merge();
  EXPECT_EQ(store_->counts("study")->done, 10);
}

TEST_F(Batches, WhatWasForgottenDoesNotComeBackFromAShard) {
  space_.work = [](const Task&) -> Result<Figures> { return failed_error("no"); };
  for (int i = 0; i < 3; ++i) {
    task(i);
  }
  merge();
  EXPECT_EQ(*store_->forget_failures("study"), 10);
  merge();
  EXPECT_EQ(store_->counts("study")->ended, 0);
}

TEST_F(Batches, OutcomesOfOtherStudiesAreCountedAndLeft) {
  auto writer = ShardWriter::open(folder_->shards() / "other-0.shard");
  Outcome outcome;
  outcome.set_key("somebody else's");
  ASSERT_TRUE(writer->add(outcome).ok());
  const Merged merged = merge();
  EXPECT_EQ(merged.strange, 1);
  EXPECT_EQ(merged.outcomes, 0);
}

TEST_F(Batches, WhatIsWrongWithATaskIsOneLine) {
  const auto message = [&](const std::filesystem::path& file, int number) {
    const auto report = run_task(file, number, space_, {});
    EXPECT_FALSE(report.ok());
    return report.ok() ? "" : report.error().message;
  };
  EXPECT_THAT(message(batch_, 3), HasSubstr("has tasks 0 to 2, not 3"));
  EXPECT_THAT(message(folder_->slurm() / "none.jobs", 0), HasSubstr("No such file"));
  const std::string bytes = *read_file(batch_);
  ASSERT_TRUE(write_file(batch_, bytes.substr(0, bytes.size() - 5)).ok());
  EXPECT_THAT(message(batch_, 0), HasSubstr("is no batch of jobs, or cut"));
  ASSERT_TRUE(write_file(batch_, bytes).ok());
  space_.version = "2";
  EXPECT_THAT(message(batch_, 0), HasSubstr("another version of this program"));
}

TEST_F(Batches, TheSameTaskDoesNotRunTwiceAtATime) {
  auto writer = ShardWriter::open(shard_of(batch_, 0));
  ASSERT_TRUE(writer.ok());
  const int code = in_a_process([&] {
    const auto report = run_task(batch_, 0, space_, {});
    return !report.ok() && report.error().kind == ErrorKind::failed ? 0 : 1;
  });
  EXPECT_EQ(code, 0);
}

}  // namespace
}  // namespace weft::explore
