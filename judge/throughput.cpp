// SPDX-License-Identifier: Apache-2.0
#include "judge/throughput.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "judge/columns.h"

namespace weft::judge {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kWidth = 100;
constexpr std::size_t kColumn = 12;
constexpr std::size_t kDevice = 14;

const char* title_of(Origin origin) {
  switch (origin) {
    case Origin::simulated:
      return "simulated: the wafer, by this program";
    case Origin::measured:
      return "measured: GPUs, recorded by scripts/record-gpu";
    case Origin::published:
      return "published: by others, each under its own conditions";
    case Origin::roofline:
      return "roofline: an upper bound, from data sheets";
  }
  return "";
}

std::string columns(const std::string& name, const std::vector<std::string>& cells) {
  std::string line = fmt::format("  {:<{}}", name, kDevice);
  for (const std::string& cell : cells) {
    // "µ" is one column of two bytes.
    const std::size_t wide = cell.find("µ") == std::string::npos ? 0 : 1;
    line += fmt::format("{:>{}}", cell, kColumn + wide);
  }
  return line;
}

std::string row_text(const ThroughputRow& row, Footnotes& footnotes) {
  const std::string count = row.devices > 1 ? fmt::format("{} x ", row.devices) : "";
  const std::string line = columns(count + row.device + (row.assumed.empty() ? "" : " *"),
                                   {figure_text(row.per_user), figure_text(row.aggregate),
                                    figure_text(row.per_watt()), seconds_text(row.first_token)});
  const std::size_t at = kDevice + 4 * kColumn + 4;
  const std::string marks = footnotes.marks(row.sources);
  const std::string how = row.how + (row.how.empty() || marks.empty() ? "" : " ") + marks;
  return line + (how.empty() ? "" : "  " + wrapped(how, at, at, kWidth)) + "\n";
}

Json optional_json(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

Json row_json(const ThroughputRow& row) {
  return {{"origin", name_of(row.origin)},
          {"device", row.device},
          {"devices", row.devices},
          {"tokens_per_second_per_user", optional_json(row.per_user)},
          {"tokens_per_second", optional_json(row.aggregate)},
          {"watts", optional_json(row.watts)},
          {"tokens_per_second_per_watt", optional_json(row.per_watt())},
          {"time_to_first_token", optional_json(row.first_token)},
          {"conditions", row.how},
          {"sources", row.sources},
          {"assumed", row.assumed}};
}

std::string footnotes_text(const ThroughputComparison& comparison, const Footnotes& footnotes) {
  std::string text;
  for (std::size_t i = 0; i < footnotes.texts().size(); ++i) {
    text += fmt::format("  [{}] {}\n", i + 1, wrapped(footnotes.texts()[i], 6, 6, kWidth));
  }
  std::vector<std::string> said;
  for (const ThroughputRow& row : comparison.rows) {
    for (const std::string& what : row.assumed) {
      const std::string line = fmt::format("{}: {}", row.device, what);
      if (std::ranges::find(said, line) == said.end()) {
        said.push_back(line);
      }
    }
  }
  for (const std::string& line : said) {
    text += fmt::format("  *   {}\n", wrapped(line, 6, 6, kWidth));
  }
  return text;
}

}  // namespace

std::string name_of(Origin origin) {
  constexpr const char* names[] = {"simulated", "measured", "published", "roofline"};
  return names[static_cast<int>(origin)];
}

std::optional<double> ThroughputRow::per_watt() const {
  return aggregate && watts ? std::optional(*aggregate / *watts) : std::nullopt;
}

std::string throughput_table(const ThroughputComparison& comparison) {
  const std::string what =
      comparison.phase == "prefill"
          ? fmt::format("prefill of {} tokens", with_commas(comparison.sequence))
          : fmt::format("decode of a token behind {} in the cache",
                        with_commas(comparison.sequence));
  std::string text =
      fmt::format("  {}, {}, batch {}\n\n", comparison.model, what, comparison.batch);
  text += columns("", {"tokens/s", "tokens/s", "tokens/s", "to first"}) + "\n";
  text += columns("", {"per user", "in all", "per W", "token"}) + "\n";
  Footnotes footnotes;
  for (const Origin origin : kOrigins) {
    text += fmt::format("\n  {}\n", title_of(origin));
    for (const ThroughputRow& row : comparison.rows) {
      text += row.origin == origin ? row_text(row, footnotes) : "";
    }
    for (const ThroughputNote& note : comparison.notes) {
      if (note.origin == origin) {
        text += "    " + wrapped(note.text, 4, 4, kWidth) + "\n";
      }
    }
  }
  const std::string below = footnotes_text(comparison, footnotes);
  return text + (below.empty() ? "" : "\n" + below);
}

std::string throughput_json(const ThroughputComparison& comparison) {
  Json out;
  out["version"] = 1;
  out["model"] = comparison.model;
  out["phase"] = comparison.phase;
  out["sequence"] = comparison.sequence;
  out["batch"] = comparison.batch;
  out["roofline_efficiency"] = comparison.efficiency;
  out["rows"] = Json::array();
  for (const Origin origin : kOrigins) {
    for (const ThroughputRow& row : comparison.rows) {
      if (row.origin == origin) {
        out["rows"].push_back(row_json(row));
      }
    }
  }
  out["notes"] = Json::array();
  for (const ThroughputNote& note : comparison.notes) {
    out["notes"].push_back(
        {{"origin", name_of(note.origin)}, {"text", note.text}, {"missing", note.missing}});
  }
  return out.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace weft::judge
