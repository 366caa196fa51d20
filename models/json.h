// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "base/result.h"

namespace weft::models {

/// JSON of a model folder. Errors: input: not JSON, or nested deeper than any such file is
/// (printing or copying a value takes stack for every level).
Result<nlohmann::json> parse_json(std::string_view text);

}  // namespace weft::models
