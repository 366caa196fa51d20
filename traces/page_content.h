// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace weft::traces {

/// What is put into a page of the viewer: facts as JSON, figures as zlib streams by name.
struct PageContent {
  std::string title;  ///< plain text
  std::string facts;
  std::vector<std::pair<std::string, std::string>> streams;
};

/// One file that opens from disk and asks for nothing else. Errors: internal where `page` is no
/// template of the viewer.
Result<std::string> filled_page(std::string_view page, const PageContent& content);

/// The viewer of studies without a study: traces/viewer/dist/study.html.
std::string_view study_page_template();

}  // namespace weft::traces
