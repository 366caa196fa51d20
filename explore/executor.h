// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "base/result.h"
#include "explore/design_space.h"
#include "explore/job.pb.h"

namespace weft::explore {

/// How far an executor is with the jobs it was given.
struct ExecutorProgress {
  std::int64_t jobs = 0, ended = 0, failed = 0;
  int running = 0;
  double jobs_per_second = 0;
  double seconds_left = 0;  ///< 0 while nothing is known
};

struct LocalOptions {
  int workers = 0;   ///< processes; 0: as many as the host has processors
  int attempts = 3;  ///< of a job whose process was killed from outside
  std::function<bool()> stop = {};
  std::function<void(const ExecutorProgress&)> progress = {};
};

/// Jobs that come one by one: what a driver holds, each process it forks has to copy.
struct JobStream {
  std::int64_t jobs = 0;
  std::function<Result<Job>()> next;  ///< called so often
};

/// Runs each job in a process of its own, forked from this one, which must have no other threads;
/// nothing a job does reaches another. A job that takes more than its time or memory, crashes or is
/// killed has an outcome that says so. Each outcome goes to `sink` as it comes; an error of `sink`,
/// or `stop`, ends the jobs that run, without outcomes.
Status run_local(const JobStream& jobs, DesignSpace& space, const LocalOptions& options,
                 const std::function<Status(const Outcome&)>& sink);
Status run_local(std::span<const Job> jobs, DesignSpace& space, const LocalOptions& options,
                 const std::function<Status(const Outcome&)>& sink);

}  // namespace weft::explore
