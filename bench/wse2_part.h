// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "arch/machine.h"

namespace weft::bench {

/// `side` x `side` tiles of wse2, with further overrides.
inline Result<arch::Machine> wse2_part(int side, std::vector<std::string> overrides = {}) {
  overrides.push_back("grid.width=" + std::to_string(side));
  overrides.push_back("grid.height=" + std::to_string(side));
  return arch::load_machine("wse2", overrides);
}

}  // namespace weft::bench
