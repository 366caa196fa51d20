// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "isa/opcode.h"

namespace weft::isa {

/// How an instruction is written: "send c, t [, q, e]".
std::string usage_of(const OpcodeInfo& info);

/// Every instruction as a Markdown table (docs/isa.md, `weft asm --list-opcodes`).
std::string opcode_table();

}  // namespace weft::isa
