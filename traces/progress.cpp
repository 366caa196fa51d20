// SPDX-License-Identifier: Apache-2.0
#include "traces/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "traces/layout.h"

namespace weft::traces {
namespace {

constexpr auto kInterval = std::chrono::milliseconds(100);
constexpr std::size_t kBarColumns = 24;

std::size_t columns_of_terminal(std::FILE* stream) {
  winsize size{};
  if (ioctl(fileno(stream), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
    return 80;
  }
  return size.ws_col;
}

}  // namespace

Progress::Progress(std::string label, std::FILE* stream)
    : label_(std::move(label)),
      stream_(stream),
      terminal_(stream != nullptr && isatty(fileno(stream)) == 1) {}

Progress::~Progress() { clear(); }

void Progress::update(double fraction, const std::string& note) {
  if (!terminal_) {
    return;
  }
  const auto now = std::chrono::steady_clock::now();
  const bool drawn = last_ != std::chrono::steady_clock::time_point{};
  if (drawn && now - last_ < kInterval) {
    return;
  }
  last_ = now;
  const double done = std::isnan(fraction) ? 0.0 : std::clamp(fraction, 0.0, 1.0);
  const std::string line =
      fmt::format("{} ▕{}▏{:3.0f} %  {}", label_, pad_right(bar(done, kBarColumns), kBarColumns),
                  std::floor(100 * done), note);
  fmt::print(stream_, "\r\x1b[2K{}", clip(line, columns_of_terminal(stream_) - 1));
  std::fflush(stream_);
}

void Progress::clear() {
  if (last_ == std::chrono::steady_clock::time_point{}) {
    return;
  }
  last_ = {};
  std::fputs("\r\x1b[2K", stream_);
  std::fflush(stream_);
}

}  // namespace weft::traces
