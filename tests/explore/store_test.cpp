// SPDX-License-Identifier: Apache-2.0
#include "explore/store.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "tests/explore/fake_space.h"

namespace weft::explore {
namespace {

using testing::HasSubstr;

Outcome done(const Job& job) {
  Outcome outcome;
  outcome.set_key(job.key());
  outcome.set_exit(EXIT_DONE);
  for (const auto& [metric, value] : FakeSpace::figures_of(job.task())) {
    (*outcome.mutable_figures())[metric] = value;
  }
  return outcome;
}

class StoreFile : public testing::Test {
 protected:
  Store open() {
    auto store = Store::open(file_);
    EXPECT_TRUE(store.ok()) << (store.ok() ? "" : store.error().message);
    return std::move(*store);
  }

  TestFolder folder_;
  std::filesystem::path file_ = folder_ / "store.sqlite";
};

TEST_F(StoreFile, GivesBackWhatItWasToldAfterItWasClosed) {
  const std::vector<Job> jobs = some_jobs(3, 12.5, 1 << 20);
  Outcome first = done(jobs[0]);
  first.set_log("said \"this\"\nand that\xC3\xA4");
  first.set_wall_seconds(0.25);
  first.set_cpu_seconds(0.125);
  first.set_peak_bytes(4096);
  (*first.mutable_figures())["infinite"] = std::numeric_limits<double>::infinity();
  (*first.mutable_figures())["exact"] = 0.1 + 0.2;
  (*first.mutable_figures())["none"] = std::nan("");
  Outcome second;
  second.set_key(jobs[1].key());
  second.set_exit(EXIT_REFUSED);
  second.set_message("does not fit");
  std::vector<PlannedPoint> points = points_of(jobs);
  points[2].key.clear();
  points[2].refusal = "no such machine";
  {
    Store store = open();
    ASSERT_TRUE(store.add_jobs(jobs).ok());
    ASSERT_TRUE(store.set_points("study", points).ok());
    ASSERT_TRUE(store.put(std::vector<Outcome>{first, second}).ok());
    ASSERT_TRUE(store.set_text("study", "yaml", "a: 1\n").ok());
  }
  const auto store = Store::open_existing(file_, true);
  ASSERT_TRUE(store.ok());
  EXPECT_EQ(*store->text("study", "yaml"), "a: 1\n");
  EXPECT_EQ(*store->text("study", "other"), "");
  EXPECT_EQ(*store->text("nobody", "yaml"), "");
  std::vector<Outcome> outcomes;
  std::vector<PlannedPoint> read;
  const auto row = [&](const PlannedPoint& point, const Outcome* outcome) {
    read.push_back(point);
    outcomes.push_back(outcome != nullptr ? *outcome : Outcome());
  };
  ASSERT_TRUE(store->each_row("study", row).ok());
  ASSERT_EQ(read.size(), 3u);
  EXPECT_EQ(read[0].values, points[0].values);
  EXPECT_EQ(read[2].refusal, "no such machine");
  EXPECT_EQ(read[2].key, "");
  EXPECT_TRUE(std::isnan(outcomes[0].figures().at("none")));
  outcomes[0].mutable_figures()->erase("none");
  first.mutable_figures()->erase("none");
  const auto map_of = [](const Outcome& of) {
    return Figures(of.figures().begin(), of.figures().end());
  };
  EXPECT_EQ(map_of(outcomes[0]), map_of(first));
  EXPECT_EQ(outcomes[0].log(), first.log());
  EXPECT_EQ(outcomes[0].peak_bytes(), 4096);
  EXPECT_EQ(outcomes[0].wall_seconds(), 0.25);
  EXPECT_EQ(outcomes[1].SerializeAsString(), second.SerializeAsString());
  const auto job = store->job(jobs[1].key());
  ASSERT_TRUE(job.ok() && job->has_value());
  EXPECT_EQ((*job)->SerializeAsString(), jobs[1].SerializeAsString());
  EXPECT_FALSE(store->job("none")->has_value());
}

TEST_F(StoreFile, RunsEachJobOnceWhateverPointsShareIt) {
  Store store = open();
  const std::vector<Job> jobs = some_jobs(3);
  std::vector<PlannedPoint> points = points_of(std::vector<Job>{jobs[2], jobs[0], jobs[2]});
  ASSERT_TRUE(store.add_jobs(jobs).ok());
  ASSERT_TRUE(store.set_points("study", points).ok());
  auto missing = store.missing("study", 0);
  ASSERT_TRUE(missing.ok());
  ASSERT_EQ(missing->size(), 2u);
  EXPECT_EQ((*missing)[0].key(), jobs[2].key()) << "in the order of points";
  EXPECT_EQ(store.missing("study", 1)->size(), 1u);
  ASSERT_TRUE(store.put(std::vector<Outcome>{done(jobs[2])}).ok());
  const auto counts = store.counts("study");
  EXPECT_EQ(counts->points, 3);
  EXPECT_EQ(counts->jobs, 2);
  EXPECT_EQ(counts->ended, 1);
  EXPECT_EQ(counts->done, 1);
  // Another study finds the result.
  ASSERT_TRUE(store.set_points("other", points_of(jobs)).ok());
  EXPECT_EQ(store.missing("other", 0)->size(), 2u);
  EXPECT_EQ(store.missing("nobody", 0)->size(), 0u);
  EXPECT_EQ(store.counts("nobody")->points, 0);
}

TEST_F(StoreFile, KeepsTheFirstResultAndForgetsFailuresWhenAsked) {
  Store store = open();
  const std::vector<Job> jobs = some_jobs(2);
  ASSERT_TRUE(store.add_jobs(jobs).ok());
  ASSERT_TRUE(store.set_points("study", points_of(jobs)).ok());
  Outcome crash;
  crash.set_key(jobs[0].key());
  crash.set_exit(EXIT_CRASHED);
  (*crash.mutable_figures())["cycles"] = 1;
  ASSERT_TRUE(store.put(std::vector<Outcome>{crash, done(jobs[1])}).ok());
  ASSERT_TRUE(store.put(std::vector<Outcome>{done(jobs[0])}).ok());
  EXPECT_THAT(rows_of(store, "study")[0], HasSubstr("EXIT_CRASHED"));
  EXPECT_THAT(rows_of(store, "study")[0], testing::Not(HasSubstr("cycles")));
  EXPECT_EQ(*store.forget_failures("study"), 1);
  EXPECT_EQ(store.missing("study", 0)->size(), 1u);
  ASSERT_TRUE(store.put(std::vector<Outcome>{done(jobs[0])}).ok());
  EXPECT_THAT(rows_of(store, "study")[0], HasSubstr("EXIT_DONE"));
  EXPECT_EQ(*store.forget_failures("study"), 0);
}

TEST_F(StoreFile, SaysWhyJobsHaveNoFiguresTheMostFrequentCauseFirst) {
  Store store = open();
  const std::vector<Job> jobs = some_jobs(5);
  ASSERT_TRUE(store.add_jobs(jobs).ok());
  ASSERT_TRUE(store.set_points("study", points_of(jobs)).ok());
  std::vector<Outcome> outcomes = {done(jobs[0])};
  const char* const messages[] = {"a", "c", "a"};
  for (std::size_t i = 0; i < 3; ++i) {
    outcomes.emplace_back().set_key(jobs[i + 1].key());
    outcomes.back().set_exit(EXIT_REFUSED);
    outcomes.back().set_message(messages[i]);
  }
  ASSERT_TRUE(store.put(outcomes).ok());
  const auto causes = store.causes("study");
  ASSERT_TRUE(causes.ok()) << causes.error().message;
  ASSERT_EQ(causes->size(), 2u);
  EXPECT_EQ((*causes)[0].jobs, 2);
  EXPECT_EQ((*causes)[0].message, "a");
  EXPECT_EQ((*causes)[1].jobs, 1);
  EXPECT_EQ((*causes)[1].message, "c");
  EXPECT_TRUE(store.causes("none")->empty());
}

TEST_F(StoreFile, TakesTheLimitsOfTheLatestPlan) {
  Store store = open();
  ASSERT_TRUE(store.add_jobs(some_jobs(1, 1, 1000)).ok());
  ASSERT_TRUE(store.add_jobs(some_jobs(1, 2, 3000)).ok());
  const auto job = store.job(some_jobs(1)[0].key());
  EXPECT_EQ((*job)->seconds(), 2);
  EXPECT_EQ((*job)->memory(), 3000);
}

TEST_F(StoreFile, BringsPointsToTheNextRungAllOrNone) {
  Store store = open();
  const std::vector<Job> jobs = some_jobs(4);
  const std::vector<Job> first(jobs.begin(), jobs.begin() + 2);
  ASSERT_TRUE(store.add_jobs(first).ok());
  ASSERT_TRUE(store.set_points("study", points_of(first)).ok());
  ASSERT_TRUE(store.put(std::vector<Outcome>{done(jobs[0]), done(jobs[1])}).ok());
  // The same point twice is our own fault; nothing of it stays.
  EXPECT_FALSE(store
                   .promote("study", 1,
                            std::vector<std::pair<std::int64_t, Job>>{{0, jobs[2]}, {0, jobs[3]}})
                   .ok());
  EXPECT_EQ(store.counts("study")->rung, 0);
  EXPECT_EQ(store.missing("study", 0)->size(), 0u);
  ASSERT_TRUE(
      store.promote("study", 1, std::vector<std::pair<std::int64_t, Job>>{{1, jobs[3]}}).ok());
  EXPECT_EQ(store.counts("study")->rung, 1);
  EXPECT_EQ(store.counts("study")->jobs, 3);
  EXPECT_EQ((*store.missing("study", 0))[0].key(), jobs[3].key());
  EXPECT_THAT(rows_of(store, "study")[1], HasSubstr(jobs[3].key() + "  rung 1"));
}

TEST_F(StoreFile, RefusesPointsOfJobsItDoesNotHave) {
  Store store = open();
  EXPECT_FALSE(store.set_points("study", points_of(some_jobs(1))).ok());
  EXPECT_FALSE(store.put(std::vector<Outcome>{done(some_jobs(1)[0])}).ok());
  EXPECT_EQ(store.counts("study")->points, 0);
}

}  // namespace
}  // namespace weft::explore
