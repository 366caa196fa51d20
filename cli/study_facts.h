// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "cli/study_page.h"
#include "traces/page_content.h"

namespace weft::cli {

/// What the page holds of a study: facts, returned, and a column of figures a stream, added to
/// `content` under names that begin with `prefix`. traces/viewer/src/study/facts.ts reads both.
nlohmann::ordered_json study_facts(const PageStudy& study, const std::string& prefix,
                                   traces::PageContent& content);

}  // namespace weft::cli
