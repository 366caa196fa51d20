// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>

#include "base/result.h"
#include "explore/design_space.h"
#include "explore/job.pb.h"

namespace weft::explore {

/// A job in a process of its own, forked from this one. It ends when this process does, whatever
/// ends that. Its memory is limited from within, its time by `expire`.
class JobProcess {
 public:
  using Clock = std::chrono::steady_clock;

  static Result<JobProcess> start(const Job& job, DesignSpace& space);
  JobProcess(JobProcess&& other) noexcept;
  JobProcess& operator=(JobProcess&& other) noexcept;
  /// Kills it where it still runs.
  ~JobProcess();

  /// Become readable when there is something to read, and when it ended; -1: nothing more comes.
  int result_pipe() const { return result_; }
  int log_pipe() const { return log_; }
  Clock::time_point deadline() const { return deadline_; }

  /// Takes what the pipes hold, so that it does not wait for room in them.
  void read();
  /// Kills it because its time is up.
  void expire();
  /// What came of it, once it has ended; nothing while it runs.
  std::optional<Outcome> ended();
  /// Whether a signal of somebody else ended it.
  bool killed_from_outside() const { return killed_from_outside_; }

 private:
  JobProcess() = default;
  Outcome outcome_of(int status) const;
  void close_pipes();

  std::string key_;
  double seconds_ = 0;
  pid_t process_ = -1;
  int result_ = -1, log_ = -1;
  Clock::time_point began_, deadline_;
  bool expired_ = false, killed_from_outside_ = false;
  std::string answer_, said_;
};

}  // namespace weft::explore
