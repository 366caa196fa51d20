// SPDX-License-Identifier: Apache-2.0
#include "traces/page_content.h"

#include <fmt/format.h>

#include "traces/layout.h"
#include "traces/packed.h"

namespace weft::traces {
namespace {

constexpr std::string_view kTitleMark = "<!--weft:title-->";
constexpr std::string_view kFactsMark = "<!--weft:facts-->";
constexpr std::string_view kStreamsMark = "<!--weft:streams-->";

/// JSON inside a script element: no `<` may begin an end tag or a comment there.
std::string as_data(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  for (const char c : json) {
    if (c == '<') {
      out += "\\u003c";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

Result<std::string> filled_page(std::string_view page, const PageContent& content) {
  std::string streams;
  for (const auto& [name, stream] : content.streams) {
    streams += fmt::format("<script type=\"application/octet-stream\" id=\"{}\">{}</script>\n",
                           escaped(name), base64(stream));
  }
  const std::string title = escaped(content.title);
  const std::string facts = fmt::format(
      "<script type=\"application/json\" id=\"facts\">{}</script>", as_data(content.facts));
  std::string filled;
  filled.reserve(page.size() + facts.size() + streams.size());
  for (const auto& [mark, text] : {std::pair<std::string_view, std::string_view>{kTitleMark, title},
                                   {kFactsMark, facts},
                                   {kStreamsMark, streams}}) {
    const std::size_t at = page.find(mark);
    if (at == std::string_view::npos) {
      return internal_error(fmt::format("the template of the page has no {}", mark));
    }
    filled.append(page.substr(0, at));
    filled.append(text);
    page.remove_prefix(at + mark.size());
  }
  filled.append(page);
  return filled;
}

}  // namespace weft::traces
