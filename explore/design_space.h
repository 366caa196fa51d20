// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "explore/job.pb.h"

namespace weft::explore {

/// A value for a field: ("machine.tile.sram", "48 KiB").
struct Setting {
  std::string path;
  std::string value;

  bool operator==(const Setting&) const = default;
};

/// Metric to figure (metrics.h).
using Figures = std::map<std::string, double>;

/// What exploring knows nothing of: machines, models, mappings and how to run them. cli gives it.
/// Not thread-safe; a copy of the process may use its own.
class DesignSpace {
 public:
  virtual ~DesignSpace() = default;

  /// Whether there is such a field. Errors: input, with the nearest name.
  virtual Status check_path(const std::string& path) const = 0;

  /// What the field is where all of `settings` are applied, as text with its unit.
  virtual Result<std::string> text_of(std::span<const Setting> settings,
                                      const std::string& path) = 0;

  /// Applied in order: arch and model first, wherever they stand. Errors: input: values that cannot
  /// be, alone or together.
  virtual Result<Task> resolve(std::span<const Setting> settings) = 0;

  /// Runs it in this process, within a second of being told to stop by a signal. Errors: input and
  /// failed, a line each: EXIT_REFUSED and EXIT_FAILED.
  virtual Result<Figures> evaluate(const Task& task) = 0;

  /// Changes whenever the program that evaluates does.
  virtual std::string program() const = 0;
};

}  // namespace weft::explore
