// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weft::explore {

/// Bytes with their length and a checksum before them, for pipes and files whose writer may die.
std::string record_of(std::string_view content);

/// Takes the first record off `bytes`; nothing where it is cut or damaged.
std::optional<std::string_view> take_record(std::string_view& bytes);

}  // namespace weft::explore
