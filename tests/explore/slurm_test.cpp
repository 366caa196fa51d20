// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <stdlib.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "explore/batch.h"
#include "explore/driver.h"
#include "explore/host_command.h"
#include "explore/slurm_executor.h"
#include "tests/explore/slurm_cluster.h"
#include "tests/explore/slurm_work.h"

namespace weft::explore {
namespace {

namespace fs = std::filesystem;

constexpr double kLimit = 2;  // seconds of a job

class Slurm : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (SlurmCluster::absence().empty()) {
      cluster_ = std::make_unique<SlurmCluster>();
    }
  }
  static void TearDownTestSuite() { cluster_.reset(); }

  void SetUp() override {
    if (const std::string why = SlurmCluster::absence(); !why.empty()) {
      GTEST_SKIP() << "no Slurm: " << why;
    }
    ASSERT_TRUE(cluster_->up()) << cluster_->logs();
    fs::create_directory(place_ / "marks");
    folder_ = StudyFolder::make(place_ / "study");
    ASSERT_TRUE(folder_.ok());
    store_ = std::make_unique<Store>(Store::open(folder_->store()).value());
    planned_study(*store_, some_jobs(12, kLimit, 64 << 20));
  }

  void mark(const std::string& name) const { std::ofstream(place_ / "marks" / name) << "x"; }
  void unmark() const {
    fs::remove_all(place_ / "marks");
    fs::create_directory(place_ / "marks");
  }

  SlurmBatch submit(int tasks, const std::vector<std::string>& more = {}) {
    const SlurmOptions options{.tasks = tasks,
                               .at_once = 2,
                               .sbatch = more,
                               .command = {WEFT_TASK_PROGRAM, (place_ / "marks").string()}};
    auto batch = slurm_submit(*folder_, *store_->missing("study", 0), options);
    EXPECT_TRUE(batch.ok()) << (batch.ok() ? "" : batch.error().message);
    return batch.ok() ? *batch : SlurmBatch();
  }

