// SPDX-License-Identifier: Apache-2.0
#include "traces/page.h"

#include <fmt/format.h>

#include "traces/page_content.h"
#include "traces/page_run.h"

namespace weft::traces {
namespace {

std::string title_of(std::span<const PageRun> runs) {
  std::string title;
  for (const PageRun& run : runs) {
    const Summary& summary = run.recording->summary();
    title +=
        fmt::format("{}{} on {}", title.empty() ? "" : " and ", summary.model(), summary.machine());
  }
  return title;
}

}  // namespace

Result<std::string> report_page(std::span<const PageRun> runs) {
  nlohmann::ordered_json facts;
  facts["version"] = 1;
  PageContent content;
  content.title = title_of(runs);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    WEFT_ASSIGN(PagePart part, page_part(runs[i]));
    facts["runs"].push_back(std::move(part.facts));
    for (auto& [name, stream] : part.streams) {
      content.streams.emplace_back(fmt::format("{}:{}", i, name), std::move(stream));
    }
  }
  content.facts = facts.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return filled_page(page_template(), content);
}

}  // namespace weft::traces
