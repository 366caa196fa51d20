// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <deque>
#include <thread>

#include "explore/executor.h"
#include "explore/job_process.h"

namespace weft::explore {
namespace {

using Clock = JobProcess::Clock;

constexpr int kLongestWaitMilliseconds = 50;  ///< until `stop` is asked again

/// The processes of a run_local and what they have still to do.
class Pool {
 public:
  Pool(const JobStream& jobs, DesignSpace& space, const LocalOptions& options,
       const std::function<Status(const Outcome&)>& sink)
      : jobs_(jobs), space_(space), options_(options), sink_(sink) {
    progress_.jobs = jobs.jobs;
  }

  Status run() {
    const auto workers = static_cast<std::size_t>(
        options_.workers > 0 ? options_.workers
                             : std::max(1, static_cast<int>(std::thread::hardware_concurrency())));
    while (taken_ < jobs_.jobs || !again_.empty() || !running_.empty()) {
      while (running_.size() < workers && (taken_ < jobs_.jobs || !again_.empty())) {
        if (stopped()) {
          return {};
        }
        WEFT_ASSIGN(const bool started, start());
        if (!started) {
          break;
        }
      }
      wait();
      if (stopped()) {
        return {};
      }
      WEFT_TRY(collect());
      report();
    }
    return {};
  }

 private:
  struct Attempt {
    Job job;
    int number = 1;
  };
  struct Running {
    Attempt attempt;
    JobProcess process;
  };

  bool stopped() const { return options_.stop && options_.stop(); }

  /// Whether it could.
  Result<bool> start() {
    if (again_.empty()) {
      WEFT_ASSIGN(Job job, jobs_.next());
      ++taken_;
      again_.push_back({std::move(job), 1});
    }
    auto process = JobProcess::start(again_.front().job, space_);
    if (!process) {
      // Of a host that is short of processes those that run will give some back.
      return running_.empty() ? Result<bool>(process.error()) : Result<bool>(false);
    }
    running_.push_back({std::move(again_.front()), std::move(*process)});
    again_.pop_front();
    return true;
  }

  /// Until a job says or ends something, one's time is up, or a while has passed.
  void wait() {
    pipes_.clear();
    auto until = Clock::now() + std::chrono::milliseconds(kLongestWaitMilliseconds);
    for (Running& job : running_) {
      until = std::min(until, job.process.deadline());
      for (const int pipe : {job.process.result_pipe(), job.process.log_pipe()}) {
        if (pipe >= 0) {
          pipes_.push_back({pipe, POLLIN, 0});
        }
      }
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    // Where both pipes are closed the process is about to end: then the wait is short.
    const bool ending = std::ranges::any_of(running_, [](const Running& job) {
      return job.process.result_pipe() < 0 && job.process.log_pipe() < 0;
    });
    const int most = ending ? 1 : static_cast<int>(std::max<std::int64_t>(left, 0));
    ::poll(pipes_.data(), pipes_.size(), most);
    const auto now = Clock::now();
    for (Running& job : running_) {
      job.process.read();
      if (now >= job.process.deadline()) {
        job.process.expire();
      }
    }
  }

  Status collect() {
    for (std::size_t i = 0; i < running_.size();) {
      auto outcome = running_[i].process.ended();
      if (!outcome) {
        ++i;
        continue;
      }
      Attempt done = std::move(running_[i].attempt);
      const bool killed = running_[i].process.killed_from_outside();
      std::swap(running_[i], running_.back());
      running_.pop_back();
      if (killed && stopped()) {
        return {};
      }
      if (killed && done.number < options_.attempts) {
        again_.push_back({std::move(done.job), done.number + 1});
        continue;
      }
      if (killed) {
        outcome->set_message(
            fmt::format("{} from outside, as by a host that runs out of memory; attempts: {}",
                        outcome->message(), done.number));
      }
      ++progress_.ended;
      progress_.failed += outcome->exit() != EXIT_DONE ? 1 : 0;
      WEFT_TRY(sink_(*outcome));
    }
    return {};
  }

  void report() {
    if (!options_.progress) {
      return;
    }
    const double seconds = std::chrono::duration<double>(Clock::now() - began_).count();
    progress_.running = static_cast<int>(running_.size());
    if (progress_.ended > 0 && seconds > 0) {
      progress_.jobs_per_second = static_cast<double>(progress_.ended) / seconds;
      progress_.seconds_left =
          static_cast<double>(progress_.jobs - progress_.ended) / progress_.jobs_per_second;
    }
    options_.progress(progress_);
  }

  const JobStream& jobs_;
  DesignSpace& space_;
  const LocalOptions& options_;
  const std::function<Status(const Outcome&)>& sink_;
  Clock::time_point began_ = Clock::now();
  std::int64_t taken_ = 0;
  std::deque<Attempt> again_;  ///< before others: taken, and not running
  std::vector<Running> running_;
  std::vector<pollfd> pipes_;
  ExecutorProgress progress_;
};

}  // namespace

Status run_local(const JobStream& jobs, DesignSpace& space, const LocalOptions& options,
                 const std::function<Status(const Outcome&)>& sink) {
  return Pool(jobs, space, options, sink).run();
}

Status run_local(std::span<const Job> jobs, DesignSpace& space, const LocalOptions& options,
                 const std::function<Status(const Outcome&)>& sink) {
  std::size_t next = 0;
  const JobStream stream{std::ssize(jobs), [&] { return Result<Job>(jobs[next++]); }};
  return run_local(stream, space, options, sink);
}

}  // namespace weft::explore
