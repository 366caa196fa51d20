// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>

#include "arch/machine.h"
#include "bench/measurements.h"
#include "bench/shift_loop.h"
#include "bench/wse2_part.h"
#include "isa/text.h"
#include "isa/verify.h"
#include "sim/dataflow/engine.h"
#include "sim/vector/engine.h"

namespace weft::bench {
namespace {

// The most memory this program ever held; getrusage would count what ran in the process before.
Result<std::int64_t> peak_bytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    std::int64_t kib = 0;
    if (word == "VmHWM:" && status >> kib) {
      return kib * 1024;
    }
  }
  return io_error("/proc/self/status: no line VmHWM; mount /proc");
}

Error spawn_error(const std::string& program, int code) {
  return io_error(fmt::format("{}: cannot run it again for its memory: {}; see that it may be read",
                              program, std::generic_category().message(code)));
}

// Standard output of a command that ends with 0.
Result<std::string> output_of(std::vector<std::string> command) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    return spawn_error(command[0], errno);
  }
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  std::vector<char*> words;
  for (std::string& word : command) {
    words.push_back(word.data());
  }
  words.push_back(nullptr);
  pid_t child = 0;
  const int fault = ::posix_spawn(&child, words[0], &actions, nullptr, words.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  std::string text;
  char block[256];
  for (bool open = fault == 0; open;) {
    const ssize_t count = ::read(ends[0], block, sizeof(block));
    text.append(block, static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    open = count > 0 || (count < 0 && errno == EINTR);
  }
  ::close(ends[0]);
  if (fault != 0) {
    return spawn_error(command[0], fault);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (status != 0) {
    return failed_error(fmt::format("{}: ended with status {}", fmt::join(command, " "), status));
  }
  return text;
}

}  // namespace

Result<LoadCost> load_here(bool quick) {
  const std::string small = quick ? isa::print_bundle(shift_loop(4, 1)) : "";
  const double begin = cpu_seconds();
  WEFT_ASSIGN(const arch::Machine machine, quick ? wse2_part(4) : arch::load_machine("wse2"));
  WEFT_ASSIGN(const isa::Bundle bundle,
              isa::parse_bundle(quick ? std::string_view(small) : wafer_sum_text(), "wafer_sum"));
  WEFT_TRY(isa::verify(bundle, machine));
  // The engine that a run without values takes.
  const auto vectors = sim::vector::Engine::create(bundle, machine);
  std::unique_ptr<sim::dataflow::Engine> tiles;
  if (!vectors) {
    sim::Options options;
    options.data = false;
    WEFT_ASSIGN(tiles, sim::dataflow::Engine::create(bundle, machine, {}, options));
  }
  const double spent = cpu_seconds() - begin;
  WEFT_ASSIGN(const std::int64_t peak, peak_bytes());
  return LoadCost{spent, peak, vectors ? "vectors of tiles" : "tile by tile"};
}

std::string print_load_cost(const LoadCost& cost) {
  return fmt::format("{} {} {}\n", cost.cpu_seconds, cost.peak_bytes, cost.engine);
}

Result<LoadCost> parse_load_cost(const std::string& text) {
  std::istringstream words(text);
  LoadCost cost;
  if (words >> cost.cpu_seconds >> cost.peak_bytes && words.get() == ' ' &&
      std::getline(words, cost.engine)) {
    return cost;
  }
  return internal_error(fmt::format("'{}' is not what loading a program costs", text));
}

Result<Repeat> load_wafer(const Setting& setting) {
  const std::vector<std::string> command = setting.load_command;
  return Repeat([=]() -> Result<Sample> {
    WEFT_ASSIGN(const std::string text, output_of(command));
    WEFT_ASSIGN(const LoadCost cost, parse_load_cost(text));
    return Sample{{1, static_cast<double>(cost.peak_bytes)}, cost.cpu_seconds, cost.engine};
  });
}

}  // namespace weft::bench
