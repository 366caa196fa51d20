// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "traces/csv.h"
#include "traces/limits.h"
#include "traces/roofline.h"

namespace weft::traces {
namespace {

using nlohmann::json;

std::string limits_table(const Recording& recording) {
  const Limits limits = limits_of(recording);
  std::string out = "reason,share,of,ops,where,would help,fields\n";
  for (const Limit& limit : limits.reasons) {
    out += fmt::format("{},{},{},{},{},{},{}\n", csv_cell(limit.what), limit.share,
                       csv_cell(limits.basis), csv_cell(limit.ops), csv_cell(limit.where),
                       csv_cell(limit.mend), fmt::join(limit.fields, " "));
  }
  return out;
}

std::string tiles_table(const std::vector<RooflinePoint>& points) {
  std::string out = "tiles,MACs a word,MACs a cycle\n";
  for (const RooflinePoint& point : points) {
    out += fmt::format("{},{},{}\n", point.tiles, point.x, point.y);
  }
  return out;
}

std::string ops_table(const std::vector<RooflinePoint>& points) {
  std::string out = "op,share of the time of all tiles,MACs a word,MACs a cycle\n";
  for (const RooflinePoint& point : points) {
    out += fmt::format("{},{},{},{}\n", csv_cell(point.op), point.share, point.x, point.y);
  }
  return out;
}

std::string check_table(const Check& check) {
  std::string out = "key,value\n";
  out += fmt::format("against,{}\nverdict,{}\n",
                     csv_cell(check.against().empty() ? "none" : check.against()),
                     csv_cell(check.verdict()));
  out += fmt::format("ops_checked,{}\nelements_checked,{}\n", check.ops_checked(),
                     check.elements_checked());
  if (check.has_worst()) {
    out += fmt::format("worst_op,{}\nworst_error_over_bound,{}\n", csv_cell(check.worst().op()),
                       check.worst().error_over_bound());
  }
  if (check.tokens_compared() > 0) {
    out += fmt::format("tokens_compared,{}\n", check.tokens_compared());
  }
  if (!check.first_bad().empty()) {
    out += fmt::format("first_bad,{}\n", csv_cell(check.first_bad()));
  }
  return out;
}

std::string provenance_table(const Provenance& from) {
  return fmt::format(
      "key,value\nweft_version,{}\ncommand,{}\noverrides,{}\nmodel,{}\nmachine_hash,{}\n"
      "bundle_hash,{}\nmodel_hash,{}\nmachine_yaml,{}\n",
      csv_cell(from.weft_version()), csv_cell(fmt::format("{}", fmt::join(from.command(), " "))),
      csv_cell(fmt::format("{}", fmt::join(from.overrides(), " "))), csv_cell(from.model()),
      from.machine_hash(), from.bundle_hash(), from.model_hash(), csv_cell(from.machine_yaml()));
}

/// A value of the comparison as a cell: lists are joined, what is not known stays empty.
std::string cell_of(const json& value) {
  if (value.is_array()) {
    std::string text;
    for (const json& part : value) {
      text += (text.empty() ? "" : "; ") + part.get<std::string>();
    }
    return csv_cell(text);
  }
  return value.is_null() ? ""
                         : csv_cell(value.is_string() ? value.get<std::string>() : value.dump());
}

std::string throughput_table(const json& comparison) {
  std::string out =
      "origin,device,devices,per_user (tokens/s),in_all (tokens/s),power (W),per_watt "
      "(tokens/s/W),to_first_token (s),conditions,sources,assumed\n";
  for (const json& row : comparison.value("rows", json::array())) {
    const char* separator = "";
    for (const char* key : {"origin", "device", "devices", "tokens_per_second_per_user",
                            "tokens_per_second", "watts", "tokens_per_second_per_watt",
                            "time_to_first_token", "conditions", "sources", "assumed"}) {
      out += separator + cell_of(row.value(key, json()));
      separator = ",";
    }
    out += '\n';
  }
  return out;
}

}  // namespace

CsvTables csv_verdicts(const PageRun& run) {
  const Recording& recording = *run.recording;
  CsvTables tables = {{"limits", limits_table(recording)}};
  if (const auto points = roofline_of_tiles(recording); !points.empty()) {
    tables.emplace_back("roofline_tiles", tiles_table(points));
  }
  if (const auto points = roofline_of_ops(recording); !points.empty()) {
    tables.emplace_back("roofline_ops", ops_table(points));
  }
  tables.emplace_back("check", check_table(recording.check()));
  const json comparison = json::parse(run.throughput, nullptr, false);
  if (comparison.is_object()) {
    tables.emplace_back("throughput", throughput_table(comparison));
  }
  tables.emplace_back("provenance", provenance_table(recording.provenance()));
  return tables;
}

}  // namespace weft::traces