  /// Waits until `good` holds of the state of Slurm.
  bool reaches(double seconds, const std::function<bool(const SlurmState&)>& good) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    while (std::chrono::steady_clock::now() < until) {
      const auto state = slurm_state(*folder_);
      EXPECT_TRUE(state.ok()) << (state.ok() ? "" : state.error().message);
      if (!state.ok() || good(*state)) {
        return state.ok();
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    ADD_FAILURE() << "Slurm did not come there\n" << cluster_->logs();
    return false;
  }
  bool ends(double seconds) {
    return reaches(seconds, [](const SlurmState& s) { return s.pending + s.running == 0; });
  }

  void merge() {
    const auto merged = merge_shards(folder_->shards(), "study", *store_);
    EXPECT_TRUE(merged.ok());
  }

  /// The rows of the same study, run on this host.
  std::vector<std::string> rows_of_this_host() {
    auto local = Store::open(place_ / "local.sqlite");
    FakeSpace space;
    space.work = [](const Task& task) { return slurm_work(task, false); };
    const Study study = planned_study(*local, some_jobs(12, kLimit, 64 << 20));
    EXPECT_TRUE(drive(*local, study, space, {.workers = 2}).ok());
    return rows_of(*local, "study");
  }

  inline static std::unique_ptr<SlurmCluster> cluster_;
  TestFolder place_;
  Result<StudyFolder> folder_ = io_error("none yet");
  std::unique_ptr<Store> store_;
};

TEST_F(Slurm, ATaskThatFailsAndOneThatHangsLeaveTheirJobsToTheNextBatch) {
  mark("fail");
  mark("hang");
  const SlurmBatch first = submit(4, {"--time=1"});
  EXPECT_FALSE(first.job.empty());
  ASSERT_TRUE(ends(240));
  merge();
  // Task 1 ended and task 2 was killed after one of three jobs each.
  EXPECT_EQ(store_->missing("study", 0)->size(), 4u);
  unmark();
  const SlurmBatch second = submit(2);
  EXPECT_NE(second.name, first.name);
  ASSERT_TRUE(ends(60));
  merge();
  EXPECT_EQ(rows_of(*store_, "study"), rows_of_this_host());
}

TEST_F(Slurm, ACancelledBatchLosesNothing) {
  mark("slow");
  submit(12);
  ASSERT_TRUE(reaches(60, [](const SlurmState& state) { return state.running == 2; }));
  EXPECT_GT(slurm_state(*folder_)->pending, 0);
  ASSERT_TRUE(slurm_cancel(*folder_).ok());
  ASSERT_TRUE(ends(60));
  unmark();
  merge();
  submit(3);
  ASSERT_TRUE(ends(60));
  merge();
  const auto rows = rows_of(*store_, "study");
  EXPECT_EQ(store_->counts("study")->ended, 12);
}

TEST_F(Slurm, WhatSbatchSaysIsTheError) {
  const SlurmOptions options{
      .tasks = 1, .at_once = 0, .sbatch = {"--partition=none"}, .command = {"true"}};
  const auto batch = slurm_submit(*folder_, some_jobs(1), options);
  ASSERT_FALSE(batch.ok());
  EXPECT_EQ(batch.error().kind, ErrorKind::failed);
  EXPECT_THAT(batch.error().message, testing::HasSubstr("invalid partition"));
  EXPECT_TRUE(fs::is_empty(folder_->slurm())) << "nothing is left of it";
}

/// What the program prints, on standard output and standard error; its exit code has to be `code`.
std::string weft(int code, std::vector<std::string> words) {
  words.insert(words.begin(), WEFT_BINARY);
  const auto output = run_command(words);
  EXPECT_TRUE(output.ok());
  EXPECT_EQ(output->exit_code, code) << output->out << output->err;
  return output->out + output->err;
}

TEST_F(Slurm, TheProgramItselfRunsAStudyThere) {
  const std::string dir = (place_ / "sweep").string(), yaml = (place_ / "study.yaml").string();
  std::ofstream(yaml) << "name: small\n"
                         "base: {arch: mesh32, model: fable-1m, phase: decode}\n"
                         "axes:\n"
                         "  - path: machine.tile.sram\n"
                         "    values: [48 KiB, 64 KiB]\n"
                         "  - path: seq\n"
                         "    values: [\"16\", \"32\"]\n"
                         "fidelity: estimate\n"
                         "limits: {seconds: 60, memory: 256 MiB}\n";
  weft(0, {"sweep", "plan", yaml, "--out", dir});
  const auto there = StudyFolder::open(dir);
  ASSERT_TRUE(there.ok());
  EXPECT_THAT(
      weft(0, {"sweep", "run", dir, "--executor", "slurm", "--tasks", "2", "--sbatch=--hold"}),
      testing::HasSubstr("4 jobs in 2 tasks are Slurm's job"));
  EXPECT_THAT(weft(0, {"sweep", "status", dir}), testing::HasSubstr("2 tasks wait, 0 run"));
  EXPECT_THAT(weft(1, {"sweep", "resume", dir, "--executor", "slurm"}),
              testing::HasSubstr("2 tasks of small wait or run in Slurm"));
  EXPECT_THAT(weft(0, {"sweep", "cancel", dir}), testing::HasSubstr("cancelled its tasks"));
  folder_ = *there;
  ASSERT_TRUE(ends(60));
  weft(0, {"sweep", "resume", dir, "--executor", "slurm", "--tasks", "2"});
  ASSERT_TRUE(ends(60));
  EXPECT_THAT(weft(0, {"sweep", "merge", dir}),
              testing::HasSubstr("4 results from 2 shards; 4 of 4 jobs ended"));
  EXPECT_THAT(weft(0, {"sweep", "resume", dir, "--executor", "slurm"}),
              testing::HasSubstr("nothing is missing"));
}

TEST(SlurmAbsent, IsSaidInOneLine) {
  TestFolder place;
  const auto folder = StudyFolder::make(place / "study");
  const std::string path = ::getenv("PATH");
  ::setenv("PATH", "/nowhere", 1);
  const auto batch = slurm_submit(*folder, some_jobs(1),
                                  {.tasks = 1, .at_once = 0, .sbatch = {}, .command = {"true"}});
  ::setenv("PATH", path.c_str(), 1);
  ASSERT_FALSE(batch.ok());
  EXPECT_EQ(batch.error().message,
            "cannot run 'sbatch': No such file or directory; is it installed on this host?");
}

}  // namespace
}  // namespace weft::explore
