// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace weft::explore {

struct CommandOutput {
  int exit_code = 0;  ///< 128 + the signal where one ended it
  std::string out, err;
};

/// Runs a program of this host, found through PATH, to its end. Errors: io: there is none.
Result<CommandOutput> run_command(const std::vector<std::string>& words);

}  // namespace weft::explore
