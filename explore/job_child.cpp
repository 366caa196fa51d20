// SPDX-License-Identifier: Apache-2.0
#include "explore/job_child.h"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmath>
#include <csignal>
#include <cstdio>
#include <exception>
#include <fstream>
#include <new>
#include <system_error>
#include <thread>

#include "base/text.h"
#include "explore/record.h"

namespace weft::explore {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kLimitMemory = false;  // sanitizers map terabytes
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kLimitMemory = false;
#else
constexpr bool kLimitMemory = true;
#endif
#else
constexpr bool kLimitMemory = true;
#endif

/// Only the soft limit, so that there is room again to say that there was none.
void set_soft_limit(int resource, double value) {
  rlimit limit = {};
  if (::getrlimit(static_cast<__rlimit_resource>(resource), &limit) == 0) {
    const auto most = static_cast<double>(limit.rlim_max);
    limit.rlim_cur = value < most ? static_cast<rlim_t>(value) : limit.rlim_max;
    ::setrlimit(static_cast<__rlimit_resource>(resource), &limit);
  }
}

/// Memory this process can write to, which it has from the driver.
double writable_bytes() {
  std::ifstream sizes("/proc/self/statm");
  double pages[6] = {};
  for (double& page : pages) {
    sizes >> page;
  }
  return pages[5] * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

void set_limits(const Job& job) {
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  // The driver watches the clock; this ends a job whose driver is held.
  const double processors = std::max(1U, std::thread::hardware_concurrency());
  set_soft_limit(RLIMIT_CPU, std::ceil(job.seconds() * processors) + 10);
  if (kLimitMemory) {
    // Of what can be written: weights that are mapped from files are not a job's memory.
    set_soft_limit(RLIMIT_DATA, writable_bytes() + static_cast<double>(job.memory()));
  }
}

void evaluate(const Job& job, DesignSpace& space, Outcome* outcome) {
  auto figures = space.evaluate(job.task());
  if (figures) {
    outcome->set_exit(EXIT_DONE);
    outcome->mutable_figures()->insert(figures->begin(), figures->end());
  } else {
    outcome->set_exit(figures.error().kind == ErrorKind::input ? EXIT_REFUSED : EXIT_FAILED);
    outcome->set_message(figures.error().message);
  }
}

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

Outcome outcome_of(const Job& job, DesignSpace& space) {
  Outcome outcome;
  const auto out_of_memory = [&] {
    set_soft_limit(RLIMIT_DATA, INFINITY);
    outcome.set_exit(EXIT_OUT_OF_MEMORY);
    outcome.set_message("needs more memory than its limit of " + human_bytes(job.memory()));
  };
  try {
    evaluate(job, space, &outcome);
  } catch (const std::bad_alloc&) {
    out_of_memory();
  } catch (const std::system_error& fault) {
    // A thread that has no memory for its stack.
    if (fault.code() == std::errc::resource_unavailable_try_again) {
      out_of_memory();
    } else {
      outcome.set_exit(EXIT_CRASHED);
      outcome.set_message(fmt::format("ended by an exception: {}", fault.what()));
    }
  } catch (const std::exception& fault) {
    const std::string what = one_line(fault.what());
    if (what.find("std::bad_alloc") != std::string::npos) {  // as SystemC hands it on
      out_of_memory();
    } else {
      outcome.set_exit(EXIT_CRASHED);
      outcome.set_message("ended by an exception: " + what);
    }
  }
  return outcome;
}

}  // namespace

void be_the_job(const Job& job, DesignSpace& space, int result, int log, pid_t driver) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != driver) {
    ::_exit(1);
  }
  // A key of the terminal is for the driver.
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGTERM, SIG_DFL);
  ::dup2(log, STDERR_FILENO);
  ::dup2(log, STDOUT_FILENO);
  set_limits(job);
  const std::string record = record_of(outcome_of(job, space).SerializeAsString());
  std::fflush(stderr);
  for (std::size_t at = 0; at < record.size();) {
    const ssize_t count = ::write(result, record.data() + at, record.size() - at);
    if (count < 0 && errno != EINTR) {
      ::_exit(1);
    }
    at += count > 0 ? static_cast<std::size_t>(count) : 0;
  }
  ::_exit(0);
}

}  // namespace weft::explore
