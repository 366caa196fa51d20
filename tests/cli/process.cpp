// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace weft::cli {
namespace {

namespace fs = std::filesystem;

std::string content(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

/// Becomes the program; only between fork and exec.
[[noreturn]] void become(const fs::path& folder, const fs::path& out, const fs::path& err,
                         std::vector<char*>& words) {
  const int to = ::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const int errors = ::open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (to >= 0 && errors >= 0 && ::dup2(to, 1) >= 0 && ::dup2(errors, 2) >= 0 &&
      ::chdir(folder.c_str()) == 0) {
    ::execv(WEFT_BINARY, words.data());
  }
  ::_exit(127);
}

}  // namespace

std::vector<std::string> Outcome::error_lines() const {
  std::vector<std::string> lines;
  std::istringstream text(err);
  for (std::string line; std::getline(text, line);) {
    lines.push_back(line);
  }
  return lines;
}

Workplace::Workplace() {
  std::string name = (fs::temp_directory_path() / "weft-cli-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw std::runtime_error("no temporary folder");
  }
  folder_ = name;
  fs::create_directory(folder_ / "here");
  fs::create_directory_symlink(fs::path(WEFT_SOURCE_DIR) / "models", folder_ / "here" / "models");
  folder_ /= "here";
}

Workplace::~Workplace() {
  std::error_code ignored;
  fs::remove_all(folder_.parent_path(), ignored);
}

Outcome Workplace::weft(const std::vector<std::string>& words, const std::string& out) const {
  return run(words, out, {});
}

Outcome Workplace::weft_interrupted(const std::vector<std::string>& words, double seconds) const {
  return run(words, "", {.interrupt = seconds, .memory = 0});
}

Outcome Workplace::weft_limited(const std::vector<std::string>& words, std::int64_t bytes) const {
  return run(words, "", {.interrupt = 0, .memory = bytes});
}

Outcome Workplace::run(const std::vector<std::string>& words, const std::string& out,
                       const Conditions& conditions) const {
  const fs::path out_file = out.empty() ? folder_.parent_path() / "out" : fs::path(out);
  const fs::path err_file = folder_.parent_path() / "err";
  std::string program = "weft";
  std::vector<std::string> copies = words;
  std::vector<char*> pointers{program.data()};
  for (std::string& word : copies) {
    pointers.push_back(word.data());
  }
  pointers.push_back(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    if (conditions.memory > 0) {
      const auto most = static_cast<rlim_t>(conditions.memory);
      const rlimit limit{most, most};
      ::setrlimit(RLIMIT_AS, &limit);
    }
    become(folder_, out_file, err_file, pointers);
  }
  if (conditions.interrupt > 0) {
    std::this_thread::sleep_for(std::chrono::duration<double>(conditions.interrupt));
    ::kill(child, SIGINT);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  Outcome outcome;
  outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  outcome.out = out.empty() ? content(out_file) : "";
  outcome.err = content(err_file);
  return outcome;
}

void Workplace::write(const std::string& name, const std::string& text) const {
  fs::create_directories((folder_ / name).parent_path());
  std::ofstream(folder_ / name, std::ios::binary) << text;
  written_.push_back(name);
}

std::string Workplace::read(const std::string& name) const { return content(folder_ / name); }

std::vector<std::string> Workplace::left_behind() const {
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
    const std::string name = entry.path().lexically_relative(folder_).string();
    const auto known = [&](const std::string& file) {
      return file == name || file.starts_with(name + "/");
    };
    if (name != "models" && std::ranges::none_of(written_, known)) {
      names.push_back(name);
    }
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace weft::cli
