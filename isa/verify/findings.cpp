// SPDX-License-Identifier: Apache-2.0
#include "isa/verify/findings.h"

#include <fmt/format.h>

namespace weft::isa {

std::string place_of(const std::string& role, std::size_t pc, Opcode opcode) {
  return fmt::format("role {}, instruction {} ({})", role, pc, info_of(opcode).mnemonic);
}

std::string tile_name(int x, int y) { return fmt::format("tile ({},{})", x, y); }

}  // namespace weft::isa
