// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace weft::mapper {

/// Empty when a text is well-formed XML of elements, attributes and text (no comments, no
/// declarations); else what is wrong.
std::string xml_fault(std::string_view text);

}  // namespace weft::mapper
