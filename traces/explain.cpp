// SPDX-License-Identifier: Apache-2.0
#include "traces/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>
#include <vector>

#include "base/text.h"
#include "traces/layout.h"

namespace weft::traces {
namespace {

constexpr std::size_t kColumns = 80;
constexpr std::size_t kTopOps = 6;
constexpr int kTopRows = 8;

struct KindText {
  std::string_view kind;
  std::string_view label;
  std::string_view meaning;
};

constexpr KindText kKinds[] = {
    {"compute", "compute", "a tile computes"},
    {"setup", "set-up", "… steps through its program, sets up"},
    {"words", "words", "words of a train follow each other"},
    {"link", "links", "from core to core: ramps, hops, turns"},
    {"places", "held", "a train before it still fills the places"},
};

using Shares = std::vector<std::pair<std::string, std::int64_t>>;

Shares by_op(const CriticalPath& path) {
  std::map<std::string, std::int64_t> sums;
  for (const PathRow& row : path.rows()) {
    sums[row.op().empty() ? "(no op)" : row.op()] += row.cycles();
  }
  Shares shares(sums.begin(), sums.end());
  std::stable_sort(shares.begin(), shares.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  return shares;
}

std::int64_t of_kind(const CriticalPath& path, std::string_view kind, std::string_view op = "") {
  std::int64_t cycles = 0;
  for (const PathRow& row : path.rows()) {
    cycles += row.kind() == kind && (op.empty() || row.op() == op) ? row.cycles() : 0;
  }
  return cycles;
}

std::string share(std::int64_t cycles, std::int64_t whole) {
  return fmt::format("{:5.1f} %", 100.0 * static_cast<double>(cycles) / static_cast<double>(whole));
}

std::string row_text(const PathRow& row, std::int64_t whole) {
  std::string text = fmt::format("  {}  {:<7} {:<14} ", share(row.cycles(), whole), row.kind(),
                                 clip(row.op().empty() ? "-" : row.op(), 14));
  text += row.tiles() == 1
              ? fmt::format("({},{})", row.x(), row.y())
              : fmt::format("{} tiles, most on ({},{})", row.tiles(), row.x(), row.y());
  if (!row.instruction().empty()) {
    text += fmt::format(": {}, {} {}", row.instruction(), row.role(), row.pc());
  }
  return clip(text, kColumns);
}

}  // namespace

std::string explain_text(const Recording& recording) {
  const CriticalPath& path = recording.path();
  const Summary& summary = recording.summary();
  std::vector<std::string> lines;
  lines.push_back(clip(fmt::format("  {} on {}: {} cycles", summary.model(), summary.machine(),
                                   with_commas(summary.cycles())),
                       kColumns));
  if (!path.unknown_because().empty()) {
    for (const std::string& line :
         wrap("the critical path is not known: " + path.unknown_because(), kColumns - 2, 4)) {
      lines.push_back("  " + line);
    }
    return fmt::format("{}\n", fmt::join(lines, "\n"));
  }
  const std::int64_t whole = std::max<std::int64_t>(1, summary.cycles());
  lines.push_back(fmt::format("  critical path: {} stretches, {} of them from one tile to another",
                              with_commas(path.steps()), with_commas(path.messages())));
  lines.emplace_back();
  lines.emplace_back("  what it consists of");
  for (const KindText& kind : kKinds) {
    const std::int64_t cycles = of_kind(path, kind.kind);
    lines.push_back(
        clip(fmt::format(
                 "  {}  {}  {} {}", pad_right(kind.label, 8), share(cycles, whole),
                 pad_right(bar(static_cast<double>(cycles) / static_cast<double>(whole), 12), 13),
                 kind.meaning),
             kColumns));
  }
  lines.emplace_back();
  lines.emplace_back("  in which ops                 compute   set-up    words    links");
  Shares ops = by_op(path);
  ops.resize(std::min(ops.size(), kTopOps));
  for (const auto& [op, cycles] : ops) {
    const std::string name = op == "(no op)" ? "" : op;
    std::string line = fmt::format("  {}  {}  ", pad_right(clip(op, 16), 16), share(cycles, whole));
    for (const char* kind : {"compute", "setup", "words", "link"}) {
      std::int64_t part = 0;
      for (const PathRow& row : path.rows()) {
        part += row.op() == name && row.kind() == kind ? row.cycles() : 0;
      }
      line += fmt::format("  {}", share(part, whole));
    }
    lines.push_back(line);
  }
  lines.emplace_back();
  lines.emplace_back("  where most of it lies");
  for (int i = 0; i < std::min(kTopRows, path.rows_size()); ++i) {
    lines.push_back(row_text(path.rows(i), whole));
  }
  return fmt::format("{}\n", fmt::join(lines, "\n"));
}

std::string explain_json(const Recording& recording) {
  using Json = nlohmann::ordered_json;
  const CriticalPath& path = recording.path();
  Json out;
  out["version"] = 1;
  out["cycles"] = recording.summary().cycles();
  out["unknown_because"] = path.unknown_because().empty() ? Json() : Json(path.unknown_because());
  out["stretches"] = path.steps();
  out["messages"] = path.messages();
  Json kinds = Json::object();
  for (const KindText& kind : kKinds) {
    kinds[std::string(kind.kind)] = of_kind(path, kind.kind);
  }
  out["kinds"] = std::move(kinds);
  Json rows = Json::array();
  for (const PathRow& row : path.rows()) {
    rows.push_back({{"kind", row.kind()},
                    {"op", row.op().empty() ? Json() : Json(row.op())},
                    {"role", row.role()},
                    {"instruction", row.instruction()},
                    {"pc", row.pc()},
                    {"color", row.color() < 0 ? Json() : Json(row.color())},
                    {"cycles", row.cycles()},
                    {"stretches", row.stretches()},
                    {"tiles", row.tiles()},
                    {"tile", {row.x(), row.y()}}});
  }
  out["rows"] = std::move(rows);
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace weft::traces
