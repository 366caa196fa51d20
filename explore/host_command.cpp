// SPDX-License-Identifier: Apache-2.0
#include "explore/host_command.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

extern char** environ;

namespace weft::explore {
namespace {

/// Both to their ends, in whatever order they come.
void read_both(int out, int err, CommandOutput* output) {
  pollfd pipes[] = {{out, POLLIN, 0}, {err, POLLIN, 0}};
  std::string* texts[] = {&output->out, &output->err};
  while (pipes[0].fd >= 0 || pipes[1].fd >= 0) {
    if (::poll(pipes, 2, -1) < 0 && errno != EINTR) {
      return;
    }
    for (int i = 0; i < 2; ++i) {
      char block[4096];
      if (pipes[i].fd < 0 || pipes[i].revents == 0) {
        continue;
      }
      const ssize_t count = ::read(pipes[i].fd, block, sizeof block);
      if (count > 0) {
        texts[i]->append(block, static_cast<std::size_t>(count));
      } else if (count == 0 || errno != EINTR) {
        pipes[i].fd = -1;
      }
    }
  }
}

}  // namespace

Result<CommandOutput> run_command(const std::vector<std::string>& words) {
  std::vector<std::string> copies = words;
  std::vector<char*> pointers;
  for (std::string& word : copies) {
    pointers.push_back(word.data());
  }
  pointers.push_back(nullptr);
  int out[2] = {-1, -1}, err[2] = {-1, -1};
  pid_t process = -1;
  int fault = ::pipe2(out, O_CLOEXEC) != 0 || ::pipe2(err, O_CLOEXEC) != 0 ? errno : 0;
  if (fault == 0) {
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, err[1], STDERR_FILENO);
    fault = ::posix_spawnp(&process, pointers[0], &actions, nullptr, pointers.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
  }
  for (const int end : {out[1], err[1]}) {
    if (end >= 0) {
      ::close(end);
    }
  }
  CommandOutput output;
  int status = 0;
  if (fault == 0) {
    read_both(out[0], err[0], &output);
    while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
    }
  }
  for (const int end : {out[0], err[0]}) {
    if (end >= 0) {
      ::close(end);
    }
  }
  if (fault != 0) {
    return io_error(fmt::format("cannot run '{}': {}; is it installed on this host?", words[0],
                                std::generic_category().message(fault)));
  }
  output.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return output;
}

}  // namespace weft::explore
