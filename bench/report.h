// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "bench/measure.h"

namespace weft::bench {

/// Rows and host for people.
std::string table(const std::vector<Row>& rows, const Host& host);
/// The same as a JSON object: `rows` and `machine` (docs/cli.md).
std::string json(const std::vector<Row>& rows, const Host& host);

}  // namespace weft::bench
