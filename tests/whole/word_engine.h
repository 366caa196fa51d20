// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <string>

namespace weft {

/// Generates two tokens of fable-1m on both engines, data on and off. With `most_skew` > 0 every
/// role starts with a `busy` of up to so many cycles, drawn anew for each role.
void expect_engines_agree(const std::string& arch, const std::string& region, int most_skew);

}  // namespace weft
