// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace weft::models {

/// A config.json in which fields have other values, `num_hidden_layers=1`: values are JSON, a field
/// has to be there already. Errors: input, with the nearest field.
Result<std::string> change_config(std::string_view json_text, std::span<const std::string> changes,
                                  const std::string& file);

}  // namespace weft::models
