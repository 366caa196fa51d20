// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "arch/arch.pb.h"
#include "base/result.h"
#include "isa/bundle.pb.h"
#include "traces/recording.pb.h"

namespace weft::cli {

/// A run with one number of its machine changed, beside the run itself.
struct WhatIf {
  std::string path;           ///< field of the machine
  std::string before, after;  ///< its values, with units
  std::int64_t cycles_before = 0, cycles_after = 0;
  /// What takes time, by its share of what `basis` says; largest before first.
  struct Reason {
    std::string key, what;
    double before = 0, after = 0;
    bool named = false;  ///< explain names the field with it
  };
  std::string basis;
  std::vector<Reason> reasons;
  /// Whether the reasons that name the field took less, or more, as the run did; nothing where none
  /// does, or the machine has the value already.
  std::optional<bool> confirmed;
  std::string verdict;  ///< the same in words
};

/// Errors: input (no such field, a value or a machine that is refused).
Status check_what_if(const arch::Machine& machine, const std::string& assignment);

/// Runs the bundle of a run again on its machine with one field changed, timing only. `recording`
/// holds the critical path where that is known. Errors: as above, input (programs that do not
/// fit the changed machine), failed (interrupted, deadlock).
Result<WhatIf> what_if(const std::filesystem::path& run, const traces::Recording& recording,
                       const std::string& assignment);

/// `path=value` for each field a reason names that the machine lets be twice as fast.
std::vector<std::string> worth_trying(const traces::Recording& recording,
                                      const arch::Machine& machine,
                                      const std::vector<std::string>& fields);

/// For a terminal, at most 80 columns.
std::string what_if_text(const WhatIf& what_if);

}  // namespace weft::cli
