// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace weft::reference::cuda {

/// What the recording program is asked for.
struct RecordOptions {
  std::string root = ".";
  std::string out = ".";
  std::string git = "unknown";
  std::string date;
  std::uint64_t seed = 0;
  std::string part;  ///< models, operations or times; empty: all
  /// Nothing written, no timing, small cases, few tokens: what a memory checker runs.
  bool values_only = false;

  bool wants(const char* name) const { return part.empty() || part == name; }
};

/// Models and operations against float64, then times, on the first device there is; writes
/// reference/recorded/*.pb and reference/measured/*.json under `out`, each part its own file as
/// soon as there is something in it, so that what ends one part costs no other. Prints how it goes.
/// True: everything was right; what was not is in no file. Errors: input (no device), failed
/// (nothing right), io.
Result<bool> record(const RecordOptions& options);

}  // namespace weft::reference::cuda
