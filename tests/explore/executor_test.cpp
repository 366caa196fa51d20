// SPDX-License-Identifier: Apache-2.0
#include "explore/executor.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <thread>

#include "tests/explore/fake_space.h"

namespace weft::explore {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

#ifdef WEFT_SANITIZED
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

/// Outcomes by the number of the task.
std::map<int, Outcome> run(std::span<const Job> jobs, FakeSpace& space, LocalOptions options = {}) {
  std::map<std::string, int> numbers;
  for (const Job& job : jobs) {
    numbers[job.key()] = job.task().sequence();
  }
  std::map<int, Outcome> outcomes;
  options.workers = options.workers > 0 ? options.workers : 2;
  const Status status = run_local(jobs, space, options, [&](const Outcome& outcome) {
    EXPECT_TRUE(outcomes.emplace(numbers.at(outcome.key()), outcome).second);
    return Status();
  });
  EXPECT_TRUE(status.ok()) << (status.ok() ? "" : status.error().message);
  return outcomes;
}

void sleep_seconds(double seconds) {
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

TEST(LocalExecutor, GivesTheFiguresOfEveryJobAndWhatTheyTook) {
  FakeSpace space;
  const std::vector<Job> jobs = some_jobs(40);
  ExecutorProgress last;
  LocalOptions options{.workers = 3};
  options.progress = [&](const ExecutorProgress& progress) { last = progress; };
  const auto outcomes = run(jobs, space, options);
  ASSERT_EQ(outcomes.size(), jobs.size());
  for (const auto& [number, outcome] : outcomes) {
    const Figures figures(outcome.figures().begin(), outcome.figures().end());
    EXPECT_EQ(figures, FakeSpace::figures_of(jobs[static_cast<std::size_t>(number)].task()));
    EXPECT_EQ(outcome.exit(), EXIT_DONE);
    EXPECT_GT(outcome.wall_seconds(), 0);
    EXPECT_GT(outcome.peak_bytes(), 100'000);
  }
  EXPECT_EQ(last.ended, 40);
  EXPECT_EQ(last.failed, 0);
  EXPECT_EQ(last.running, 0);
  EXPECT_GT(last.jobs_per_second, 0);
  EXPECT_EQ(last.seconds_left, 0);
}

TEST(LocalExecutor, SaysHowEachJobEndedAndRunsTheOthers) {
  FakeSpace space;
  space.work = [](const Task& task) -> Result<Figures> {
    switch (task.sequence()) {
      case 0:
        return input_error("does not fit");
      case 1:
        return failed_error("deadlock in cycle 7");
      case 2:
        ::signal(SIGSEGV, SIG_DFL);
        ::raise(SIGSEGV);
        break;
      case 3:
        ::_exit(9);
      case 4:
        throw std::runtime_error("nobody catches this");
      case 5:
        sleep_seconds(1000);
        break;
      case 6:
        for (std::string all = "x";; all += all) {
          if (all.size() > (std::size_t{1} << 40)) {
            break;
          }
        }
        break;
      case 7:
        ::signal(SIGABRT, SIG_DFL);
        std::abort();
      case 8:
        // Closes what it should write to, and goes on.
        for (int i = 1; i < 100; ++i) {
          ::close(i);
        }
        break;
      default:
        break;
    }
    return FakeSpace::figures_of(task);
  };
  std::vector<Job> jobs = some_jobs(10, 60, 64 << 20);
  jobs[5].set_seconds(0.2);
  if (kSanitized) {
    jobs.erase(jobs.begin() + 6);
  }
  const auto outcomes = run(jobs, space);
  const std::map<int, std::pair<Exit, std::string>> expected = {
      {0, {EXIT_REFUSED, "does not fit"}},
      {1, {EXIT_FAILED, "deadlock in cycle 7"}},
      {2, {EXIT_CRASHED, "ended by signal 11 (Segmentation fault)"}},
      {3, {EXIT_CRASHED, "ended with exit code 9 and without an answer"}},
      {4, {EXIT_CRASHED, "ended by an exception: nobody catches this"}},
      {5, {EXIT_OUT_OF_TIME, "takes longer than its limit of 0.2 s"}},
      {6, {EXIT_OUT_OF_MEMORY, "needs more memory than its limit of 64.0 MiB"}},
      {7, {EXIT_CRASHED, "ended by signal 6 (Aborted)"}},
      {8, {EXIT_CRASHED, "ended with exit code 1 and without an answer"}},
      {9, {EXIT_DONE, ""}},
  };
  for (const auto& [number, outcome] : outcomes) {
    EXPECT_EQ(outcome.exit(), expected.at(number).first) << number << " " << outcome.message();
    EXPECT_EQ(outcome.message(), expected.at(number).second) << number;
    EXPECT_EQ(outcome.figures().empty(), outcome.exit() != EXIT_DONE) << number;
  }
  EXPECT_EQ(outcomes.size(), jobs.size());
}

TEST(LocalExecutor, AnAllocationThatFailsWhereNothingMayThrowIsOutOfMemoryToo) {
  if (kSanitized) {
    GTEST_SKIP() << "sanitizers map terabytes; memory is not limited there";
  }
  FakeSpace space;
  space.work = [](const Task& task) -> Result<Figures> {
    const auto all = [&]() noexcept { return std::string(std::size_t{1} << 33, 'x').size(); };
    return Figures{{"cycles", static_cast<double>(all()) + task.sequence()}};
  };
  const auto outcomes = run(some_jobs(1), space);
  EXPECT_EQ(outcomes.at(0).exit(), EXIT_OUT_OF_MEMORY) << outcomes.at(0).message();
}

TEST(LocalExecutor, ALimitIsOfTheJobNotOfTheDriver) {
  FakeSpace space;
  const std::string held(200 << 20, 'x');
  space.work = [&](const Task& task) -> Result<Figures> {
    const std::string some(8 << 20, static_cast<char>(task.sequence()));
    return Figures{{"cycles", some.back() + held.back()}};
  };
  EXPECT_EQ(run(some_jobs(1, 60, 32 << 20), space).at(0).exit(), EXIT_DONE);
}

TEST(LocalExecutor, KeepsTheEndOfWhatAJobWroteAsText) {
  FakeSpace space;
  space.work = [](const Task& task) -> Result<Figures> {
    if (task.sequence() == 0) {
      for (int i = 0; i < 30'000; ++i) {
        std::fprintf(stderr, "line %d \xC3\xA4\n", i);
      }
      std::fprintf(stderr, "cut \xC3");
      return failed_error("no");
    }
    std::fprintf(stderr, "before the end");
    ::raise(SIGKILL);
    return Figures();
  };
  const auto outcomes = run(some_jobs(2), space, {.workers = 2, .attempts = 1});
  EXPECT_LE(outcomes.at(0).log().size(), 4096u);
  EXPECT_THAT(outcomes.at(0).log(), EndsWith("line 29999 \xC3\xA4\ncut ?"));
  EXPECT_TRUE(Outcome().ParseFromString(outcomes.at(0).SerializeAsString()));
  EXPECT_EQ(outcomes.at(1).log(), "before the end");
}

TEST(LocalExecutor, TriesAJobAgainThatSomebodyElseKilled) {
  TestFolder folder;
  FakeSpace space;
  space.work = [&](const Task& task) -> Result<Figures> {
    std::ofstream tries(folder / std::to_string(task.sequence()), std::ios::app);
    tries << "x" << std::flush;
    if (task.sequence() == 0 ||
        std::filesystem::file_size(folder / std::to_string(task.sequence())) < 3) {
      ::raise(SIGKILL);
    }
    return FakeSpace::figures_of(task);
  };
  const auto outcomes = run(some_jobs(2), space, {.workers = 1, .attempts = 3});
  EXPECT_EQ(outcomes.at(1).exit(), EXIT_DONE);
  EXPECT_EQ(outcomes.at(0).exit(), EXIT_CRASHED);
  EXPECT_EQ(outcomes.at(0).message(),
            "ended by signal 9 (Killed) from outside, as by a host that runs out of memory; "
            "attempts: 3");
}

TEST(LocalExecutor, EndsItsProcessesWhenItIsStoppedOrItsSinkFails) {
  FakeSpace space;
  TestFolder folder;
  space.work = [&](const Task& task) -> Result<Figures> {
    std::ofstream(folder / std::to_string(::getpid())) << task.sequence();
    if (task.sequence() != 1) {
      sleep_seconds(1000);
    }
    return FakeSpace::figures_of(task);
  };
  const std::vector<Job> jobs = some_jobs(8);
  const int stopped = in_a_process(
      [&] {
        LocalOptions options{.workers = 4};
        options.stop = [&] {
          return std::distance(std::filesystem::directory_iterator(folder.path()), {}) > 4;
        };
        int came = 0;
        const Status status = run_local(jobs, space, options, [&](const Outcome&) {
          ++came;
          return Status();
        });
        return status.ok() && came == 1 ? 0 : 1;
      },
      5);
  EXPECT_EQ(stopped, 0);
  const int failed = in_a_process(
      [&] {
        const Status status = run_local(jobs, space, {.workers = 4}, [](const Outcome&) {
          return Status(io_error("the sink is full"));
        });
        return !status.ok() && status.error().message == "the sink is full" ? 0 : 1;
      },
      5);
  EXPECT_EQ(failed, 0);
}

TEST(LocalExecutor, NoJobOutlivesADriverThatWasKilled) {
  FakeSpace space;
  space.work = [&](const Task& task) -> Result<Figures> {
    if (task.sequence() == 3) {
      ::kill(::getppid(), SIGKILL);
    }
    sleep_seconds(1000);
    return Figures();
  };
  const int code = in_a_process(
      [&] {
        (void)run_local(some_jobs(4), space, {.workers = 4},
                        [](const Outcome&) { return Status(); });
        return 0;
      },
      5);
  EXPECT_EQ(code, 128 + SIGKILL);
}

TEST(LocalExecutor, AHostWithoutProcessesIsAnErrorThatSaysWhatToDo) {
#ifdef WEFT_SANITIZED
  GTEST_SKIP() << "the sanitizer looks at memory through pipes, which this test takes from it";
#endif
  FakeSpace space;
  const int code = in_a_process([&] {
    const rlimit few{0, 0};
    const int most = ::open("/dev/null", O_RDONLY);
    const rlimit files{static_cast<rlim_t>(most), static_cast<rlim_t>(most)};
    ::setrlimit(RLIMIT_NPROC, &few);
    ::setrlimit(RLIMIT_NOFILE, &files);
    const Status status =
        run_local(some_jobs(1), space, {.workers = 1}, [](const Outcome&) { return Status(); });
    return !status.ok() && status.error().message.find("use fewer workers") != std::string::npos
               ? 0
               : 1;
  });
  EXPECT_EQ(code, 0);
}

}  // namespace
}  // namespace weft::explore
