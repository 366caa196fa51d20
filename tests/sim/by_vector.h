// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "contract_case.h"

namespace weft::sim {

/// What going over vectors of tiles changes, empty where nothing does or the vector engine
/// declined. `added`: iterations that were not run.
std::string difference(const ContractCase& drawn, bool* vectors = nullptr,
                       std::string* why_not = nullptr, std::int64_t* added = nullptr);
/// Assembly text for one row of tiles, on the machine of contract_machine().
ContractCase row_case(const std::string& text, int width);

}  // namespace weft::sim
