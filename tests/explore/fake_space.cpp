// SPDX-License-Identifier: Apache-2.0
#include "tests/explore/fake_space.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <thread>

#include "explore/job_key.h"

namespace weft::explore {
namespace {

constexpr uid_t kNobody = 65534;
constexpr Fidelity kOrder[] = {FIDELITY_ESTIMATE, FIDELITY_TIMING, FIDELITY_SAMPLED};

}  // namespace

Figures FakeSpace::figures_of(const Task& task) {
  const double x = task.sequence();
  const double closer = 0.001 * static_cast<double>(task.fidelity());
  return {{"tokens_per_second", 1000 + 37 * static_cast<int>(x * 7 + 3) % 101 + closer},
          {"energy_per_token", 1 / (1 + x) + closer},
          {"cycles", x * x}};
}

TestFolder::TestFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "weft-explore-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw std::runtime_error("no temporary folder");
  }
  path_ = name;
}

TestFolder::~TestFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::vector<Job> some_jobs(int count, double seconds, std::int64_t memory) {
  std::vector<Job> jobs(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    Job& job = jobs[static_cast<std::size_t>(i)];
    job.mutable_task()->set_sequence(i);
    job.set_key(job_key(job.task(), "1"));
    job.set_seconds(seconds);
    job.set_memory(memory);
  }
  return jobs;
}

std::vector<PlannedPoint> points_of(std::span<const Job> jobs) {
  std::vector<PlannedPoint> points;
  for (const Job& job : jobs) {
    PlannedPoint point;
    point.index = static_cast<std::int64_t>(points.size());
    point.values = {std::to_string(job.task().sequence()), "48 \"KiB\""};
    point.key = job.key();
    points.push_back(point);
  }
  return points;
}

Study some_study(int rungs) {
  Study study;
  study.set_name("study");
  study.mutable_limits()->set_seconds(60);
  study.mutable_limits()->set_memory(1 << 30);
  for (const char* metric : {"tokens_per_second", "energy_per_token"}) {
    study.add_objectives()->set_metric(metric);
  }
  for (int i = 0; i < rungs; ++i) {
    Rung& rung = *study.mutable_sampling()->add_rungs();
    rung.set_fidelity(kOrder[i]);
    rung.set_keep(0.5);
  }
  return study;
}

Study planned_study(Store& store, std::span<const Job> jobs, int rungs) {
  const Study study = some_study(rungs);
  std::vector<Job> first(jobs.begin(), jobs.end());
  for (Job& job : first) {
    job.mutable_task()->set_fidelity(rungs > 0 ? kOrder[0] : FIDELITY_TIMING);
    job.set_key(job_key(job.task(), "1"));
  }
  EXPECT_TRUE(store.add_jobs(first).ok());
  EXPECT_TRUE(store.set_points(study.name(), points_of(first)).ok());
  return study;
}

std::vector<std::string> rows_of(const Store& store, const std::string& study) {
  std::vector<std::string> rows;
  const auto add = [&](const PlannedPoint& point, const Outcome* outcome) {
    std::string row =
        fmt::format("{} [{}] {} {} rung {}", point.index, fmt::join(point.values, ", "), point.key,
                    point.refusal, point.rung);
    if (outcome != nullptr) {
      const Figures figures(outcome->figures().begin(), outcome->figures().end());
      row += fmt::format(": {} '{}' '{}'", Exit_Name(outcome->exit()), outcome->message(),
                         outcome->log());
      for (const auto& [metric, value] : figures) {
        row += fmt::format(" {}={}", metric, value);
      }
    }
    rows.push_back(row);
  };
  const Status status = store.each_row(study, add);
  EXPECT_TRUE(status.ok()) << (status.ok() ? "" : status.error().message);
  return rows;
}

int in_a_process(const std::function<int()>& body, double seconds) {
  // Orphans come to this process, so that they can be waited for.
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  const pid_t child = ::fork();
  if (child == 0) {
    ::_exit(body());
  }
  int ended = 0;
  ::waitpid(child, &ended, 0);
  const auto until = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  for (;;) {
    int status = 0;
    const pid_t orphan = ::waitpid(-1, &status, WNOHANG);
    if (orphan < 0) {
      break;
    }
    if (orphan == 0) {
      if (std::chrono::steady_clock::now() > until) {
        ADD_FAILURE() << "a process outlived the one that started it";
        break;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }
  return WIFEXITED(ended) ? WEXITSTATUS(ended) : 128 + WTERMSIG(ended);
}

AsNobody::AsNobody() {
  if (::geteuid() == 0 && ::seteuid(kNobody) != 0) {
    throw std::runtime_error("cannot become another user");
  }
}

AsNobody::~AsNobody() {
  if (::getuid() == 0) {
    (void)!::seteuid(0);
  }
}

}  // namespace weft::explore
