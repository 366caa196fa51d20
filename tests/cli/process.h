// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace weft::cli {

/// What a run of the program left.
struct Outcome {
  int exit_code = -1;  ///< 128 + the signal where one ended it
  std::string out;
  std::string err;

  std::vector<std::string> error_lines() const;
};

/// A folder of its own that sees models/zoo, in which the real program is run; removed at the end.
class Workplace {
 public:
  Workplace();
  ~Workplace();
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;

  /// Runs `weft` with these words. `out`: standard output goes to this file instead.
  Outcome weft(const std::vector<std::string>& words, const std::string& out = "") const;
  /// The same, with SIGINT sent `seconds` after it began.
  Outcome weft_interrupted(const std::vector<std::string>& words, double seconds) const;
  /// The same, with a limit on the bytes of its address space.
  Outcome weft_limited(const std::vector<std::string>& words, std::int64_t bytes) const;

  std::filesystem::path operator/(const std::string& name) const { return folder_ / name; }
  void write(const std::string& name, const std::string& text) const;
  std::string read(const std::string& name) const;
  /// All that lies in the folder but models and what `write` put there, sorted.
  std::vector<std::string> left_behind() const;

 private:
  struct Conditions {
    double interrupt = 0;     ///< seconds until SIGINT
    std::int64_t memory = 0;  ///< bytes of address space
  };
  Outcome run(const std::vector<std::string>& words, const std::string& out,
              const Conditions& conditions) const;

  std::filesystem::path folder_;
  mutable std::vector<std::string> written_;
};

}  // namespace weft::cli
