// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace weft::cli {

/// What is wrong with the words typed, in one line: command, cause and mend.
std::string usage_fault(const CLI::App& app, const CLI::ParseError& error);

/// Checks for options; their messages follow "--option: ".
CLI::Validator whole_number(int least);
CLI::Validator not_empty();
CLI::Validator positive_number();
CLI::Validator fraction();  ///< above 0, at most 1

}  // namespace weft::cli
