// SPDX-License-Identifier: Apache-2.0
#include "bench/report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace weft::bench {

std::string table(const std::vector<Row>& rows, const Host& host) {
  std::string text = fmt::format("  {:<36}{:>8}  {:<18}{:>9}{:>8}  {}\n", "what", "value", "unit",
                                 "at least", "aim", "reached");
  std::string before;
  for (const Row& row : rows) {
    text +=
        fmt::format("  {:<36}{:>8}  {:<18}{:>9}{:>8}  {}\n", row.name == before ? "" : row.name,
                    fmt::format("{:.3g}", row.value), row.unit,
                    fmt::format("{}{:g}", row.lower_is_better ? "<= " : "", row.at_least),
                    fmt::format("{}{:g}", row.lower_is_better ? "<= " : "", row.aim), row.reached);
    before = row.name;
  }
  text += fmt::format(
      "\n  {}; 1 thread; copies {:.3g} GB/s\n"
      "  kernels: products {}, dataflow {}, word {}\n",
      host.cpu, host.copy_gb_per_second, host.kernels.product, host.kernels.dataflow,
      host.kernels.word);
  for (const Row& row : rows) {
    if (!row.note.empty() && (&row == rows.data() || row.name != (&row)[-1].name)) {
      text += fmt::format("  {}: {}\n", row.name, row.note);
    }
  }
  return text;
}

std::string json(const std::vector<Row>& rows, const Host& host) {
  nlohmann::ordered_json document;
  document["machine"] = {{"cpu", host.cpu},
                         {"threads", 1},
                         {"kernels",
                          {{"product", host.kernels.product},
                           {"dataflow", host.kernels.dataflow},
                           {"word", host.kernels.word}}},
                         {"copy_gb_per_s", host.copy_gb_per_second}};
  document["rows"] = nlohmann::ordered_json::array();
  for (const Row& row : rows) {
    document["rows"].push_back({{"name", row.name},
                                {"value", row.value},
                                {"unit", row.unit},
                                {"at_least", row.at_least},
                                {"aim", row.aim},
                                {"better", row.lower_is_better ? "lower" : "higher"},
                                {"reached", row.reached},
                                {"note", row.note}});
  }
  return document.dump(2) + "\n";
}

}  // namespace weft::bench
