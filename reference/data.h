// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace weft::reference {

/// The files of that name of this folder, compiled into the program.
std::string_view devices_yaml();
std::string_view published_csv();

}  // namespace weft::reference
