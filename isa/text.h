// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "isa/bundle.pb.h"

namespace weft::isa {

/// The text form of a bundle (`weft asm`, `weft disasm`); docs/isa.md shows it. parse(print(b)) ==
/// b.
std::string print_bundle(const Bundle& bundle);

/// The instructions of a role, one text each, as print_bundle spells them.
std::vector<std::string> print_instructions(const Bundle& bundle, const Role& role);

/// Errors: input, every fault of the text in one pass, `file:line:col: message`.
Result<Bundle> parse_bundle(std::string_view text, const std::string& file);

}  // namespace weft::isa
