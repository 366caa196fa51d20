// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "traces/page.h"

namespace weft::traces {

/// What the page holds of one run: what people read, as JSON, and figures as zlib streams by name.
/// traces/viewer/src/data.ts reads both.
struct PagePart {
  nlohmann::ordered_json facts;
  std::vector<std::pair<std::string, std::string>> streams;
};

Result<PagePart> page_part(const PageRun& run);

}  // namespace weft::traces
