// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/rect.h"
#include "base/result.h"

namespace weft::cli {

/// "13x7" or "13x7+2+1" (width x height + x + y).
Result<Rect> parse_region(const std::string& text);

/// "1,2,3", or @FILE with a JSON array or an object whose `ids` is one.
Result<std::vector<int>> parse_tokens(const std::string& text, const std::string& option);

/// Errors: input, with the nearest of `choices`.
Status check_choice(const std::string& option, const std::string& value,
                    const std::vector<std::string>& choices);

/// Errors: input, naming the first id outside a vocabulary of that size.
Status check_vocabulary(const std::string& place, const std::vector<int>& ids, int size);

/// A file's error with the option the file was named by; others say their place themselves.
Error at_option(const std::string& option, const Error& error);

}  // namespace weft::cli
