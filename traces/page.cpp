// SPDX-License-Identifier: Apache-2.0
#include "traces/page.h"

#include <fmt/format.h>

#include "traces/layout.h"
#include "traces/packed.h"
#include "traces/page_run.h"

namespace weft::traces {
namespace {

constexpr std::string_view kFactsMark = "<!--weft:facts-->";
constexpr std::string_view kStreamsMark = "<!--weft:streams-->";
constexpr std::string_view kTitleMark = "<!--weft:title-->";

/// JSON inside a script element: no `<` may begin an end tag or a comment there.
std::string as_data(const nlohmann::ordered_json& json) {
  const std::string text = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (c == '<') {
      out += "\\u003c";
    } else {
      out += c;
    }
  }
  return out;
}

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
  std::string streams;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    WEFT_ASSIGN(PagePart part, page_part(runs[i]));
    facts["runs"].push_back(std::move(part.facts));
    for (const auto& [name, stream] : part.streams) {
      streams += fmt::format("<script type=\"application/octet-stream\" id=\"{}:{}\">{}</script>\n",
                             i, name, base64(stream));
    }
  }
  const std::string data =
      fmt::format("<script type=\"application/json\" id=\"facts\">{}</script>", as_data(facts));
  const std::string title = escaped(title_of(runs));
  std::string page;
  page.reserve(page_template().size() + data.size() + streams.size());
  std::string_view rest = page_template();
  for (const auto& [mark, text] : {std::pair<std::string_view, std::string_view>{kTitleMark, title},
                                   {kFactsMark, data},
                                   {kStreamsMark, streams}}) {
    const std::size_t at = rest.find(mark);
    if (at == std::string_view::npos) {
      return Error{ErrorKind::internal, fmt::format("report.html: its template has no {}", mark)};
    }
    page.append(rest.substr(0, at));
    page.append(text);
    rest.remove_prefix(at + mark.size());
  }
  page.append(rest);
  return page;
}

}  // namespace weft::traces
