// SPDX-License-Identifier: Apache-2.0
#include "reference/published.h"

#include <fmt/format.h>

#include "tests/fuzz/target.h"

namespace {

std::string cell(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    quoted += c == '"' ? "\"\"" : std::string(1, c);
  }
  return quoted + "\"";
}

std::string written(const std::vector<weft::reference::PublishedFigure>& figures) {
  std::string text =
      "shape,model,hardware,work,input,output,unit,value,first_token,note,source,confidence\n";
  for (const auto& f : figures) {
    const std::string first = f.first_token ? fmt::format("{}", *f.first_token) : "";
    text +=
        fmt::format("{},{},{},{},{},{},{},{},{},{},{},{}\n", cell(f.shape.empty() ? "-" : f.shape),
                    cell(f.model), cell(f.hardware), f.work, f.input, f.output, f.unit, f.value,
                    first, cell(f.note), cell(f.source), f.confidence);
  }
  return text;
}

}  // namespace

// A table of published figures: an accepted one reads the same when it is written again.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weft;
  const auto figures = reference::parse_published(fuzz::text_of(data, size), "input");
  if (!figures) {
    fuzz::require_message(figures);
    return 0;
  }
  const std::string text = written(*figures);
  const auto twin = reference::parse_published(text, "written");
  fuzz::require(twin.ok() && twin->size() == figures->size(), "what is written is accepted");
  fuzz::require(written(*twin) == text, "a table reads as written");
  return 0;
}
