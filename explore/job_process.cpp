// SPDX-License-Identifier: Apache-2.0
#include "explore/job_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/text.h"
#include "explore/job_child.h"
#include "explore/record.h"
#include "explore/utf8.h"

namespace weft::explore {
namespace {

constexpr std::size_t kMostLog = 4096;

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

/// Both ends of a pipe, closed at the end unless taken.
struct Pipe {
  int ends[2] = {-1, -1};
  ~Pipe() {
    for (const int end : ends) {
      if (end >= 0) {
        ::close(end);
      }
    }
  }
  bool make() { return ::pipe2(ends, O_CLOEXEC) == 0; }
  int take_reader() {
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
    return std::exchange(ends[0], -1);
  }
};

/// Appends what is there; closes the pipe at its end.
void drain(int& pipe, std::string& into, std::size_t most) {
  char block[1 << 14];
  while (pipe >= 0) {
    const ssize_t count = ::read(pipe, block, sizeof block);
    if (count > 0) {
      into.append(block, static_cast<std::size_t>(count));
      into.erase(0, into.size() > most ? into.size() - most : 0);
    } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
      ::close(pipe);
      pipe = -1;
    } else if (errno == EAGAIN) {
      return;
    }
  }
}

}  // namespace

Result<JobProcess> JobProcess::start(const Job& job, DesignSpace& space) {
  Pipe result, log;
  const bool piped = result.make() && log.make();
  const pid_t driver = ::getpid();
  const pid_t process = piped ? ::fork() : -1;
  if (process < 0) {
    return io_error(
        fmt::format("cannot start a process for a job: {}; use fewer workers, or raise "
                    "the limits on processes and open files (ulimit -u, -n)",
                    std::generic_category().message(errno)));
  }
  if (process == 0) {
    be_the_job(job, space, result.ends[1], log.ends[1], driver);
  }
  JobProcess started;
  started.key_ = job.key();
  started.seconds_ = job.seconds();
  started.process_ = process;
  started.result_ = result.take_reader();
  started.log_ = log.take_reader();
  started.began_ = Clock::now();
  started.deadline_ = started.began_ + std::chrono::duration_cast<Clock::duration>(
                                           std::chrono::duration<double>(job.seconds()));
  return started;
}

JobProcess::JobProcess(JobProcess&& other) noexcept { *this = std::move(other); }

JobProcess& JobProcess::operator=(JobProcess&& other) noexcept {
  std::swap(key_, other.key_);
  std::swap(seconds_, other.seconds_);
  std::swap(process_, other.process_);
  std::swap(result_, other.result_);
  std::swap(log_, other.log_);
  std::swap(began_, other.began_);
  std::swap(deadline_, other.deadline_);
  std::swap(expired_, other.expired_);
  std::swap(killed_from_outside_, other.killed_from_outside_);
  std::swap(answer_, other.answer_);
  std::swap(said_, other.said_);
  return *this;
}

JobProcess::~JobProcess() {
  if (process_ > 0) {
    ::kill(process_, SIGKILL);
    while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  close_pipes();
}

void JobProcess::close_pipes() {
  for (int* pipe : {&result_, &log_}) {
    if (*pipe >= 0) {
      ::close(std::exchange(*pipe, -1));
    }
  }
}

void JobProcess::read() {
  drain(result_, answer_, answer_.max_size());
  drain(log_, said_, kMostLog);
}

void JobProcess::expire() {
  if (!expired_) {
    expired_ = true;
    ::kill(process_, SIGKILL);
  }
}

std::optional<Outcome> JobProcess::ended() {
  int status = 0;
  rusage usage = {};
  const pid_t found = ::wait4(process_, &status, WNOHANG, &usage);
  if (found == 0 || (found < 0 && errno == EINTR)) {
    return std::nullopt;
  }
  process_ = -1;
  read();
  close_pipes();
  const int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  Outcome outcome = outcome_of(status);
  killed_from_outside_ = outcome.exit() == EXIT_CRASHED &&
                         (signal == SIGKILL || signal == SIGTERM || signal == SIGHUP);
  outcome.set_key(key_);
  outcome.set_log(valid_utf8(said_));
  outcome.set_wall_seconds(std::chrono::duration<double>(Clock::now() - began_).count());
  outcome.set_cpu_seconds(seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime));
  outcome.set_peak_bytes(std::int64_t{usage.ru_maxrss} * 1024);
  return outcome;
}

Outcome JobProcess::outcome_of(int status) const {
  Outcome outcome;
  std::string_view answer = answer_;
  const auto record = take_record(answer);
  if (record && outcome.ParseFromArray(record->data(), static_cast<int>(record->size()))) {
    return outcome;
  }
  outcome.Clear();
  const int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  if (expired_ || signal == SIGXCPU) {
    outcome.set_exit(EXIT_OUT_OF_TIME);
    outcome.set_message(fmt::format("takes longer than its limit of {:g} s", seconds_));
  } else if (signal == SIGABRT && said_.find("std::bad_alloc") != std::string::npos) {
    outcome.set_exit(EXIT_OUT_OF_MEMORY);
    outcome.set_message("needs more memory than its limit");
  } else if (signal != 0) {
    outcome.set_exit(EXIT_CRASHED);
    outcome.set_message(fmt::format("ended by signal {} ({})", signal, ::strsignal(signal)));
  } else {
    outcome.set_exit(EXIT_CRASHED);
    outcome.set_message(fmt::format("ended with exit code {} and without an answer",
                                    WIFEXITED(status) ? WEXITSTATUS(status) : -1));
  }
  return outcome;
}

}  // namespace weft::explore
