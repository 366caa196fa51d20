// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdio>
#include <string>

namespace weft::traces {

/// One line on a terminal, redrawn at most ten times a second; silent when `stream` is not one.
class Progress {
 public:
  Progress(std::string label, std::FILE* stream);
  ~Progress();

  /// `fraction` in [0, 1]; `note` stands behind the bar.
  void update(double fraction, const std::string& note);
  void clear();

 private:
  std::string label_;
  std::FILE* stream_;
  bool terminal_;
  std::chrono::steady_clock::time_point last_;
};

}  // namespace weft::traces
