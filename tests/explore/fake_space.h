// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "explore/design_space.h"
#include "explore/job.pb.h"
#include "explore/store.h"
#include "explore/study.pb.h"

namespace weft::explore {

/// A design space whose tasks are numbers, their `sequence`; `work` says what becomes of one.
class FakeSpace : public DesignSpace {
 public:
  std::function<Result<Figures>(const Task&)> work = [](const Task& task) {
    return Result<Figures>(figures_of(task));
  };
  std::string version = "1";

  /// Figures that depend on the task alone; close looks move them a little.
  static Figures figures_of(const Task& task);

  Status check_path(const std::string&) const override { return {}; }
  Result<std::string> text_of(std::span<const Setting>, const std::string&) override {
    return std::string();
  }
  Result<Task> resolve(std::span<const Setting>) override { return Task(); }
  Result<Figures> evaluate(const Task& task) override { return work(task); }
  std::string program() const override { return version; }
};

/// A folder of this test alone, gone with it.
class TestFolder {
 public:
  TestFolder();
  ~TestFolder();
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Jobs 0 … count-1 of a FakeSpace, and a point for each.
std::vector<Job> some_jobs(int count, double seconds = 60, std::int64_t memory = 1 << 30);
std::vector<PlannedPoint> points_of(std::span<const Job> jobs);

/// With `rungs`: estimate, then timing, then sampled.
Study some_study(int rungs = 0);
/// The same, of these jobs, planned into `store`.
Study planned_study(Store& store, std::span<const Job> jobs, int rungs = 0);

/// All rows of a study in words, without what belongs to the host.
std::vector<std::string> rows_of(const Store& store, const std::string& study);

/// Runs `body` in a process of its own and gives what it ended with; 128 + the signal where one
/// ended it. Its own children are waited for too: none may outlive it by `seconds`.
int in_a_process(const std::function<int()>& body, double seconds = 20);

/// As a user who may not write everything; only root has to change for it.
class AsNobody {
 public:
  AsNobody();
  ~AsNobody();
  AsNobody(const AsNobody&) = delete;
  AsNobody& operator=(const AsNobody&) = delete;
};

}  // namespace weft::explore
