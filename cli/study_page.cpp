// SPDX-License-Identifier: Apache-2.0
#include "cli/study_page.h"

#include <fmt/format.h>

#include <cmath>

#include "cli/study_facts.h"
#include "traces/packed.h"

namespace weft::cli {
namespace {

using Json = nlohmann::ordered_json;

/// The same points of two studies, row for row.
Json difference_facts(const explore::StudyDifference& difference, traces::PageContent& content) {
  const auto figures = [](const std::vector<double>& values) {
    Json json = Json::array();
    for (const double value : values) {
      json.push_back(std::isfinite(value) ? Json(value) : Json());
    }
    return json;
  };
  Json rows = Json::array();
  for (const explore::RowDifference& row : difference.rows) {
    rows.push_back({row.values, figures(row.before), figures(row.after)});
  }
  content.streams.emplace_back("0:difference", traces::deflated(rows.dump(), 6));
  return {{"axes", difference.axes},
          {"metrics", difference.metrics},
          {"only_before", difference.only_before},
          {"only_after", difference.only_after}};
}

}  // namespace

Result<std::string> study_page(std::span<const PageStudy> studies) {
  traces::PageContent content;
  Json facts = {{"version", 1}, {"studies", Json::array()}};
  for (std::size_t i = 0; i < studies.size(); ++i) {
    content.title += (i == 0 ? "" : " and ") + studies[i].planned.file.study.name();
    facts["studies"].push_back(study_facts(studies[i], fmt::format("{}:", i), content));
  }
  if (studies.size() > 1) {
    const PlannedStudy& first = studies[0].planned;
    const PlannedStudy& second = studies[1].planned;
    WEFT_ASSIGN(const auto difference, explore::difference(first.file.study, first.axes, first.rows,
                                                           second.axes, second.rows));
    facts["difference"] = difference_facts(difference, content);
  }
  content.facts = facts.dump(-1, ' ', false, Json::error_handler_t::replace);
  return traces::filled_page(traces::study_page_template(), content);
}

}  // namespace weft::cli
