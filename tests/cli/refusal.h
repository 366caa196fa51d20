// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "tests/cli/process.h"

namespace weft::cli {

using Words = std::vector<std::string>;

constexpr int kInput = 2;
constexpr int kIo = 3;

Words operator+(Words words, const Words& more);

/// `weft run` of the zoo model on mesh8.
Words run_fable(const Words& more);

/// The program ends with this code, says exactly one line that holds all of `parts`, prints nothing
/// else and leaves nothing behind.
void expect_refused(const Workplace& place, const Words& words, int exit_code, const Words& parts);

}  // namespace weft::cli
