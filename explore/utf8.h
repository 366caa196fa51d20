// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace weft::explore {

/// The same text with '?' for every byte that is no UTF-8: what programs print may be anything, and
/// may be cut anywhere.
std::string valid_utf8(std::string_view text);

}  // namespace weft::explore
