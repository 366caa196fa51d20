// SPDX-License-Identifier: Apache-2.0
// Stands for `weft sweep task` in tests of the cluster: explore_task MARKS BATCH --task N. In MARKS
// a file `fail`, `hang` or `slow` says what tasks do.
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "explore/batch.h"
#include "tests/explore/slurm_work.h"

int main(int count, char** words) {
  using namespace weft::explore;
  if (count != 5) {
    return 2;
  }
  const std::filesystem::path marks = words[1];
  const int task = std::atoi(words[4]);
  FakeSpace space;
  space.work = [&](const Task& what) { return slurm_work(what, exists(marks / "slow")); };
  LocalOptions options;
  options.progress = [&](const ExecutorProgress& progress) {
    if (progress.ended == 1 && task == 1 && exists(marks / "fail")) {
      std::exit(3);
    }
    if (progress.ended == 1 && task == 2 && exists(marks / "hang")) {
      ::signal(SIGTERM, SIG_IGN);
      for (;;) {
        ::pause();
      }
    }
  };
  const auto report = run_task(words[2], task, space, options);
  if (!report) {
    std::fprintf(stderr, "%s\n", report.error().message.c_str());
    return static_cast<int>(report.error().kind);
  }
  return 0;
}
